import { expect, test } from 'vitest';
import { completenessOf } from './completeness.ts';
import type { Counted } from './completeness.ts';

function images(seriesUid: string, count: number, expectedInSeries: number | null, expectedInStudy: number | null = null): Counted[] {
  return Array.from({ length: count }, () => ({ seriesUid, expectedInSeries, expectedInStudy }));
}

test.each([
  ['no counts', images('1', 3, null), 'unknown'],
  ['nothing held', [], 'unknown'],
  ['a series that is full', images('1', 3, 3), 'all-there'],
  ['a series with more than it said', images('1', 4, 3), 'all-there'],
  ['a series that is not full', images('1', 2, 3), 'some-missing'],
  ['one full series beside one that does not say', [...images('1', 3, 3), ...images('2', 1, null)], 'unknown'],
  ['one full series beside one that is not', [...images('1', 3, 3), ...images('2', 1, 2)], 'some-missing'],
  ['a study that is full', [...images('1', 2, null, 3), ...images('2', 1, null, 3)], 'all-there'],
  ['a study that is not full', images('1', 2, null, 3), 'some-missing'],
  ['a full series of a study that is not', images('1', 2, 2, 3), 'some-missing'],
] as const)('%s', (_what, instances, expected) => {
  expect(completenessOf(instances)).toBe(expected);
});
