import type { VolumeInput } from './contract.ts';
import { voxelsOf } from './grid.ts';
import type { Shape, Volume } from './grid.ts';

/** What the network says of one box of voxels: its classes' volumes one after the other. */
export type RunVolume = (values: Float32Array, shape: Shape) => Promise<Float32Array>;
type Contract = Pick<VolumeInput, 'window' | 'overlap' | 'shape' | 'multiple'>;

/**
 * The probabilities of every class for every voxel, one class after the other. A volume that fits the window is run once; a larger
 * one in windows that overlap, each weighing most in its middle. `between` is called before every run and may throw.
 */
export async function segmentInWindows(volume: Volume, contract: Contract, run: RunVolume, between: () => void): Promise<Float32Array> {
  const size: Shape = [sideOf(volume.shape[0], contract.window[0], contract), sideOf(volume.shape[1], contract.window[1], contract), sideOf(volume.shape[2], contract.window[2], contract)];
  const starts = size.map((side, axis) => startsAlong(volume.shape[axis] ?? 0, side, contract.overlap));
  const places = (starts[0] ?? []).flatMap((d) => (starts[1] ?? []).flatMap((h) => (starts[2] ?? []).map((w): Shape => [d, h, w])));
  if (places.length === 1) {
    between();
    if (size.every((side, axis) => side === volume.shape[axis])) return run(volume.values, size);
    return cropped(await run(cut(volume, [0, 0, 0], size), size), size, volume.shape);
  }
  const weights = weightsOf(size);
  const total = new Float32Array(voxelsOf(volume.shape));
  let sums = new Float32Array();
  for (const place of places) {
    between();
    const answer = await run(cut(volume, place, size), size);
    const classes = answer.length / voxelsOf(size);
    if (sums.length === 0) sums = new Float32Array(classes * total.length);
    add(answer, size, place, volume.shape, weights, sums, total);
  }
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) / (total[i % total.length] ?? 1);
  return sums;
}

function sideOf(side: number, window: number, { shape, multiple }: Contract): number {
  if (shape === 'fixed' || side > window) return window;
  return Math.ceil(side / multiple) * multiple;
}

function startsAlong(side: number, window: number, overlap: number): number[] {
  if (side <= window) return [0];
  const step = Math.max(1, Math.floor(window * (1 - overlap)));
  const count = Math.ceil((side - window) / step) + 1;
  return Array.from({ length: count }, (_, i) => Math.min(i * step, side - window));
}

/** A box of the volume, black where it leaves it. */
function cut({ shape, values }: Volume, [d0, h0, w0]: Shape, size: Shape): Float32Array {
  const out = new Float32Array(voxelsOf(size));
  const width = Math.min(size[2], shape[2] - w0);
  for (let d = 0; d < Math.min(size[0], shape[0] - d0); d++) {
    for (let h = 0; h < Math.min(size[1], shape[1] - h0); h++) {
      const from = ((d0 + d) * shape[1] + h0 + h) * shape[2] + w0;
      out.set(values.subarray(from, from + width), (d * size[1] + h) * size[2]);
    }
  }
  return out;
}

function cropped(answer: Float32Array, size: Shape, shape: Shape): Float32Array {
  const classes = answer.length / voxelsOf(size);
  const out = new Float32Array(classes * voxelsOf(shape));
  for (let c = 0; c < classes; c++) {
    for (let d = 0; d < shape[0]; d++) {
      for (let h = 0; h < shape[1]; h++) {
        const from = ((c * size[0] + d) * size[1] + h) * size[2];
        out.set(answer.subarray(from, from + shape[2]), ((c * shape[0] + d) * shape[1] + h) * shape[2]);
      }
    }
  }
  return out;
}

/** Along each axis: 1 at the ends, rising to the middle. */
const weightsOf = (size: Shape): Float32Array[] => size.map((side) => Float32Array.from({ length: side }, (_, i) => Math.min(i + 1, side - i)));

function add(answer: Float32Array, size: Shape, [d0, h0, w0]: Shape, shape: Shape, weights: readonly Float32Array[], sums: Float32Array, total: Float32Array): void {
  const [voxels, classes] = [voxelsOf(size), answer.length / voxelsOf(size)];
  for (let d = 0; d < size[0] && d0 + d < shape[0]; d++) {
    for (let h = 0; h < size[1] && h0 + h < shape[1]; h++) {
      const plane = (weights[0]?.[d] ?? 0) * (weights[1]?.[h] ?? 0);
      const [from, to] = [(d * size[1] + h) * size[2], ((d0 + d) * shape[1] + h0 + h) * shape[2] + w0];
      for (let w = 0; w < size[2] && w0 + w < shape[2]; w++) {
        const weight = plane * (weights[2]?.[w] ?? 0);
        total[to + w] = (total[to + w] ?? 0) + weight;
        for (let c = 0; c < classes; c++) sums[c * total.length + to + w] = (sums[c * total.length + to + w] ?? 0) + weight * (answer[c * voxels + from + w] ?? 0);
      }
    }
  }
}
