import { BlankImageError } from '../preprocess/blank-image.ts';
import type { VolumeInput } from './contract.ts';

/** Voxel values to 0..1 as the contract says, the same operations as `models/training/volumes.py`. Throws BlankImageError. */
export function brought(values: Float32Array, how: VolumeInput['values']): Float32Array {
  const [low, span] = how.kind === 'window' ? [how.center - how.width / 2, how.width] : stretchOf(values, how.low, how.high);
  return values.map((value) => Math.min(1, Math.max(0, (value - low) / span)));
}

function stretchOf(values: Float32Array, low: number, high: number): readonly [number, number] {
  const ordered = values.slice().sort();
  const last = ordered.length - 1;
  const darkest = ordered[Math.floor(low * last)] ?? 0;
  const span = (ordered[Math.floor(high * last)] ?? 0) - darkest;
  // Written so that NaN is refused too.
  if (!(span >= 1e-6)) throw new BlankImageError();
  return [darkest, span];
}
