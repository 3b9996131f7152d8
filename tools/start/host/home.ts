import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFailure, hasCode, sentenceOf } from '../failure.ts';

/** A first start writes about 300 MB, and the edge node refuses images below 512 MB. */
const NEEDED_BYTES = 1024 * 1024 * 1024;

/** Makes the home and checks that it can be written and has room. Nobody else may list it: it holds patient data. */
export async function prepareHome(home: string): Promise<void> {
  try {
    // 0711: the database's account passes through to its own directory (PostgreSQL refuses to run as root).
    await mkdir(home, { recursive: true, mode: 0o711 });
    await mkdir(join(home, 'logs'), { recursive: true, mode: 0o700 });
    await access(home, constants.W_OK);
  } catch (error) {
    if (hasCode(error, 'ENOSPC', 'EDQUOT')) throw fullDisk(home, 0);
    throw new StartFailure(`${home} can't be written (${sentenceOf(error)}). Set READROOM_HOME to a folder you may write to.`);
  }
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize < NEEDED_BYTES) throw fullDisk(home, bavail * bsize);
}

export function fullDisk(home: string, freeBytes: number): StartFailure {
  const free = Math.floor(freeBytes / 1024 / 1024);
  return new StartFailure(`The disk that holds ${home} is full (${String(free)} MB free, 1024 MB needed). Free some space or set READROOM_HOME to another disk; nothing stored is lost.`);
}

/** The key of the edge node on this machine: made once, and again in place of the passwords that earlier versions kept here. Answers the file's path. */
export async function ensureNodeKey(home: string): Promise<string> {
  const file = join(home, 'node.key');
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.includes('PRIVATE KEY')) return file;
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await rm(file, { force: true });
  await writeFile(file, pem, { flag: 'wx', mode: 0o600 });
  return file;
}

/** A secret of this installation: made once, readable by its owner alone. Answers the file's path. */
export async function ensureSecret(home: string, name: string): Promise<string> {
  const file = join(home, name);
  await writeFile(file, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  return file;
}
