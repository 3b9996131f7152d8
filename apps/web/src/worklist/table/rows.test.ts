import { expect, test } from 'vitest';
import { makeItem } from '../../testing/make.ts';
import { entriesOf, ghostOf, neighbour } from './rows.ts';

const items = new Map([makeItem(1, { tier: 1 }), makeItem(2), makeItem(3)].map((item) => [item.studyUid, item]));

test('each tier has a heading with its count', () => {
  expect(entriesOf({ lane: [], main: ['1.2.3.1', '1.2.3.2', '1.2.3.3'] }, items)).toEqual([
    { kind: 'tier', tier: 1, count: 1 },
    { kind: 'row', studyUid: '1.2.3.1' },
    { kind: 'tier', tier: 2, count: 2 },
    { kind: 'row', studyUid: '1.2.3.2' },
    { kind: 'row', studyUid: '1.2.3.3' },
  ]);
});

test('a row held under another tier gives no second heading', () => {
  const entries = entriesOf({ lane: [], main: ['1.2.3.2', '1.2.3.1', '1.2.3.3'] }, items);
  expect(entries.filter((entry) => entry.kind === 'tier')).toEqual([{ kind: 'tier', tier: 2, count: 3 }]);
});

test('moving goes from the lane into the list and stops at both ends', () => {
  const placement = { lane: ['x'], main: ['a', 'b'] };
  expect(neighbour(placement, null, 1)).toBe('x');
  expect(neighbour(placement, 'x', 1)).toBe('a');
  expect(neighbour(placement, 'a', -1)).toBe('x');
  expect(neighbour(placement, 'b', 1)).toBe('b');
  expect(neighbour(placement, 'gone', 1)).toBe('x');
  expect(neighbour(placement, 'b', -Infinity)).toBe('x');
  expect(neighbour({ lane: [], main: [] }, null, 1)).toBeNull();
});

test('a place that is kept says why', () => {
  expect(ghostOf(false, false)).toBe('left');
  expect(ghostOf(true, true)).toBe('moved');
  expect(ghostOf(true, false)).toBeNull();
});
