import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../services/free-port.ts';

let home: string;
let environment: Record<string, string>;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'readroom-main-'));
  environment = {
    PATH: process.env.PATH ?? '',
    READROOM_HOME: home,
    READROOM_PORT: String(await freePort()),
    READROOM_DICOM_PORT: String(await freePort()),
    READROOM_CONSOLE_PORT: String(await freePort()),
  };
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Runs `npm start`'s script to its end. */
async function start(extra: Record<string, string> = {}, args: string[] = []): Promise<{ code: number | null; error: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../start.mjs'), ...args], { env: { ...environment, ...extra }, stdio: ['ignore', 'ignore', 'pipe'] });
  let error = '';
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, error: error.trim() };
}

async function listen(): Promise<{ server: Server; port: string }> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: String((server.address() as AddressInfo).port) };
}

test.each([
  ['READROOM_PORT', 'the web page'],
  ['READROOM_DICOM_PORT', 'DICOM'],
  ['READROOM_CONSOLE_PORT', 'the edge console'],
])('a taken %s ends the start with one sentence', async (variable, purpose) => {
  const { server, port } = await listen();
  const { code, error } = await start({ [variable]: port });
  server.close();
  expect(error).toBe(`Port ${port} (${purpose}) is in use by another program. Stop that program, or set ${variable} to another port.`);
  expect(code).toBe(1);
});

test('a database that can not be reached is one sentence, without its password', async () => {
  const port = await freePort();
  const { code, error } = await start({ DATABASE_URL: `postgresql://owner:hunter2@127.0.0.1:${String(port)}/x` });
  expect(error).toBe(`The database at 127.0.0.1:${String(port)} can't be reached (ECONNREFUSED). Check DATABASE_URL and that the server runs.`);
  expect(code).toBe(1);
});

test('a server that is no database is one sentence too', async () => {
  const { server, port } = await listen();
  const { code, error } = await start({ DATABASE_URL: `postgresql://owner:hunter2@127.0.0.1:${port}/x` });
  server.close();
  expect(error).toMatch(new RegExp(`^The database at 127\\.0\\.0\\.1:${port} can't be reached`));
  expect(error).not.toContain('hunter2');
  expect(code).toBe(1);
});

test.each([
  ['from the start', 'size=8m', /^The disk that holds .* is full \(8 MB free, 1024 MB needed\)\. Free some space or set READROOM_HOME to another disk; nothing stored is lost\.$/],
  // Room enough, and no inode for the database's folder: what a disk that fills up meanwhile says.
  ['once the start is under way', 'size=2g,nr_inodes=3', /^The disk that holds .* is full: no more files can be written\. Free some space or set READROOM_HOME to another disk and start again; nothing stored is lost\.$/],
])('a disk that is full %s ends the start with one sentence', async (_when, size, sentence) => {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', home]);
  if (mounted.status !== 0) throw new Error('this test mounts a small disk and must run as root');
  try {
    const { code, error } = await start();
    expect(error).toMatch(sentence);
    expect(code).toBe(1);
  } finally {
    spawnSync('umount', ['-l', home]);
  }
});

test('an unknown option and an unusable setting are refused before anything is started', async () => {
  expect(await start({}, ['--demo'])).toEqual({ code: 1, error: 'Unknown option --demo. Known: --no-demo.' });
  expect(await start({ READROOM_PORT: 'front door' })).toEqual({ code: 1, error: 'READROOM_PORT is not usable: it must be a port number between 1 and 65535.' });
});
