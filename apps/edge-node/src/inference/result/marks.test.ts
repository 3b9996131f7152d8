import fc from 'fast-check';
import { expect, test } from 'vitest';
import { components } from '../preprocess/components.ts';
import { boxesFromMap } from './boxes.ts';
import type { ModelMap } from './boxes.ts';
import { attentionOutline } from './outline.ts';

const image = { rows: 400, columns: 400 };
const crop = { left: 40, top: 80, side: 200 };

function mapOf(size: number, value: (x: number, y: number) => number): ModelMap {
  return { rows: size, columns: size, values: Float32Array.from({ length: size * size }, (_, i) => value(i % size, Math.floor(i / size))) };
}

test('boxes are the components of the map in image pixels, the largest first', () => {
  const map = mapOf(40, (x, y) => (x >= 10 && x < 18 && y >= 4 && y < 10) || (x >= 30 && x < 33 && y >= 30 && y < 33) ? 0.9 : 0.1);
  expect(boxesFromMap(map, { crop, image }, 0.5, 2)).toEqual([
    { x: 40 + 50 - 0.5, y: 80 + 20 - 0.5, width: 40, height: 30 },
    { x: 40 + 150 - 0.5, y: 80 + 150 - 0.5, width: 15, height: 15 },
  ]);
});

test('cells that touch only at a corner are two components', () => {
  expect(components(2, 2, (i) => i === 0 || i === 3)).toHaveLength(2);
});

test('a map that stays below the threshold gives the one box round its brightest place', () => {
  const boxes = boxesFromMap(mapOf(40, (x, y) => 0.4 * Math.exp(-((x - 20) ** 2 + (y - 20) ** 2) / 20)), { crop, image }, 0.5, 2);
  expect(boxes).toHaveLength(1);
});

test('boxes stay inside the image', () => {
  fc.assert(fc.property(fc.integer({ min: -100, max: 300 }), fc.integer({ min: -100, max: 300 }), fc.integer({ min: 40, max: 500 }), (left, top, side) => {
    for (const box of boxesFromMap(mapOf(10, () => 0.9), { crop: { left, top, side }, image }, 0.5, 1)) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(image.columns);
      expect(box.y + box.height).toBeLessThanOrEqual(image.rows);
    }
  }));
});

test('the attention outline encloses the bright place, and only it', () => {
  const found = attentionOutline(mapOf(7, (x, y) => (x === 5 && y === 1 ? 1 : 0.05)), { rows: 700, columns: 350 }, 0.5);
  expect(found).toBeDefined();
  const { box, outline } = found!;
  // Cell (5, 1) covers x 250 to 300 and y 100 to 200.
  expect(box.x + box.width / 2).toBeCloseTo(274.5, 0);
  expect(box.y + box.height / 2).toBeCloseTo(149.5, 0);
  expect(outline.length % 2).toBe(0);
  expect(outline.length).toBeGreaterThan(8);
});

test('every outline closes: neighbouring points are near, the last beside the first', () => {
  fc.assert(fc.property(fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 49, maxLength: 49 }), (values) => {
    const found = attentionOutline({ rows: 7, columns: 7, values: Float32Array.from(values) }, { rows: 70, columns: 70 }, 0.5);
    if (!found) return;
    const points = Array.from({ length: found.outline.length / 2 }, (_, i) => [found.outline[i * 2] ?? 0, found.outline[i * 2 + 1] ?? 0] as const);
    points.forEach(([x, y], i) => {
      const [nextX, nextY] = points[(i + 1) % points.length] ?? [x, y];
      expect(Math.hypot(nextX - x, nextY - y)).toBeLessThan(20);
    });
  }), { numRuns: 50 });
});

test('a map that is zero everywhere outlines nothing', () => {
  expect(attentionOutline(mapOf(7, () => 0), image, 0.5)).toBeUndefined();
});
