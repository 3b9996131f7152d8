import { readFile } from 'node:fs/promises';
import { mailFailure, mailServer } from '@readroom/shared/alert/mail-server';
import { AppError } from '@readroom/shared/error';
import { createTransport } from 'nodemailer';
import type { LanMailSettings } from '../env-lan.ts';

export interface LanMailText {
  /** The Message-ID is made of it: the same at every repetition. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands one mail to the site's server. @throws AppError as `mailFailure`, and `bad-mail-server` (transient) when its file can't be read */
export async function sendLanMail({ urlFile, from, to }: LanMailSettings, { id, subject, text }: LanMailText): Promise<void> {
  // Read at each sending, so that a new password needs no restart.
  const url = (await readFile(urlFile, 'utf8').catch(() => '')).trim();
  if (!URL.canParse(url)) throw new AppError('bad-mail-server', { class: 'transient', message: 'READROOM_SMTP_URL_FILE must name a readable file with smtps://user:password@host:465 or smtp://user:password@host:587.' });
  const transport = createTransport(mailServer(new URL(url)));
  try {
    await transport.sendMail({ messageId: `<${id}@readroom>`, from, to: [...to], subject, text, headers: { 'Auto-Submitted': 'auto-generated' }, disableFileAccess: true, disableUrlAccess: true });
  } catch (error) {
    throw mailFailure(error);
  } finally {
    transport.close();
  }
}
