import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import { livePostmaster } from './postgres-directory.ts';
import { startFailure } from './postgres-failure.ts';
import { isAlive } from './is-alive.ts';
import { startPostgres, startTemporaryPostgres } from './postgres.ts';

// Each test makes a database cluster or two: seconds on an idle machine, a minute on a crowded one.
vi.setConfig({ testTimeout: 180_000 });

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}

test('a server whose parent was killed is taken over, keeps its rows over kill -9, and stops when told', async () => {
  const first = await startTemporaryPostgres();
  undo.push(() => first.stop());
  await query(first.url, 'create table kept (n int); insert into kept values (42)');

  const again = await startPostgres({ dataDir: first.dataDir });
  expect(again).toMatchObject({ reused: true, pid: first.pid, port: first.port, url: first.url });

  process.kill(first.pid, 'SIGKILL');
  const restarted = await startPostgres({ dataDir: first.dataDir, port: first.port });
  expect(restarted.reused).toBe(false);
  expect(await query(restarted.url, 'select n from kept')).toEqual([{ n: 42 }]);
  const [encoding] = await query(restarted.url, `select pg_encoding_to_char(encoding) as e from pg_database where datname = 'readroom'`);
  expect(encoding).toEqual({ e: 'UTF8' });

  await restarted.stop();
  expect(isAlive(restarted.pid)).toBe(false);
  await restarted.stop();
});

test('a test runner that is killed leaves no server and no directory behind', async () => {
  const module = new URL('./postgres.ts', import.meta.url).href;
  const script = `import { startTemporaryPostgres } from ${JSON.stringify(module)}; const s = await startTemporaryPostgres(); console.log(JSON.stringify({ pid: s.pid, dataDir: s.dataDir })); setInterval(() => {}, 1000);`;
  const runner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('../../', import.meta.url)) });
  const said = await new Promise<string>((resolve) => runner.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())));
  const { pid, dataDir } = JSON.parse(said) as { pid: number; dataDir: string };
  runner.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 30_000 });
  await vi.waitFor(() => expect(stat(join(dataDir, '..'))).rejects.toMatchObject({ code: 'ENOENT' }), { timeout: 30_000 });
});

test('a postmaster.pid that names another program is stale, not a server', async () => {
  const server = await startTemporaryPostgres();
  undo.push(() => server.stop());
  await server.stop();
  const home = join(server.dataDir, '..');
  await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });

  const other = await startTemporaryPostgres();
  undo.push(() => other.stop());
  process.kill(other.pid, 'SIGKILL');
  const stranger = spawn('sleep', ['60']);
  undo.push(async () => void stranger.kill());
  await writeFile(join(other.dataDir, 'postmaster.pid'), `${stranger.pid}\n${other.dataDir}\n0\n${other.port}\n`);
  const fresh = await startPostgres({ dataDir: other.dataDir, port: other.port });
  expect(fresh.reused).toBe(false);
  expect(fresh.pid).not.toBe(stranger.pid);
});

test('a taken port gives one sentence that says so', async () => {
  const holder = createServer();
  const port = await new Promise<number>((resolve) => {
    holder.listen(0, '127.0.0.1', () => {
      const address = holder.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  undo.push(async () => void holder.close());
  await expect(startTemporaryPostgres({ port })).rejects.toMatchObject({ code: 'port-in-use', message: expect.stringContaining(String(port)) });
});

test('a disk that fills up before the database is made leaves no server behind', async () => {
  const disk = await mkdtemp(join(tmpdir(), 'readroom-full-'));
  await chmod(disk, 0o755);
  undo.push(() => rm(disk, { recursive: true, force: true }));
  // initdb makes some thousand files, a database three hundred more: inodes for the one and not for the other.
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1g,nr_inodes=1010,mode=755', 'tmpfs', disk]);
  if (mounted.status !== 0) throw new Error('this test mounts a small disk and must run as root');
  undo.push(async () => void spawnSync('umount', ['-l', disk]));
  await expect(startPostgres({ dataDir: join(disk, 'postgres'), throwaway: true })).rejects.toThrow(/No space left on device/);
  expect(await livePostmaster(join(disk, 'postgres'))).toBeNull();
});

test('a directory that the database account cannot reach is a link to one it can, and a removed link is a new database', async () => {
  const closed = await mkdtemp(join(tmpdir(), 'readroom-closed-'));
  undo.push(() => rm(closed, { recursive: true, force: true }));
  await chmod(closed, 0o700);
  const dataDir = join(closed, 'postgres');
  const server = await startPostgres({ dataDir });
  undo.push(() => server.stop());
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  const asRoot = process.getuid?.() === 0;
  expect(await readdir(closed)).toEqual(asRoot ? ['postgres'] : ['postgres', 'postgres.log', 'postgres.password']);
  const real = await realpath(dataDir);
  undo.push(async () => {
    for (const path of [real, `${real}.log`, `${real}.password`]) await rm(path, { recursive: true, force: true });
  });
  expect((await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim()).toBe('18');
  await server.stop();
});

test('what PostgreSQL says when the disk is full, the port taken or its twin alive becomes a sentence', () => {
  expect(startFailure('initdb: error: could not write file: No space left on device', null)).toMatchObject({ code: 'disk-full' });
  expect(startFailure('could not bind IPv4 address "127.0.0.1": Address already in use', 5432)).toMatchObject({ code: 'port-in-use', message: expect.stringContaining('5432') });
  expect(startFailure('FATAL: lock file "postmaster.pid" already exists', 1)).toMatchObject({ code: 'already-running' });
  expect(startFailure('FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 1)).toMatchObject({ code: 'still-ending', class: 'transient' });
  expect(startFailure('', 1)).toMatchObject({ code: 'postgres-failed', message: expect.stringContaining('no reason given') });
});
