import { statfsSync } from 'node:fs';

/** Bytes an unprivileged process may still write on the disk that holds `path`. */
export function diskFreeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
