import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../e2e/harness/until.ts';
import { freePort } from '../tools/services/free-port.ts';
import { startPostgres } from '../tools/services/postgres.ts';
import { interleave, median, resultOf, verdict } from './harness.ts';
import type { BenchContext, BenchResult, Benchmark } from './harness.ts';

const ROOT = join(import.meta.dirname, '..');
const PAIRS = 3;
const SECOND_BAR_S = 20;
/** Six minutes from a fresh clone, less the two that a bare `npm install` of these packages takes. */
const FIRST_BAR_S = 240;

/**
 * `npm start` until it says `Readroom ready`, without the installing of packages, which is the registry's time: the first on an empty home
 * (database, pages built anew, demo studies sent and analysed), then later ones on the same home. The floor is a bare PostgreSQL
 * and a bare Node server that answers: nothing that keeps its data in the one and is reached through the other starts sooner.
 */
export const benchmark: Benchmark = {
  name: 'start',
  what: `npm start to ready: once on an empty home, ${String(PAIRS)} times on that home`,
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'readroom-bench-start-'));
    context.defer(() => rm(folder, { recursive: true, force: true }));
    // The database's account passes through.
    await chmod(folder, 0o755);
    const environment = await environmentOf(join(folder, 'home'));
    const floor = (dataDir: string) => () => bareStart(context, dataDir);
    const fresh = async (n: number): Promise<number> => floor(join(folder, `fresh-${String(n)}`))();
    await fresh(0);
    const before = await fresh(1);
    // The pages are built as on a fresh clone.
    await rm(join(ROOT, 'apps/web/.next/readroom.stamp'), { force: true });
    const first = await wholeStart(context, environment);
    // The floor before and after: what else the machine did meanwhile is seen.
    const beside = [before, await fresh(2), await fresh(3)];
    const later = await interleave(PAIRS, () => wholeStart(context, environment), floor(join(folder, 'kept')));
    const bar = { text: `<= ${String(SECOND_BAR_S)} s`, ok: () => later.ours.max <= SECOND_BAR_S };
    return [firstResult(first, beside), resultOf(later, { name: 'start-second', unit: 's', bar, note: `slowest ${later.ours.max.toFixed(1)} s; peer: a bare PostgreSQL and a bare Node server` })];
  },
};

function firstResult(ours: number, floor: readonly number[]): BenchResult {
  const peer = median(floor);
  const { ok, words } = verdict(ours <= FIRST_BAR_S, floor, floor.length);
  const note = `${words}; measured once: database, pages and demo made anew; packages were there (a bare npm install takes two minutes more); peer: initdb, PostgreSQL and a Node server, both bare`;
  return { name: 'start-first', ours, peer, ratio: ours / peer, unit: 's', bar: `<= ${String(FIRST_BAR_S)} s beside npm install`, ok, note };
}

async function environmentOf(home: string): Promise<NodeJS.ProcessEnv> {
  const ports = { READROOM_PORT: await freePort(), READROOM_DICOM_PORT: await freePort(), READROOM_CONSOLE_PORT: await freePort() };
  const given = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  return { PATH: process.env.PATH, READROOM_HOME: home, ...given };
}

/** Seconds until the line that ends a start; ends it again. */
async function wholeStart(context: BenchContext, environment: NodeJS.ProcessEnv): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'tools/start.mjs')], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await said(child, /^Readroom ready /);
    const seconds = (performance.now() - began) / 1_000;
    context.log(`ready after ${seconds.toFixed(1)} s`);
    return seconds;
  } finally {
    await ended(child);
  }
}

/** Waits for a line of the child. Throws its last words when it ends without. */
async function said(child: ChildProcess, wanted: RegExp): Promise<void> {
  if (!child.stdout) throw new Error('The start has no output.');
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => (words = `${words}${chunk.toString()}`.slice(-500)));
  for await (const line of createInterface({ input: child.stdout })) if (wanted.test(line)) return;
  throw new Error(`npm start ended before it was ready: ${words.trim()}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  child.stdout?.resume();
  await exit;
}

/** Seconds until a bare PostgreSQL and a bare Node server both answer; ends them again. */
async function bareStart(context: BenchContext, dataDir: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const server = spawn(process.execPath, ['-e', `require('node:http').createServer((_, response) => response.end('hello')).listen(${String(port)}, '127.0.0.1')`], { stdio: 'ignore' });
  try {
    const database = await startPostgres({ dataDir });
    await until('the bare server', async () => (await fetch(`http://127.0.0.1:${String(port)}`)).ok);
    const seconds = (performance.now() - began) / 1_000;
    context.log(`floor: ${seconds.toFixed(2)} s`);
    await database.stop();
    return seconds;
  } finally {
    await ended(server);
  }
}
