import { expect, test } from 'vitest';
import type { Mark } from '@readroom/shared/finding/finding';
import { makeFinding } from '../../testing/make.ts';
import { affineFrom, apply, labelPlace, marksOn, pathOf, screenOutline } from './geometry.ts';

/** Two screen pixels a stored pixel, turned by 90 degrees clockwise, moved to (100, 50). */
const turned = affineFrom(({ x, y }) => ({ x: 100 - 2 * y, y: 50 + 2 * x }));
const mark: Mark = { kind: 'box', sopInstanceUid: '1.2', frameNumber: 1, sliceIndex: 0, box: { x: 10, y: 20, width: 30, height: 40 }, confidence: 0.9 };

test('rotation, zoom and pan are all in the map', () => {
  expect(apply(turned, { x: 10, y: 20 })).toEqual({ x: 60, y: 70 });
});

test('a box is its four corners where they really are', () => {
  expect(screenOutline(mark, turned)).toEqual([
    { x: 60, y: 70 },
    { x: 60, y: 130 },
    { x: -20, y: 130 },
    { x: -20, y: 70 },
  ]);
});

test('an attention area is its outline, and without one its box', () => {
  const outline = [0, 0, 10, 0, 10, 10];
  expect(screenOutline({ ...mark, kind: 'attention', outline }, turned)).toEqual([
    { x: 100, y: 50 },
    { x: 100, y: 70 },
    { x: 80, y: 70 },
  ]);
  expect(screenOutline({ ...mark, kind: 'attention' }, turned)).toHaveLength(4);
  expect(screenOutline({ ...mark, outline }, turned)).toHaveLength(4);
});

test('a path is closed', () => {
  expect(pathOf([{ x: 0, y: 1.23 }, { x: 2, y: 3 }])).toBe('M0 1.2L2 3Z');
  expect(pathOf([])).toBe('');
});

test('a label stands above its mark and stays inside the picture', () => {
  const label = { width: 100, height: 20 };
  const viewport = { width: 400, height: 300 };
  expect(labelPlace([{ x: 50, y: 100 }], viewport, label)).toEqual({ x: 50, y: 76 });
  expect(labelPlace([{ x: -50, y: 5 }], viewport, label)).toEqual({ x: 2, y: 2 });
  expect(labelPlace([{ x: 390, y: 900 }], viewport, label)).toEqual({ x: 298, y: 278 });
});

test('only the marks of the frame on screen', () => {
  const finding = makeFinding();
  expect(marksOn([finding], '1.2.3.1.1.2', 1)).toHaveLength(1);
  expect(marksOn([finding], '1.2.3.1.1.2', 2)).toEqual([]);
  expect(marksOn([finding], '1.9', 1)).toEqual([]);
});
