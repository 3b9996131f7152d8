import type { ModelLabel } from '../contract/output.ts';
import type { SegmentationOutput, VolumeInput } from './contract.ts';
import { inverseOf, turned, turnedTriple, turnTo, voxelsOf } from './grid.ts';
import type { Shape, Volume } from './grid.ts';
import { keepParts } from './parts.ts';
import { resampled, sidesAt } from './resample-volume.ts';
import type { Stack } from './stack.ts';
import { segmentInWindows } from './windows.ts';
import type { RunVolume } from './windows.ts';
import { brought } from './values.ts';

/** The likeliest class of every stored voxel, and the probability of every class, one class after the other. */
export type Segmented = { readonly shape: Shape; readonly classes: Uint8Array; readonly probabilities: readonly Float32Array[] };

/** The volume as the network wants it, on its own grid. Throws BlankImageError. */
export function prepared(volume: Volume, stack: Stack, input: VolumeInput): Volume {
  const turn = turnTo(input.axes, stack.directions);
  const fromMm = turnedTriple(stack.spacingMm, turn);
  const straight = turned(volume, turn);
  const fine = resampled(straight, sidesAt(straight.shape, fromMm, input.spacingMm), fromMm, input.spacingMm);
  return { shape: fine.shape, values: brought(fine.values, input.values) };
}

/** Runs the network on a prepared volume and brings its answer back to the stored voxels of `stack`. */
export async function segmented(fine: Volume, stack: Stack, input: VolumeInput, run: RunVolume, between: () => void): Promise<Segmented> {
  const answer = await segmentInWindows(fine, input, run, between);
  const turn = turnTo(input.axes, stack.directions);
  const [back, straightMm] = [inverseOf(turn), turnedTriple(stack.spacingMm, turn)];
  const straightShape: Shape = turnedTriple(stack.shape, turn);
  const voxels = voxelsOf(fine.shape);
  const probabilities = Array.from({ length: answer.length / voxels }, (_, k) => {
    const plane = { shape: fine.shape, values: answer.subarray(k * voxels, (k + 1) * voxels) };
    return turned(resampled(plane, straightShape, input.spacingMm, straightMm), back).values;
  });
  return { shape: stack.shape, classes: likeliest(probabilities), probabilities };
}

/** The classes a label stands for. */
export const classesOf = ({ index, parts }: ModelLabel): readonly number[] => [index, ...(parts ?? [])];

/** The voxels of a label that are kept, 1 inside. */
export function maskOf({ shape, classes }: Segmented, label: ModelLabel, { keep, smallestMl }: SegmentationOutput, voxelMl: number): Uint8Array {
  const own = new Uint8Array(256);
  for (const index of classesOf(label)) own[index] = 1;
  const mask = new Uint8Array(classes.length);
  for (let i = 0; i < classes.length; i++) mask[i] = own[classes[i] ?? 0] ?? 0;
  keepParts(mask, shape, keep, Math.max(1, smallestMl / voxelMl));
  return mask;
}

function likeliest(probabilities: readonly Float32Array[]): Uint8Array {
  const [nothing, ...others] = probabilities;
  const classes = new Uint8Array(nothing?.length ?? 0);
  const best = Float32Array.from(nothing ?? []);
  others.forEach((plane, k) => {
    for (let i = 0; i < plane.length; i++) {
      const value = plane[i] ?? 0;
      if (value <= (best[i] ?? 0)) continue;
      best[i] = value;
      classes[i] = k + 1;
    }
  });
  return classes;
}
