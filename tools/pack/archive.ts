import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Of every file in an archive, so that the same contents make the same bytes: 2026-01-01. */
const FIXED_TIME = '@1767225600';
const ORDER_AND_OWNERS = ['--format=gnu', '--sort=name', `--mtime=${FIXED_TIME}`, '--owner=0', '--group=0', '--numeric-owner', '--hard-dereference', '--mode=u=rwX,go=rX'];

/**
 * Writes `folder` as a .tar.gz whose bytes depend on the names and contents of its files only, not on when, where or by whom it is made.
 * @throws Error when tar is not there or fails
 */
export async function writeArchive(folder: string, file: string): Promise<void> {
  const tar = spawn('tar', [...ORDER_AND_OWNERS, '-cf', '-', '-C', dirname(folder), basename(folder)], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } });
  const ended = new Promise<number | null>((resolve, reject) => {
    tar.once('error', (cause) => reject(new Error('The archive needs GNU tar, which could not be started.', { cause })));
    tar.once('close', resolve);
  });
  await Promise.all([pipeline(tar.stdout, createGzip({ level: 6 }), createWriteStream(file)), ended]);
  const code = await ended;
  if (code !== 0) throw new Error(`tar ended with ${String(code)}: it must be GNU tar 1.28 or newer.`);
}
