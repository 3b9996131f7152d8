import { MINUTE_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { SubOperations } from '../dicom/dimse/command.ts';
import { sent } from '../dicom/scu/move-failure.ts';

/** The PACS counts what it sent somewhere as sent: whether it came is ours to say. `held` is how many images of the study are here. */
export function astray(counts: SubOperations, held: number): AppError | null {
  if (held > 0) return null;
  if (sent(counts) === 0) return new AppError('move-nothing', { class: 'permanent', message: 'The PACS has no images of the study to send. Look for it in the PACS itself.' });
  return new AppError('move-astray', { class: 'permanent', message: `The PACS says that it sent ${sent(counts)} images, and none came here. Hospital IT: the address or port it has for this edge node’s AE title is another machine’s.` });
}

export function silent(held: number, limitMs: number): AppError {
  const came = held === 0 ? 'No image came' : `${held} images are here, and no other came`;
  return new AppError('move-timed-out', { class: 'transient', message: `${came} for ${limitMs / MINUTE_MS} minutes: the PACS was not waited for any longer. Fetch it again; if it stays, tell hospital IT.` });
}

const UNREACHED: readonly string[] = ['association-lost', 'association-rejected', 'pacs-refused', 'peer-tls'];

/** For the reader. What went wrong before the PACS was asked has words for IT only. */
export function problemWords(aeTitle: string, { code, message }: AppError): string {
  const isBare = UNREACHED.includes(code) && !message.includes('hospital IT');
  const words = isBare ? `could not be asked to send the study. ${sentence(message)} Try again in a few minutes; if it stays, tell hospital IT.` : message;
  return `${aeTitle}: ${words}`.slice(0, 300);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
