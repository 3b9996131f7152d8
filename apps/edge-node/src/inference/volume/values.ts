import { BlankImageError } from '../preprocess/blank-image.ts';
import type { VolumeInput } from './contract.ts';

/** Voxel values to 0..1 as the contract says, the same operations as `models/training/volumes.py`. Throws BlankImageError. */
export function brought(values: Float32Array, how: VolumeInput['values']): Float32Array {
  const [low, span] = how.kind === 'window' ? [how.center - how.width / 2, how.width] : stretchOf(values, how.low, how.high);
  const out = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = Math.min(1, Math.max(0, ((values[i] ?? 0) - low) / span));
  return out;
}

function stretchOf(values: Float32Array, low: number, high: number): readonly [number, number] {
  const last = values.length - 1;
  const some = values.slice();
  const darkest = orderStatistic(some, Math.floor(low * last));
  const span = orderStatistic(some, Math.floor(high * last)) - darkest;
  // Written so that NaN is refused too.
  if (!(span >= 1e-6)) throw new BlankImageError();
  return [darkest, span];
}

/** The value that would stand at `k` were the values sorted, which are moved (Hoare's FIND): a volume is too long to sort. */
function orderStatistic(values: Float32Array, k: number): number {
  let [left, right] = [0, values.length - 1];
  while (left < right) {
    const pivot = values[Math.floor((left + right) / 2)] ?? 0;
    let [i, j] = [left, right];
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i++;
      while ((values[j] ?? 0) > pivot) j--;
      if (i > j) break;
      [values[i], values[j]] = [values[j] ?? 0, values[i] ?? 0];
      i++;
      j--;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k] ?? 0;
}
