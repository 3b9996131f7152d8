import { readFile } from 'node:fs/promises';
import { SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { createTransport } from 'nodemailer';
import type { GatewayEnv } from '../../env.ts';

const TIMEOUT_MS = 15 * SECOND_MS;
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

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
    throw failure(error);
  } finally {
    transport.close();
  }
}

/** Read at each sending, so that a new password needs no restart. */
async function readServer(file: string) {
  const text = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (!URL.canParse(text)) throw new AppError('bad-mail-server', { class: 'transient', message: 'READROOM_SMTP_URL_FILE must name a readable file with smtps://user:password@host:465 or smtp://user:password@host:587.' });
  const { protocol, hostname, port, username, password } = new URL(text);
  const isTls = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (isTls ? 465 : 587) : Number(port), secure: isTls, requireTLS: !isTls && !LOOPBACK.has(hostname),
    connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  };
}

function failure(error: unknown): AppError {
  const status = typeof error === 'object' && error !== null && 'responseCode' in error ? Number(error.responseCode) : 0;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code).toLowerCase() : 'failed';
  // A refused password is mended by the operator while messages wait.
  const isFinal = status >= 500 && code !== 'eauth';
  return new AppError(status > 0 ? `smtp-${status}` : `smtp-${code}`, { class: isFinal ? 'permanent' : 'transient' });
}
