import { expect, test } from 'vitest';
import { makeCritical, makeItem } from '../../testing/make.ts';
import { entriesOf, ghostOf, neighbour } from './rows.ts';

const items = new Map([makeItem(1, { tier: 1 }), makeItem(2), makeItem(3)].map((item) => [item.studyUid, item]));

test('each tier has a heading with its count', () => {
  expect(entriesOf({ lane: [], main: ['1.2.3.1', '1.2.3.2', '1.2.3.3'] }, items)).toEqual([
    { kind: 'tier', tier: 1, count: 1, byHand: 0 },
    { kind: 'row', studyUid: '1.2.3.1' },
    { kind: 'tier', tier: 2, count: 2, byHand: 0 },
    { kind: 'row', studyUid: '1.2.3.2' },
    { kind: 'row', studyUid: '1.2.3.3' },
  ]);
});

test('[PR2] a heading says how many a person put under it', () => {
  const override = { id: '', author: { id: 'u', name: 'Dr A' }, reason: 'other', note: 'x', direction: 'up', holds: true, placedAt: 0, expiresAt: 1 } as const;
  const rows = [makeItem(1, { tier: 1, override }), makeItem(2, { tier: 1, class: 'stat', override }), makeCritical(3, { tier: 2, override }), makeItem(4, { override })];
  const entries = entriesOf({ lane: [], main: rows.map(({ studyUid }) => studyUid) }, new Map(rows.map((row) => [row.studyUid, row])));
  expect(entries.filter((entry) => entry.kind === 'tier')).toEqual([
    { kind: 'tier', tier: 1, count: 2, byHand: 1 },
    { kind: 'tier', tier: 2, count: 2, byHand: 1 },
  ]);
});

test('a row held under another tier gives no second heading', () => {
  const entries = entriesOf({ lane: [], main: ['1.2.3.2', '1.2.3.1', '1.2.3.3'] }, items);
  expect(entries.filter((entry) => entry.kind === 'tier')).toEqual([{ kind: 'tier', tier: 2, count: 3, byHand: 0 }]);
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
