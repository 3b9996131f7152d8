import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeCritical, makeItem } from '../../testing/make.ts';
import { changesBetween, hold, placementOf, type Hand, type Placement } from './placement.ts';

const handOn = (...uids: string[]): Hand => ({ held: new Set(uids), laneMayGrow: true, carrying: false });
const open: Hand = { held: new Set(), laneMayGrow: true, carrying: false };

test('critical studies stand in their own lane above', () => {
  expect(placementOf([makeCritical(1), makeItem(2), makeItem(3)])).toEqual({ lane: ['1.2.3.1'], main: ['1.2.3.2', '1.2.3.3'] });
});

describe('while no hand is on the list', () => {
  test('every change is shown at once', () => {
    expect(hold({ lane: [], main: ['a', 'b'] }, { lane: [], main: ['b', 'a', 'c'] }, open)).toEqual({ shown: { lane: [], main: ['b', 'a', 'c'] }, waiting: 0 });
  });
  test('nothing changed is the same object, so nothing is drawn again', () => {
    const shown: Placement = { lane: [], main: ['a'] };
    expect(hold(shown, { lane: [], main: ['a'] }, open).shown).toBe(shown);
  });
});

describe('while a hand is on a row', () => {
  test('a change below it happens at once', () => {
    const held = hold({ lane: [], main: ['a', 'b', 'c'] }, { lane: [], main: ['a', 'b', 'd', 'c'] }, handOn('b'));
    expect(held).toEqual({ shown: { lane: [], main: ['a', 'b', 'd', 'c'] }, waiting: 0 });
  });
  test('a change that would move it waits, and is counted', () => {
    const held = hold({ lane: [], main: ['a', 'b', 'c'] }, { lane: [], main: ['new', 'a', 'b', 'c'] }, handOn('b'));
    expect(held).toEqual({ shown: { lane: [], main: ['a', 'b', 'c'] }, waiting: 1 });
  });
  test('the held row does not go away under the hand when it leaves the list', () => {
    expect(hold({ lane: [], main: ['a', 'b'] }, { lane: [], main: ['a'] }, handOn('b'))).toEqual({ shown: { lane: [], main: ['a', 'b'] }, waiting: 1 });
  });
  test('a critical arrival opens the lane all the same', () => {
    const held = hold({ lane: [], main: ['a', 'b'] }, { lane: ['x'], main: ['a', 'b'] }, handOn('b'));
    expect(held).toEqual({ shown: { lane: ['x'], main: ['a', 'b'] }, waiting: 0 });
  });
  test('a row of the list that turned critical is in the lane, and its place below is kept', () => {
    const held = hold({ lane: [], main: ['a', 'b'] }, { lane: ['a'], main: ['b'] }, handOn('b'));
    expect(held.shown).toEqual({ lane: ['a'], main: ['a', 'b'] });
  });
  test('the lane does not slide under the pointer itself', () => {
    const held = hold({ lane: [], main: ['a'] }, { lane: ['x'], main: ['a'] }, { held: new Set(['a']), laneMayGrow: false, carrying: false });
    expect(held).toEqual({ shown: { lane: [], main: ['a'] }, waiting: 1 });
  });
  test('a lane that got shorter waits: it would pull the list up', () => {
    expect(hold({ lane: ['x', 'y'], main: ['a'] }, { lane: ['x'], main: ['a'] }, handOn('a')).shown.lane).toEqual(['x', 'y']);
  });
  test('a held row in the lane keeps its place there', () => {
    expect(hold({ lane: ['x', 'y'], main: [] }, { lane: ['new', 'x', 'y'], main: [] }, handOn('y'))).toEqual({ shown: { lane: ['x', 'y'], main: [] }, waiting: 1 });
  });
});

test('while a study is in the hand the whole list waits, and a critical arrival opens the lane all the same', () => {
  const held = hold({ lane: [], main: ['a', 'b', 'c'] }, { lane: ['x'], main: ['a', 'c', 'b', 'd'] }, { ...open, carrying: true });
  expect(held).toEqual({ shown: { lane: ['x'], main: ['a', 'b', 'c'] }, waiting: 2 });
});

test('rows that came, went or moved are counted, each once', () => {
  expect(changesBetween(['a', 'b', 'c'], ['a', 'b', 'c'])).toBe(0);
  expect(changesBetween(['a', 'b', 'c'], ['c', 'a', 'b'])).toBe(1);
  expect(changesBetween(['a', 'b'], ['b', 'x'])).toBe(2);
});

const order = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 });

test('no change ever moves a held row, whatever the list does', () => {
  fc.assert(
    fc.property(order, order, fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), (before, after, uid) => {
      const { shown } = hold({ lane: [], main: before }, { lane: [], main: after }, handOn(uid));
      if (before.includes(uid)) expect(shown.main.indexOf(uid)).toBe(before.indexOf(uid));
    }),
  );
});

test('once the hand has left, what is shown is what is true', () => {
  fc.assert(
    fc.property(order, order, order, (first, second, third) => {
      const held = hold({ lane: [], main: first }, { lane: [], main: second }, handOn(...first.slice(0, 1)));
      expect(hold(held.shown, { lane: [], main: third }, open)).toEqual({ shown: { lane: [], main: third }, waiting: 0 });
    }),
  );
});
