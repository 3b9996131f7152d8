import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxSize, boxSizeText } from './box.ts';
import { diameters } from './diameter.ts';
import type { PlaneMask } from './diameter.ts';
import { lesionSize } from './lesion.ts';
import type { Measured } from './measured.ts';
import { spacingInPatient } from './spacing.ts';
import { volumeMl } from './volume.ts';
import type { MaskSlice } from './volume.ts';

const of = <T>(answer: Measured<T>): T => {
  if (!answer.ok) throw new Error(answer.reason.text);
  return answer.value;
};
const code = (answer: Measured<unknown>): string => (answer.ok ? 'measured' : answer.reason.code);
const ONE = { rowMm: 1, columnMm: 1 };

/** A plane mask of the pixels whose centres lie inside. */
const plane = (rows: number, columns: number, inside: (x: number, y: number) => boolean): PlaneMask =>
  ({ rows, columns, values: Uint8Array.from({ length: rows * columns }, (_, i) => Number(inside(i % columns, Math.floor(i / columns)))) });

type Vector = readonly [number, number, number];
type Ellipsoid = { readonly axes: Vector; readonly centre: Vector; readonly angle: number };

/** Slices of an ellipsoid (semi-axes mm) turned in the plane by `angle`, on a grid of the given spacing, along `normal`'s direction. */
function slicesOf({ axes: [a, b, c], centre: [cx, cy, cz], angle }: Ellipsoid, spacing: { rowMm: number; columnMm: number; stepMm: number }, shear: Vector = [0, 0, 1]): MaskSlice[] {
  const [columns, rows, count] = [Math.ceil(90 / spacing.columnMm), Math.ceil(90 / spacing.rowMm), Math.ceil(90 / spacing.stepMm)];
  return Array.from({ length: count }, (_, k) => {
    const z = k * spacing.stepMm - 45 - cz;
    const mask = plane(rows, columns, (x, y) => {
      const [px, py] = [x * spacing.columnMm - 45 - cx, y * spacing.rowMm - 45 - cy];
      const [u, v] = [px * Math.cos(angle) + py * Math.sin(angle), py * Math.cos(angle) - px * Math.sin(angle)];
      return (u / a) ** 2 + (v / b) ** 2 + (z / c) ** 2 <= 1;
    });
    const along = k * spacing.stepMm;
    return { sopInstanceUid: `1.2.${k}`, instanceNumber: k, position: [shear[0] * along, shear[1] * along, shear[2] * along], orientation: [1, 0, 0, 0, 1, 0], mask, spacing };
  });
}

const truth = ([a, b, c]: Vector): number => (4 / 3) * Math.PI * a * b * c / 1000;

describe('an ellipsoid at 1 mm', () => {
  test.each<[Vector, number]>([[[20, 15, 12], 0], [[20, 15, 12], 0.6], [[25, 25, 25], 0], [[18, 11, 30], 1.2], [[30, 14, 10], 2.4]])('semi-axes %j turned by %d: volume and diameters within 2 %%', (axes, angle) => {
    const size = of(lesionSize(slicesOf({ axes, centre: [0.3, -0.2, 0.1], angle }, { rowMm: 1, columnMm: 1, stepMm: 1 })));
    expect(Math.abs(size.volumeMl / truth(axes) - 1)).toBeLessThan(0.02);
    expect(Math.abs(size.diameters.longestMm / (2 * Math.max(axes[0], axes[1])) - 1)).toBeLessThan(0.02);
    expect(Math.abs(size.diameters.perpendicularMm - 2 * Math.min(axes[0], axes[1]))).toBeLessThan(1);
    expect(size.productMm2).toBeCloseTo(size.diameters.longestMm * size.diameters.perpendicularMm, 9);
  });

  test('pixels need not be square, nor as thick as wide', () => {
    const size = of(lesionSize(slicesOf({ axes: [20, 15, 12], centre: [0.3, 0.1, 0.2], angle: 0.4 }, { rowMm: 0.7, columnMm: 1.3, stepMm: 2.5 })));
    expect(Math.abs(size.volumeMl / truth([20, 15, 12]) - 1)).toBeLessThan(0.02);
    expect(Math.abs(size.diameters.longestMm - 40)).toBeLessThan(1.3);
  });
});

test('[MS3] the volume is that of areas along the normal: a tilted gantry and an oblique plane change nothing', () => {
  const lesion = { axes: [20, 15, 12] as const, centre: [0, 0, 0] as const, angle: 0.3 };
  const straight = slicesOf(lesion, { rowMm: 1, columnMm: 1, stepMm: 2 });
  // A gantry tilt moves each slice sideways within its plane; the distance of the planes stays.
  const sheared = straight.map((slice, k) => ({ ...slice, position: [0, k * 0.7, k * 2] as const }));
  expect(of(volumeMl(sheared))).toBeCloseTo(of(volumeMl(straight)), 9);
  const [s, c] = [Math.sin(0.5), Math.cos(0.5)];
  // Columns run obliquely down the patient, so the normal is (0, -s, c).
  const oblique = straight.map((slice, k) => ({ ...slice, position: [5, -s * k * 2, c * k * 2] as const, orientation: [1, 0, 0, 0, c, s] as const }));
  expect(of(volumeMl(oblique))).toBeCloseTo(of(volumeMl(straight)), 9);
  expect(of(volumeMl([...straight].reverse()))).toBeCloseTo(of(volumeMl(straight)), 9);
});

test('[MS3] uneven steps weigh each slice by half the way to its neighbours', () => {
  const mask = plane(10, 10, () => true);
  const at = (z: number): MaskSlice => ({ sopInstanceUid: `1.${z}`, instanceNumber: null, position: [0, 0, z], orientation: [1, 0, 0, 0, 1, 0], mask, spacing: ONE });
  // 100 mm2 times: 1 (the only step), (1 + 3) / 2, 3.
  expect(of(volumeMl([at(0), at(1), at(4)]))).toBeCloseTo(0.6, 12);
});

test('[MS3] slices that are no stack have no volume, and say why', () => {
  const mask = plane(4, 4, () => true);
  const slice = (change: Partial<MaskSlice> = {}): MaskSlice => ({ sopInstanceUid: '1', instanceNumber: 1, position: [0, 0, 0], orientation: [1, 0, 0, 0, 1, 0], mask, spacing: ONE, ...change });
  expect(code(volumeMl([]))).toBe('single-slice');
  expect(code(volumeMl([slice()]))).toBe('single-slice');
  expect(code(volumeMl([slice(), slice()]))).toBe('same-place');
  expect(code(volumeMl([slice(), slice({ position: [0, 0, 2], orientation: [1, 0, 0, 0, 0, 1] })]))).toBe('no-stack');
  expect(code(volumeMl([slice(), slice({ position: null })]))).toBe('no-stack');
  expect(code(volumeMl([slice(), slice({ position: [0, 0, Number.NaN] })]))).toBe('no-stack');
  expect(code(volumeMl([slice(), slice({ position: [0, 0, 2], mask: { ...mask, rows: 5 } })]))).toBe('no-mask');
});

describe('[MS1] there is no size without a spacing that holds in the patient', () => {
  const ct = { modality: 'CT', pixelSpacing: [0.7, 0.7], calibration: null };

  test.each([[null], [[]], [[0.7]], [[0, 0.7]], [[0.7, -1]], [[Number.NaN, 0.7]], [[0.7, Number.POSITIVE_INFINITY]]])('PixelSpacing %j is refused', (pixelSpacing) => {
    expect(code(spacingInPatient({ ...ct, pixelSpacing }))).toBe('no-spacing');
  });

  test('rows come first', () => {
    expect(of(spacingInPatient({ ...ct, pixelSpacing: [0.5, 0.8] }))).toEqual({ rowMm: 0.5, columnMm: 0.8 });
  });

  test('a projection\'s spacing is the detector\'s unless it was calibrated in the patient', () => {
    for (const modality of ['CR', 'DX', 'MG', 'XA', 'RF']) expect(code(spacingInPatient({ ...ct, modality }))).toBe('spacing-at-detector');
    expect(code(spacingInPatient({ ...ct, modality: 'DX', calibration: 'NONE' }))).toBe('spacing-at-detector');
    expect(of(spacingInPatient({ ...ct, modality: 'DX', calibration: 'FIDUCIAL' }))).toEqual({ rowMm: 0.7, columnMm: 0.7 });
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('neither a diameter, a volume nor a box is measured at %d mm', (rowMm) => {
    const mask = plane(4, 4, () => true);
    const spacing = { rowMm, columnMm: 1 };
    const slice = (z: number): MaskSlice => ({ sopInstanceUid: `1.${z}`, instanceNumber: z, position: [0, 0, z], orientation: [1, 0, 0, 0, 1, 0], mask, spacing });
    expect(code(diameters(mask, spacing))).toBe('no-spacing');
    expect(code(volumeMl([slice(0), slice(1)]))).toBe('no-spacing');
    expect(code(boxSize({ width: 3, height: 4 }, { width: 1, height: 1 }, spacing))).toBe('no-spacing');
  });
});

describe('[MS2] a size depends on the lesion alone', () => {
  const blob = fc.array(fc.tuple(fc.integer({ min: 0, max: 11 }), fc.integer({ min: 0, max: 11 })), { minLength: 1, maxLength: 40 });
  const spacings = fc.record({ rowMm: fc.double({ min: 0.1, max: 5, noNaN: true }), columnMm: fc.double({ min: 0.1, max: 5, noNaN: true }) });
  const masked = (points: readonly (readonly [number, number])[], dx = 0, dy = 0): PlaneMask => plane(40, 40, (x, y) => points.some(([px, py]) => px + dx === x && py + dy === y));
  const sizes = (mask: PlaneMask, spacing = ONE) => of(diameters(mask, spacing));

  test('moved, it measures the same', () => {
    fc.assert(fc.property(blob, fc.nat({ max: 28 }), fc.nat({ max: 28 }), spacings, (points, dx, dy, spacing) => {
      const [here, there] = [sizes(masked(points), spacing), sizes(masked(points, dx, dy), spacing)];
      expect(there.longestMm).toBeCloseTo(here.longestMm, 9);
      expect(there.from[0] - here.from[0]).toBeCloseTo(dx, 9);
    }), { numRuns: 60 });
  });

  test('turned by a quarter, or mirrored, it measures the same', () => {
    fc.assert(fc.property(blob, spacings, (points, { rowMm, columnMm }) => {
      const here = sizes(masked(points), { rowMm, columnMm });
      const turned = sizes(masked(points.map(([x, y]) => [11 - y, x] as const)), { rowMm: columnMm, columnMm: rowMm });
      const mirrored = sizes(masked(points.map(([x, y]) => [11 - x, y] as const)), { rowMm, columnMm });
      expect(turned.longestMm).toBeCloseTo(here.longestMm, 9);
      expect(mirrored.longestMm).toBeCloseTo(here.longestMm, 9);
    }), { numRuns: 60 });
  });

  test('an ellipse turned by any angle measures the same within what its pixels lose at the tips', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: Math.PI, noNaN: true }), (angle) => {
      const ellipse = plane(80, 80, (x, y) => {
        const [u, v] = [(x - 40) * Math.cos(angle) + (y - 40) * Math.sin(angle), (y - 40) * Math.cos(angle) - (x - 40) * Math.sin(angle)];
        return (u / 30) ** 2 + (v / 15) ** 2 <= 1;
      });
      const found = sizes(ellipse);
      // A tip that ends on a pixel's centre may lose that pixel at both ends.
      expect(Math.abs(found.longestMm - 60)).toBeLessThan(1.25);
      expect(Math.abs(found.perpendicularMm - 30)).toBeLessThan(1.5);
    }), { numRuns: 40 });
  });

  test('at another spacing it scales', () => {
    fc.assert(fc.property(blob, spacings, fc.double({ min: 0.2, max: 8, noNaN: true }), (points, spacing, scale) => {
      const [here, scaled] = [sizes(masked(points), spacing), sizes(masked(points), { rowMm: spacing.rowMm * scale, columnMm: spacing.columnMm * scale })];
      expect(scaled.longestMm / here.longestMm).toBeCloseTo(scale, 6);
      expect(scaled.uncertaintyMm / here.uncertaintyMm).toBeCloseTo(scale, 6);
    }), { numRuns: 60 });
  });

  test('the perpendicular is never longer than the longest, within a pixel', () => {
    fc.assert(fc.property(blob, (points) => {
      const { longestMm, perpendicularMm } = sizes(masked(points));
      expect(perpendicularMm).toBeLessThanOrEqual(longestMm + 1e-9);
    }), { numRuns: 60 });
  });
});

test('a rectangle of 30 x 10 pixels: the longest is its diagonal, the chord across it the one level with a corner', () => {
  const { longestMm, perpendicularMm, uncertaintyMm, from, to } = of(diameters(plane(40, 40, (x, y) => x >= 5 && x < 35 && y >= 8 && y < 18), ONE));
  expect(longestMm).toBeCloseTo(Math.hypot(29, 9) + 0.5, 9);
  // Across the diagonal of 29 x 9 the longest chord goes through a corner: 9 / cos, cut off by the long side.
  expect(perpendicularMm).toBeCloseTo(9 * Math.hypot(29, 9) / 29 + 0.5, 9);
  expect(uncertaintyMm).toBe(0.5);
  expect([from, to].map((point) => point.join())).toEqual(['5,8', '34,17']);
});

test('one pixel measures half of itself, give or take the other half; nothing measures nothing', () => {
  const { longestMm, uncertaintyMm } = of(diameters(plane(5, 5, (x, y) => x === 2 && y === 2), { rowMm: 2, columnMm: 1 }));
  expect([longestMm, uncertaintyMm]).toEqual([1, 1]);
  expect(code(diameters(plane(5, 5, () => false), ONE))).toBe('empty');
  expect(code(diameters({ rows: 5, columns: 5, values: [1] }, ONE))).toBe('no-mask');
});

test('a box has sides in the patient, and none where it has no area', () => {
  expect(of(boxSize({ width: 20, height: 10 }, { width: 2, height: 4 }, { rowMm: 0.5, columnMm: 0.8 }))).toEqual({ widthMm: 16, heightMm: 5, uncertaintyMm: 2 });
  expect(code(boxSize({ width: 0, height: 10 }, { width: 1, height: 1 }, ONE))).toBe('empty');
  expect(boxSizeText({ widthMm: 23.6, heightMm: 17.2, uncertaintyMm: 4.9 })).toBe('24 × 17 mm ± 5');
  expect(boxSizeText({ widthMm: 23.6, heightMm: 5.4, uncertaintyMm: 0.3 })).toBe('24 × 5 mm ± 1');
});
