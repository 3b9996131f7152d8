import { randomBytes, randomUUID } from 'node:crypto';
import { chown, lstat, mkdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAlive } from './is-alive.ts';
import { SHARED_PLACE, exists } from './postgres-binaries.ts';
import type { Identity } from './postgres-binaries.ts';

/**
 * Makes (or finds again) the data directory and answers its real path. Where the account the database runs as
 * can't reach the wanted place, the data lives in a reachable one and the wanted path is a link to it: the link
 * is the only truth, so a removed home starts an empty database.
 */
export async function dataDirectory(wanted: string, identity: Identity | null): Promise<string> {
  if (await isLink(wanted)) return realpath(wanted);
  await mkdir(dirname(wanted), { recursive: true });
  if (identity === null || (await everyoneReaches(dirname(wanted)))) return makeOwned(wanted, identity);
  await mkdir(SHARED_PLACE, { recursive: true, mode: 0o755 });
  const elsewhere = await makeOwned(join(SHARED_PLACE, `data-${randomUUID()}`), identity);
  await symlink(elsewhere, wanted);
  return elsewhere;
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

async function makeOwned(path: string, identity: Identity | null): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (identity) await chown(path, identity.uid, identity.gid);
  return realpath(path);
}

/** Whether an account without any rights may pass through every directory on the way. */
async function everyoneReaches(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o001) === 0) return false;
  const parent = dirname(path);
  return parent === path ? true : everyoneReaches(parent);
}

/** The database's password: made once, readable by its owner alone. Loopback is open to every local account, so `trust` will not do. */
export async function databasePassword(directory: string, identity: Identity | null): Promise<string> {
  const file = `${directory}.password`;
  if (await exists(file)) return (await readFile(file, 'utf8')).trim();
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (identity) await chown(file, identity.uid, identity.gid);
  return password;
}

export interface LivePostmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * The server that already runs on this directory, or null. A parent killed hard leaves its PostgreSQL behind, holding
 * port and data; line 1 of postmaster.pid is the process, line 4 the port. A stale file needs nothing: PostgreSQL removes it.
 */
export async function livePostmaster(directory: string): Promise<LivePostmaster | null> {
  const text = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || !Number.isInteger(port) || pid <= 0 || port <= 0) return null;
  return (await isPostgres(pid)) ? { pid, port } : null;
}

/** The pid may be another program's by now: on Linux the command line tells. */
async function isPostgres(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes('postgres');
}
