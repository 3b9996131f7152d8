import type { Axis, Shape, Volume } from './grid.ts';

type Taps = { readonly first: number; readonly weights: readonly number[] };
type Spacing = readonly [number, number, number];

const SAME = 1e-3;
const AXES: readonly Axis[] = [0, 1, 2];

/** How many voxels of another size hold a side. */
export function sidesAt(shape: Shape, fromMm: Spacing, toMm: Spacing): Shape {
  const side = (axis: Axis): number => (Math.abs(fromMm[axis] / toMm[axis] - 1) < SAME ? shape[axis] : Math.max(1, Math.round((shape[axis] * fromMm[axis]) / toMm[axis])));
  return [side(0), side(1), side(2)];
}

/**
 * A volume on a grid of another spacing whose outer border is the same: linear between centres where voxels become finer, average
 * over what a voxel covers where they become coarser.
 */
export function resampled(volume: Volume, shape: Shape, fromMm: Spacing, toMm: Spacing): Volume {
  return AXES.reduce((given, axis) => {
    const ratio = toMm[axis] / fromMm[axis];
    if (shape[axis] === given.shape[axis] && Math.abs(ratio - 1) < SAME) return given;
    return along(given, axis, shape[axis], ratio);
  }, volume);
}

function along({ shape, values }: Volume, axis: Axis, count: number, ratio: number): Volume {
  const inside = shape[axis];
  const taps = Array.from({ length: count }, (_, i) => (ratio > 1 ? covered(i, ratio, inside) : between(i, ratio, inside)));
  const inner = shape.slice(axis + 1).reduce((product, side) => product * side, 1);
  const outer = shape.slice(0, axis).reduce((product, side) => product * side, 1);
  const out = new Float32Array(outer * count * inner);
  for (let o = 0; o < outer; o++) {
    taps.forEach(({ first, weights }, i) => {
      const to = (o * count + i) * inner;
      weights.forEach((weight, k) => {
        const from = (o * inside + first + k) * inner;
        for (let j = 0; j < inner; j++) out[to + j] = (out[to + j] ?? 0) + weight * (values[from + j] ?? 0);
      });
    });
  }
  const sides: [number, number, number] = [...shape];
  sides[axis] = count;
  return { shape: sides, values: out };
}

function between(i: number, ratio: number, inside: number): Taps {
  const at = Math.min(inside - 1, Math.max(0, (i + 0.5) * ratio - 0.5));
  const first = Math.min(inside - 1, Math.floor(at));
  const share = at - first;
  return share > 0 ? { first, weights: [1 - share, share] } : { first, weights: [1] };
}

function covered(i: number, ratio: number, inside: number): Taps {
  const start = Math.min(i * ratio, inside - SAME);
  const end = Math.max(start + SAME, Math.min(inside, (i + 1) * ratio));
  const first = Math.floor(start);
  const weights = Array.from({ length: Math.ceil(end) - first }, (_, k) => Math.max(0, Math.min(end, first + k + 1) - Math.max(start, first + k)) / (end - start));
  return { first, weights };
}
