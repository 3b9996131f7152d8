import { expect, test } from 'vitest';
import { interleave, percentile, resultOf, spreadOf } from './harness.ts';

function series(values: number[]): () => Promise<number> {
  let at = 0;
  return () => Promise.resolve(values[at++] ?? Number.NaN);
}

test('interleaves pairs, leaves the warm-up out, and answers medians and their ratio', async () => {
  const order: string[] = [];
  const ours = series([99, 4, 6, 5]);
  const peer = series([99, 10, 10, 11]);
  const paired = await interleave(
    3,
    () => (order.push('ours'), ours()),
    () => (order.push('peer'), peer()),
  );
  expect(order).toEqual(['ours', 'peer', 'ours', 'peer', 'peer', 'ours', 'ours', 'peer']);
  expect(paired.ours).toEqual({ median: 5, min: 4, max: 6, relative: 0.4 });
  expect(paired.peer.median).toBe(10);
  expect(paired.ratio).toBe(0.5);
  expect(paired.valid).toBe(true);
});

test('a peer that varied by more than 30 % makes the run invalid, and no verdict is given', async () => {
  const paired = await interleave(2, series([1, 1, 1]), series([1, 10, 14]));
  const result = resultOf(paired, { name: 'x', unit: 'ms', bar: { text: '<= 2x', ok: () => true } });
  expect(paired.valid).toBe(false);
  expect(result.ok).toBeNull();
  expect(result.note).toMatch(/^INVALID/);
});

test('a valid run is held to its bar', async () => {
  const paired = await interleave(2, series([3, 3, 3]), series([1, 1, 1]));
  expect(resultOf(paired, { name: 'x', unit: 'objects/s', bar: { text: '>= 2x', ok: (p) => p.ratio >= 2 } })).toMatchObject({ ok: true, ratio: 3, bar: '>= 2x' });
  expect(resultOf(paired, { name: 'x', unit: 'objects/s', bar: { text: '>= 4x', ok: (p) => p.ratio >= 4 } })).toMatchObject({ ok: false });
});

test('percentiles are nearest-rank', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(percentile(values, 50)).toBe(50);
  expect(percentile(values, 95)).toBe(95);
  expect(percentile(values, 100)).toBe(100);
  expect(() => percentile([], 50)).toThrow('No value was measured.');
  expect(spreadOf([2]).relative).toBe(0);
});
