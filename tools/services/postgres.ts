import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { AppError, isAppError } from '@readroom/shared/error';
import { freePort } from './free-port.ts';
import { exists, postgresBinaries } from './postgres-binaries.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { isAlive } from './is-alive.ts';
import { dataDirectory, databasePassword, livePostmaster } from './postgres-directory.ts';
import { startFailure } from './postgres-failure.ts';

export interface PostgresOptions {
  /** Made when missing; a path the program may turn into a link (see `dataDirectory`). */
  readonly dataDir: string;
  /** Loopback port; a free one when left out. Ignored when a live server of this directory is taken over. */
  readonly port?: number;
  /** The directory is thrown away afterwards: initdb need not wait for the disk. */
  readonly throwaway?: boolean;
  /** Extra settings, `name=value`. */
  readonly settings?: readonly string[];
}

export interface RunningPostgres {
  /** `postgresql://readroom:...@127.0.0.1:<port>/readroom` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** A server left behind by a killed parent was taken over. */
  readonly reused: boolean;
  /** Fast shutdown (SIGINT), whoever started it; resolves when the process is gone. */
  stop(): Promise<void>;
}

const USER = 'readroom';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const TAKEOVER_TIMEOUT_MS = 20_000;

/**
 * Starts the embedded PostgreSQL 18 on a data directory, or takes over the one that already runs there.
 * Throws AppError `postgres-missing`, `port-in-use`, `disk-full` or `postgres-failed`, each with a sentence for a person.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const binaries = await postgresBinaries();
  const directory = await dataDirectory(options.dataDir, binaries.identity);
  const password = await databasePassword(directory, binaries.identity);
  const live = await takeOver(directory, password);
  const server = live ?? (await launch(binaries, directory, password, options));
  const url = `postgresql://${USER}:${password}@127.0.0.1:${server.port}/${USER}`;
  try {
    await ensureDatabase(url);
  } catch (error) {
    // Nobody else knows of it: a server without its database is of no use and would be left behind.
    if (live === null) await stopOn(directory, server.pid);
    throw error;
  }
  return { url, port: server.port, pid: server.pid, reused: live !== null, stop: () => stopOn(directory, server.pid) };
}

interface Server {
  readonly pid: number;
  readonly port: number;
}

/** The server that already runs here, once it answers; null when there is none, or when it ends while we ask. */
async function takeOver(directory: string, password: string): Promise<Server | null> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (let live = await livePostmaster(directory); live; live = await livePostmaster(directory)) {
    if (await answers(`postgresql://${USER}:${password}@127.0.0.1:${live.port}/postgres`)) return live;
    if (Date.now() > deadline) throw new AppError('postgres-failed', { class: 'transient', message: `A PostgreSQL runs on this data directory (process ${live.pid}) but does not answer. Stop it and start again.` });
    await delay(50);
  }
  return null;
}

async function launch(binaries: PostgresBinaries, directory: string, password: string, options: PostgresOptions): Promise<Server> {
  if (!(await exists(join(directory, 'PG_VERSION')))) await initialise(binaries, directory, options.throwaway ?? false);
  const port = options.port ?? (await freePort());
  const deadline = Date.now() + TAKEOVER_TIMEOUT_MS;
  for (;;) {
    // Its own process group: Ctrl-C reaches our launcher, which ends the database last.
    const program = await run(binaries, binaries.postgres, directory, serverArguments(directory, port, options.settings ?? []), true);
    try {
      await untilReady(program, `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`, port);
      program.child.unref();
      return { pid: program.child.pid ?? 0, port };
    } catch (error) {
      // The last server was killed hard: its sessions hold the shared memory until they notice.
      if (!isAppError(error, 'still-ending') || Date.now() > deadline) throw error;
      await delay(200);
    }
  }
}

function serverArguments(directory: string, port: number, settings: readonly string[]): string[] {
  const all = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'log_min_messages=warning',
    // A statement holds patient data; the error's own text is enough.
    'log_min_error_statement=panic',
    'log_parameter_max_length_on_error=0',
    ...settings,
  ];
  return ['-D', directory, ...all.flatMap((setting) => ['-c', setting])];
}

async function initialise(binaries: PostgresBinaries, directory: string, throwaway: boolean): Promise<void> {
  const args = ['-D', directory, '-U', USER, '--encoding=UTF8', '--locale=C.UTF-8', '--auth=scram-sha-256', `--pwfile=${directory}.password`, ...(throwaway ? ['--no-sync'] : [])];
  const program = await run(binaries, binaries.initdb, directory, args, false);
  if ((await program.exited) !== 0) throw startFailure(await program.lastWords(), null);
}

interface Program {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  lastWords(): Promise<string>;
}

/** stderr goes to `<directory>.log`, begun anew at each start: a file outlives us where a pipe would break, and it can't grow for ever. */
async function run(binaries: PostgresBinaries, file: string, directory: string, args: readonly string[], detached: boolean): Promise<Program> {
  const logFile = `${directory}.log`;
  const log = await open(logFile, 'w', 0o600);
  // Nothing of our own environment: it may hold secrets and PG* variables of another database.
  const env = { LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', TZ: 'UTC', PATH: '/usr/bin:/bin' };
  const child = spawn(file, args, { detached, stdio: ['ignore', log.fd, log.fd], env, cwd: directory, ...(binaries.identity ?? {}) });
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(-1));
    child.once('exit', resolve);
  });
  await log.close();
  return { child, exited, lastWords: async () => (await readFile(logFile, 'utf8').catch(() => '')).slice(-8_192) };
}

async function untilReady(program: Program, url: string, port: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let exited = false;
  void program.exited.then(() => {
    exited = true;
  });
  while (!(await answers(url))) {
    if (exited) throw startFailure(await program.lastWords(), port);
    if (Date.now() > deadline) {
      program.child.kill('SIGQUIT');
      throw new AppError('postgres-failed', { class: 'transient', message: `PostgreSQL did not answer on port ${port} within ${START_TIMEOUT_MS / 1000} s.` });
    }
    await delay(50);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres'), connectionTimeoutMillis: 10_000 });
  await admin.connect();
  try {
    const found = await admin.query('select 1 from pg_database where datname = $1', [USER]);
    if (found.rowCount === 0) await admin.query(`create database ${USER}`);
  } finally {
    await admin.end();
  }
}

/** A PostgreSQL of its own in a new directory that goes with it: for tests and measurements. */
export async function startTemporaryPostgres(options: Omit<PostgresOptions, 'dataDir'> = {}): Promise<RunningPostgres & { readonly dataDir: string }> {
  const home = await mkdtemp(join(tmpdir(), 'readroom-postgres-'));
  // As root the server runs as somebody else, who must pass through.
  await chmod(home, 0o755);
  const dataDir = join(home, 'data');
  const server = await startPostgres({ ...options, dataDir, throwaway: true });
  outlive(server.pid, home);
  return {
    ...server,
    dataDir,
    async stop() {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A test runner that is killed cleans nothing up: a small watcher ends the server and removes its directory once we are gone. */
function outlive(pid: number, home: string): void {
  const script = 'while kill -0 "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do sleep 1; done; kill -0 "$1" 2>/dev/null && exit; kill -INT "$2" 2>/dev/null; sleep 2; rm -rf "$3"';
  spawn('/bin/sh', ['-c', script, 'sh', String(process.pid), String(pid), home], { detached: true, stdio: 'ignore' }).unref();
}

/** Ends the server of this directory, even one that was started since by somebody else. */
async function stopOn(directory: string, pid: number): Promise<void> {
  await stopServer((await livePostmaster(directory))?.pid ?? pid);
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, everything is flushed. */
async function stopServer(pid: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) {
      process.kill(pid, 'SIGQUIT');
      return;
    }
    await delay(20);
  }
}
