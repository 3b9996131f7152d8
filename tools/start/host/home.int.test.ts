import { createPrivateKey } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { database } from './database.ts';
import { ensureNodeKey, ensureSecret, prepareHome } from './home.ts';
import { lockHome } from './lock.ts';
import { claimable } from './ports.ts';
import { isAlive } from '../../services/is-alive.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'readroom-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Takes the lock in another process, which then waits to be ended. */
async function lockElsewhere(childPids: number[] = []): Promise<ReturnType<typeof spawn>> {
  const code = `const { lockHome } = await import(${JSON.stringify(join(import.meta.dirname, 'lock.ts'))});
    const lock = await lockHome(${JSON.stringify(home)}); await lock.noteChildren(${JSON.stringify(childPids)});
    console.log('held'); setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(owner.stdout!, 'data');
  return owner;
}

test('a home is held by one start at a time, and the second is told who holds it', async () => {
  const owner = await lockElsewhere();
  await expect(lockHome(home)).rejects.toThrow(`Readroom already runs on ${home} (process ${String(owner.pid)})`);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  const lock = await lockHome(home);
  await lock.release();
});

test('a start that is ending is waited for', async () => {
  const code = `const { lockHome } = await import(${JSON.stringify(join(import.meta.dirname, 'lock.ts'))});
    const lock = await lockHome(${JSON.stringify(home)}); await lock.noteEnding(); await lock.noteChildren([]);
    console.log('ending'); process.stdin.once('data', () => lock.release()).resume();`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(owner.stdout!, 'data');
  let isTaken = false;
  const next = lockHome(home).then((lock) => {
    isTaken = true;
    return lock;
  });
  await expect(Promise.race([next, readFile(join(home, 'start.lock'), 'utf8')])).resolves.toContain(String(owner.pid));
  expect(isTaken).toBe(false);
  owner.stdin!.end('go');
  await (await next).release();
});

test('a start that was killed leaves a lock that is taken over, and its children are ended first', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  const owner = await lockElsewhere([child.pid ?? 0]);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  const gone = once(child, 'exit');
  const lock = await lockHome(home);
  await gone;
  expect(isAlive(child.pid ?? 0)).toBe(false);
  await lock.release();
});

test('a number given to another process since is not mistaken for the owner', async () => {
  const lock = await lockHome(home);
  const text = await readFile(join(home, 'start.lock'), 'utf8');
  await lock.release();
  expect(JSON.parse(text)).toMatchObject({ owner: { pid: process.pid }, children: [] });
  await writeFile(join(home, 'start.lock'), JSON.stringify({ owner: { pid: process.pid, startedAt: '1' }, children: [] }));
  await (await lockHome(home)).release();
});

test('a secret is made once, for its owner alone', async () => {
  const file = await ensureSecret(home, 'auth.secret');
  const first = await readFile(file, 'utf8');
  expect(first.trim()).toHaveLength(43);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await ensureSecret(home, 'auth.secret');
  expect(await readFile(file, 'utf8')).toBe(first);
});

test('the node’s key is made once, for its owner alone, and takes the place of an earlier version’s password', async () => {
  const file = await ensureNodeKey(home);
  const first = await readFile(file, 'utf8');
  expect(createPrivateKey(first).asymmetricKeyType).toBe('ed25519');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await ensureNodeKey(home);
  expect(await readFile(file, 'utf8')).toBe(first);
  await writeFile(file, `${'x'.repeat(43)}\n`);
  await ensureNodeKey(home);
  expect(createPrivateKey(await readFile(file, 'utf8')).asymmetricKeyType).toBe('ed25519');
});

test('where the database’s account can not reach the home, the start says where the data lies', async () => {
  const said: string[] = [];
  const served = database({ home, url: null, say: (line) => said.push(line), onGiveUp: (line) => said.push(line) });
  await served.start();
  await served.stop();
  const real = await realpath(join(home, 'postgres'));
  // mkdtemp's folder is closed to others; only for root is the database another's.
  expect(said).toEqual(process.getuid?.() === 0 ? [`The database lies in ${real}: PostgreSQL's account can't reach ${home}. Back it up too.`] : []);
  for (const path of [real, `${real}.log`, `${real}.password`]) await rm(path, { recursive: true, force: true });
});

test('a full disk, and a home that is a file, are one sentence each', async () => {
  const file = await ensureSecret(home, 'a-file');
  await expect(prepareHome(join(file, 'x'))).rejects.toThrow(/can't be written .* Set READROOM_HOME/);
  const small = join(home, 'small');
  const mounted = spawnSync('sh', ['-c', `mkdir ${small} && mount -t tmpfs -o size=8m tmpfs ${small}`]);
  if (mounted.status !== 0) throw new Error('this test mounts a small disk and must run as root');
  try {
    await expect(prepareHome(small)).rejects.toThrow(`The disk that holds ${small} is full`);
  } finally {
    spawnSync('umount', [small]);
  }
});

test('a port in use is named with what it is for and how to move it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(claimable(port, '127.0.0.1', 'READROOM_PORT', 'the web page')).rejects.toThrow(
    `Port ${String(port)} (the web page) is in use by another program. Stop that program, or set READROOM_PORT to another port.`,
  );
  server.close();
  await once(server, 'close');
  await claimable(port, '127.0.0.1', 'READROOM_PORT', 'the web page');
});
