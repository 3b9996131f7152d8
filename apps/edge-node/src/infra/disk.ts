import { statfsSync } from 'node:fs';
import { AppError } from '@readroom/shared/error';

/** Bytes an unprivileged process may still write on the disk that holds `path`. @throws AppError `disk-write` when the disk is gone */
export function diskFreeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch (cause) {
    throw new AppError('disk-write', { class: 'transient', message: 'The disk of the images cannot be reached.', cause });
  }
}
