import { AppError } from '@readroom/shared/error';
import type { SubOperations } from '../dimse/command.ts';
import { statusCode, statusWords } from './query-retrieve.ts';

/**
 * What the last response of a C-MOVE says (PS3.4 table C.4-2), with what to do: null when every image was sent, else AppError
 * `move-partial`, `move-destination-unknown`, `move-out-of-resources` or `move-failed`. `ourAeTitle` is the destination.
 */
export function moveFailure(status: number | null, counts: SubOperations, ourAeTitle: string): AppError | null {
  const failed = counts.failed ?? 0;
  if (status === 0 && failed === 0) return null;
  if (status === 0 || status === 0xb000) return partial(counts);
  if (status === 0xa801) return failure('move-destination-unknown', 'permanent', `it does not know ${ourAeTitle} as a place to send to (0xA801). Hospital IT: enter the edge node there as a C-MOVE destination, with its address and DICOM port.`);
  if (status === 0xa702) return failure('move-out-of-resources', 'transient', `it could not send (0xA702). Try again later; if it stays, hospital IT: compare the address and port it has for ${ourAeTitle} with the edge node’s.`);
  if (status !== null && status >>> 8 === 0xa7) return failure('move-out-of-resources', 'transient', `it is out of resources (${statusCode(status)}). Try again later; if it stays, tell hospital IT.`);
  return failure('move-failed', 'permanent', `${statusWords(status)}${sentWords(counts)}. Try again; if it stays, hospital IT: look at its log, and at the associations in the edge node’s console.`);
}

/** The PACS ended the association instead of answering: some do so when they do not know who asks. */
export function brokenOff({ message, code }: AppError, ourAeTitle: string): AppError {
  return new AppError(code, { class: 'transient', message: `It broke off when asked to send (${message}). It may not know ${ourAeTitle}: hospital IT, enter the edge node there as a C-MOVE destination, and look at its log.` });
}

function failure(code: string, kind: 'transient' | 'permanent', why: string): AppError {
  return new AppError(code, { class: kind, message: `The PACS did not send the study: ${why}` });
}

function partial(counts: SubOperations): AppError {
  const all = sent(counts) + (counts.failed ?? 0);
  const message = counts.failed === null
    ? 'The PACS could not send every image of the study.'
    : `The PACS sent ${sent(counts)} of ${all} images; ${counts.failed} failed.`;
  return new AppError('move-partial', { class: 'transient', message: `${message} Fetch it again; if it stays, hospital IT: the edge node’s console says which it refused and why.` });
}

/** How many images the PACS says that it sent. */
export function sent({ completed, warning }: SubOperations): number {
  return (completed ?? 0) + (warning ?? 0);
}

function sentWords(counts: SubOperations): string {
  return counts.completed === null && counts.failed === null ? '' : ` (${sent(counts)} sent, ${counts.failed ?? 0} failed)`;
}
