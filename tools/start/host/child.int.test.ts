import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { supervise } from './child.ts';
import type { Child } from './child.ts';
import { isAlive } from '../../services/is-alive.ts';

let folder: string;
let child: Child | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readroom-child-'));
});
afterEach(async () => {
  await child?.stop();
  child = null;
  await rm(folder, { recursive: true, force: true });
});

const PRELOAD = join(import.meta.dirname, 'follow-parent.mjs');

/** A child that counts its lives in a file and is ready once it has. */
function make(code: string, said: string[] = [], stopTimeoutMs = 5_000): Child {
  const lives = join(folder, 'lives');
  const ready = join(folder, 'ready');
  const program = `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(lives)}, 'x'); const ready = () => fs.writeFileSync(${JSON.stringify(ready)}, String(process.pid)); ${code}`;
  child = supervise({
    name: 'part',
    args: ['--import', PRELOAD, '-e', program],
    cwd: folder,
    env: { PATH: process.env.PATH ?? '' },
    logFile: join(folder, 'part.log'),
    ready: async () => isAlive(Number(await readFile(ready, 'utf8'))),
    readyTimeoutMs: 10_000,
    stopTimeoutMs,
    backoffMs: [50, 50, 50],
    onGiveUp: (sentence) => said.push(sentence),
    say: (line) => said.push(line),
  });
  return child;
}

const FOREVER = 'ready(); setInterval(() => undefined, 1000);';

test('a child that is killed is started again', async () => {
  const said: string[] = [];
  const part = make(FOREVER, said);
  await part.start();
  const first = part.pid();
  process.kill(first ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(said).toContain('part is back'), 10_000);
  expect(part.pid()).not.toBe(first);
  expect(await readFile(join(folder, 'lives'), 'utf8')).toBe('xx');
});

test('a child that cannot live is given up after a bounded number of tries, in its own words', async () => {
  const said: string[] = [];
  const part = make(`ready(); setTimeout(() => { console.log(JSON.stringify({ level: 60, msg: 'The node key is unreadable.' })); process.exit(1); }, 300);`, said);
  await part.start();
  await vi.waitFor(() => expect(said.at(-1)).toContain('ended 4 times within 10 minutes'), { timeout: 50_000, interval: 100 });
  expect(said.at(-1)).toContain('The node key is unreadable.');
  expect(await readFile(join(folder, 'lives'), 'utf8')).toBe('xxxx');
});

test('a child that ends while it starts is one sentence, with its last words', async () => {
  const part = make(`console.error('Port 1 is taken.'); process.exit(3);`);
  await expect(part.start()).rejects.toThrow(/part did not start\. Port 1 is taken\. \(log: /);
});

test('a child that will not end is killed after its time', async () => {
  const part = make(`process.on('SIGTERM', () => undefined); ${FOREVER}`, [], 300);
  await part.start();
  const pid = part.pid() ?? 0;
  await part.stop();
  expect(isAlive(pid)).toBe(false);
});

test('a child whose parent is killed ends by itself', async () => {
  const { spawn } = await import('node:child_process');
  const parentCode = `const { supervise } = await import(${JSON.stringify(join(import.meta.dirname, 'child.ts'))});
    const part = supervise({ name: 'part', args: ['--import', ${JSON.stringify(PRELOAD)}, '-e', 'setInterval(() => undefined, 1000)'], cwd: '/', env: {},
      logFile: ${JSON.stringify(join(folder, 'x.log'))}, ready: async () => true, readyTimeoutMs: 5000, stopTimeoutMs: 5000, backoffMs: [], onGiveUp() {}, say() {} });
    await part.start(); console.log(part.pid()); setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', parentCode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(output.toString());
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);
});
