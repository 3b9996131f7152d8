import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCritical, makeItem } from '../../testing/make.ts';
import { placementOf } from '../order/placement.ts';
import { entriesOf } from '../table/rows.ts';
import { gapAt, gapsOf, isItsOwn, sectionsOf, stepGap, verdictOf } from './places.ts';

const rows = [makeCritical(1), makeItem(2, { tier: 1 }), makeItem(3), makeItem(4), makeItem(5, { status: 'final' })];
const placement = placementOf(rows);
const sections = sectionsOf(placement.lane, entriesOf(placement, new Map(rows.map((row) => [row.studyUid, row]))));

test('the lane and each heading are a section; signed studies have no place', () => {
  expect(sections).toEqual([['1.2.3.1'], ['1.2.3.2'], ['1.2.3.3', '1.2.3.4']]);
});

test('[PR2] the upper half of a row lands above it, the lower half above the next, and below the last of its section', () => {
  expect(gapAt(sections, '1.2.3.3', 'upper')).toEqual({ side: 'above', target: '1.2.3.3' });
  expect(gapAt(sections, '1.2.3.3', 'lower')).toEqual({ side: 'above', target: '1.2.3.4' });
  expect(gapAt(sections, '1.2.3.2', 'lower')).toEqual({ side: 'below', target: '1.2.3.2' });
  expect(gapAt(sections, '1.2.3.5', 'upper')).toBeNull();
});

test('keys pass the places that would leave the study where it stands, and stay at either end', () => {
  const up = stepGap(sections, '1.2.3.4', null, -1);
  expect(up).toEqual({ side: 'above', target: '1.2.3.3' });
  expect(stepGap(sections, '1.2.3.3', null, 1)).toEqual({ side: 'below', target: '1.2.3.4' });
  expect(stepGap(sections, '1.2.3.4', up, -Infinity)).toEqual({ side: 'above', target: '1.2.3.1' });
  expect(stepGap(sections, '1.2.3.4', { side: 'above', target: '1.2.3.1' }, -1)).toEqual({ side: 'above', target: '1.2.3.1' });
  expect(stepGap(sections, '1.2.3.4', null, 1)).toBeNull();
});

test('every step from anywhere is to a place that is not its own', () => {
  const uids = sections.flat();
  fc.assert(
    fc.property(fc.constantFrom(...uids), fc.constantFrom(...gapsOf(sections)), fc.integer({ min: -4, max: 4 }), (carried, from, step) => {
      const to = stepGap(sections, carried, isItsOwn(sections, carried, from) ? null : from, step);
      if (to !== null) expect(isItsOwn(sections, carried, to)).toBe(false);
    }),
  );
});

test('[PR2] a resident may not drop an open critical study lower, an attending may', () => {
  const [critical, , plain] = rows;
  const gap = { side: 'above', target: plain!.studyUid } as const;
  expect(verdictOf('resident', sections, critical!, gap, plain!)).toBe('forbidden');
  expect(verdictOf('attending', sections, critical!, gap, plain!)).toBe('free');
  expect(verdictOf('resident', sections, plain!, { side: 'above', target: critical!.studyUid }, critical!)).toBe('free');
  expect(verdictOf('resident', sections, plain!, { side: 'above', target: rows[3]!.studyUid }, rows[3]!)).toBe('own');
});
