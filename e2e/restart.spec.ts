import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { freePort } from '../tools/services/free-port.ts';
import { ROOT, makeHome } from './harness/instance.ts';
import { session } from './harness/rest.ts';
import { until } from './harness/until.ts';

test.setTimeout(600_000);

interface Started {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly error: string[];
}

let home: string;
let environment: Record<string, string>;
const running: ChildProcess[] = [];

test.beforeAll(async () => {
  home = await makeHome('readroom-restart-');
  const ports = { READROOM_PORT: String(await freePort()), READROOM_DICOM_PORT: String(await freePort()), READROOM_CONSOLE_PORT: String(await freePort()) };
  environment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', READROOM_HOME: home, ...ports };
});
test.afterAll(async () => {
  for (const child of running) if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGTERM');
  await rm(home, { recursive: true, force: true });
});

function start(args: readonly string[] = [], extra: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [join(ROOT, 'tools/start.mjs'), ...args], { env: { ...environment, ...extra }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const started: Started = { child, lines: [], error: [] };
  child.stdout.on('data', (chunk: Buffer) => started.lines.push(...chunk.toString().split('\n').filter(Boolean)));
  child.stderr.on('data', (chunk: Buffer) => started.error.push(...chunk.toString().split('\n').filter(Boolean)));
  return started;
}

async function ready(started: Started): Promise<void> {
  const isOver = (): boolean => started.child.exitCode !== null;
  const isReady = (): boolean => started.lines.some((line) => line.startsWith('Readroom ready'));
  await until('the start to say that it is ready', () => Promise.resolve(isReady() || isOver()), 360_000);
  if (!isReady()) throw new Error(`The start ended: ${started.error.join(' ')}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await exited)[0];
}

/** Every process that has our home in its environment, command line or working directory. */
async function processesOfHome(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const texts = await Promise.all(['environ', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')));
      return texts.some((text) => text.includes(home)) ? `${pid} ${texts[1]?.replaceAll('\0', ' ').slice(0, 120) ?? ''}` : null;
    }),
  );
  return found.filter((line) => line !== null);
}

/** `npm start`, as a person types it. */
function npmStart(): Started {
  const child = spawn('npm', ['start'], { cwd: ROOT, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const started: Started = { child, lines: [], error: [] };
  child.stdout.on('data', (chunk: Buffer) => started.lines.push(...chunk.toString().split('\n').filter(Boolean)));
  child.stderr.resume();
  return started;
}

async function studiesOf(url: string): Promise<string[]> {
  return (await (await session(url, 'resident')).worklist()).map((item) => item.studyUid).sort();
}

test('a start keeps the data of the last, a second at the same time is refused, and however it ends it leaves nothing behind', async () => {
  const url = `http://127.0.0.1:${environment.READROOM_PORT ?? ''}`;
  const first = start();
  await ready(first);
  expect(first.lines.filter((line) => line.startsWith('Readroom ready'))).toEqual([`Readroom ready  ${url}`]);
  expect(first.lines.at(-1)).toContain('resident@demo.readroom.test');
  const before = await studiesOf(url);
  expect(before.length).toBeGreaterThanOrEqual(12);

  const rival = start([], { READROOM_PORT: String(await freePort()), READROOM_DICOM_PORT: String(await freePort()), READROOM_CONSOLE_PORT: String(await freePort()) });
  const [rivalCode] = (await once(rival.child, 'close')) as [number | null];
  expect(rivalCode).toBe(1);
  expect(rival.error).toHaveLength(1);
  expect(rival.error[0]).toContain(`Readroom already runs on ${home}`);

  // Killed hard, the next takes over whatever it left.
  await end(first.child, 'SIGKILL');
  const second = start();
  await ready(second);
  expect(second.lines.filter((line) => line.startsWith('Building'))).toEqual([]);
  expect(await studiesOf(url)).toEqual(before);
  expect(await end(second.child, 'SIGINT')).toBe(0);
  expect(await processesOfHome()).toEqual([]);

  // To npm itself: it hands a signal on at best.
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const npm = npmStart();
    await ready(npm);
    await end(npm.child, signal);
    await until(`every process to be gone after ${signal} to npm`, async () => (await processesOfHome()).length === 0);
  }
});

test('--no-demo has no demo account and prints a one-time link for the first administrator', async () => {
  const other = await makeHome('readroom-no-demo-');
  const started = start(['--no-demo'], { READROOM_HOME: other });
  await ready(started);
  const url = `http://127.0.0.1:${environment.READROOM_PORT ?? ''}`;
  const link = await until('the link', () => Promise.resolve(started.lines.map((line) => /http\S+\/setup#(\S+)/.exec(line)?.[1]).find(Boolean)));
  await expect(session(url, 'resident')).rejects.toThrow('401');
  const setUp = (): Promise<Response> =>
    fetch(`${url}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ token: link, organisation: 'St. Anna', name: 'Ada First', email: 'ada@st-anna.test', password: 'a long enough password' }),
    });
  expect((await setUp()).status).toBe(200);
  expect((await setUp()).ok).toBe(false);
  expect(await end(started.child, 'SIGTERM')).toBe(0);
  await rm(other, { recursive: true, force: true });
});
