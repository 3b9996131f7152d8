import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { blockMedians, verdict } from './harness.ts';
import type { BenchResult, Benchmark } from './harness.ts';
import { exitCodeOf, runAll } from './run.ts';

const result = (name: string, ok: boolean | null, note = ''): BenchResult => ({ name, ours: 1, peer: 1, ratio: 1, unit: 'ms', bar: '<= 2x', ok, note });
const bench = (name: string, run: Benchmark['run']) => [name, () => Promise.resolve({ name, what: 'x', run })] as const;

test('a benchmark that fails costs none of the others, and what it deferred is ended in reverse order', async () => {
  const ended: number[] = [];
  const outcome = await runAll(
    new Map([
      bench('good', () => Promise.resolve([result('good', true)])),
      bench('bad', ({ defer }) => {
        defer(() => void ended.push(1));
        defer(() => void ended.push(2));
        return Promise.reject(new Error('no Orthanc'));
      }),
      bench('last', () => Promise.resolve([result('last', true)])),
    ]),
    () => undefined,
  );
  expect(outcome.results.map(({ name }) => name)).toEqual(['good', 'last']);
  expect(outcome.failures).toEqual(['bad failed: no Orthanc']);
  expect(ended).toEqual([2, 1]);
  expect(exitCodeOf(outcome)).toBe(1);
});

test('the exit code tells a missed bar from a run that says nothing', () => {
  expect(exitCodeOf({ results: [result('a', true), result('b', null)], failures: [] })).toBe(0);
  expect(exitCodeOf({ results: [result('a', false)], failures: [] })).toBe(1);
  expect(exitCodeOf({ results: [result('a', null, 'INVALID: the peer varied')], failures: [] })).toBe(3);
});

test('a floor that varied from block to block gives no verdict; single events may', () => {
  expect(blockMedians([1, 9, 1, 2, 2, 2], 2)).toEqual([1, 2]);
  expect(verdict(true, [1, 9, 1, 1, 1, 9], 2)).toMatchObject({ ok: true });
  expect(verdict(true, [1, 1, 1, 2, 2, 2], 2)).toMatchObject({ ok: null, words: expect.stringMatching(/^INVALID/) });
});

test('a name nobody knows is answered with those there are', () => {
  const { status, stderr } = spawnSync(process.execPath, ['bench/main.ts', 'nope'], { cwd: new URL('..', import.meta.url), encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/No benchmark is called nope\. Known: .*cstore-ingest/);
});
