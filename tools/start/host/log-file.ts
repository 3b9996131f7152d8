import { copyFile, open, rename, stat, truncate } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

const MAX_BYTES = 20 * 1024 * 1024;
/** At most this much of a log's end is searched for last words. */
const TAIL_BYTES = 64 * 1024;

async function sizeOf(file: string): Promise<number> {
  return stat(file).then((found) => found.size, () => 0);
}

/** Opens a log to append to; a full one becomes `<file>.1` first. */
export async function openLog(file: string): Promise<FileHandle> {
  if ((await sizeOf(file)) > MAX_BYTES) await rename(file, `${file}.1`);
  return open(file, 'a', 0o600);
}

/** Bounds a log that is being written: its writers append (O_APPEND), so emptying it is safe. */
export async function capLog(file: string): Promise<void> {
  if ((await sizeOf(file)) <= MAX_BYTES) return;
  await copyFile(file, `${file}.1`);
  await truncate(file, 0);
}

/** What was written to the log since it was `from` bytes long, at most its last 64 kB. */
export async function readSince(file: string, from: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Math.max(from > size ? 0 : from, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size - start), position: start });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
