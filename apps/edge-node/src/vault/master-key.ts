import { createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@readroom/shared/error';

const KEY_BYTES = 32;

/**
 * The key that wraps every study's key: 32 random bytes in a file of the node's user alone.
 * `mayMake` is false where something was sealed already: another key would open none of it. @throws AppError `master-key`
 */
export function openMasterKey(file: string, mayMake: boolean): KeyObject {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (isMissing && mayMake) return make(file);
    const message = isMissing
      ? `The master key ${file} is gone, and what this node holds cannot be read without it. Put it back from the backup; or move the folder ${dirname(file)} away and have the senders send again.`
      : `The master key ${file} cannot be read. Run the node as the user to whom it belongs.`;
    throw new AppError('master-key', { class: 'permanent', message, cause });
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === KEY_BYTES) return createSecretKey(key);
  throw new AppError('master-key', { class: 'permanent', message: `What lies in ${file} is no master key. Put it back from the backup.` });
}

function make(file: string): KeyObject {
  const key = randomBytes(KEY_BYTES);
  try {
    const handle = openSync(file, 'wx', 0o600);
    try {
      writeSync(handle, `${key.toString('base64')}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    const folder = openSync(dirname(file), 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch (cause) {
    throw new AppError('master-key', { class: 'permanent', message: `The master key ${file} cannot be written. Give the folder to the node's user, and free space on its disk.`, cause });
  }
  return createSecretKey(key);
}
