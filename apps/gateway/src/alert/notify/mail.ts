import { readFile } from 'node:fs/promises';
import { mailFailure, mailServer } from '@readroom/shared/alert/mail-server';
import { AppError } from '@readroom/shared/error';
import { createTransport } from 'nodemailer';
import type { GatewayEnv } from '../../env.ts';

export interface Mail {
  /** The Message-ID is made of it: the same at every repetition. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * Hands one mail to the operator's server, over TLS unless that server is on this machine. Throws AppError: `permanent` where the
 * server refuses the mail (5yz, RFC 5321 4.2.1) or none is set, else `transient`; the code says which, never the server's words.
 */
export async function sendMail(env: Pick<GatewayEnv, 'smtpUrlFile' | 'mailFrom'>, { id, to, subject, text }: Mail): Promise<void> {
  if (env.smtpUrlFile === null) throw new AppError('no-mail-server', { class: 'permanent', message: 'No mail server is set (READROOM_SMTP_URL_FILE).' });
  const transport = createTransport(await readServer(env.smtpUrlFile));
  try {
    await transport.sendMail({ messageId: `<${id}@readroom>`, from: env.mailFrom, to, subject, text, headers: { 'Auto-Submitted': 'auto-generated' }, disableFileAccess: true, disableUrlAccess: true });
  } catch (error) {
    throw mailFailure(error);
  } finally {
    transport.close();
  }
}

/** Read at each sending, so that a new password needs no restart. */
async function readServer(file: string) {
  const text = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (!URL.canParse(text)) throw new AppError('bad-mail-server', { class: 'transient', message: 'READROOM_SMTP_URL_FILE must name a readable file with smtps://user:password@host:465 or smtp://user:password@host:587.' });
  return mailServer(new URL(text));
}
