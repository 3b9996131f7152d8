import { BlankImageError } from './blank-image.ts';

/**
 * To 0..1 between two order statistics, given as fractions, which cancels any linear window the sender chose.
 * Throws BlankImageError when there is no contrast to stretch.
 */
export function percentileStretch(values: Float64Array, low: number, high: number): Float64Array {
  const ordered = values.slice().sort();
  const last = ordered.length - 1;
  const darkest = ordered[Math.floor(low * last)] ?? 0;
  const span = (ordered[Math.floor(high * last)] ?? 0) - darkest;
  // Written so that NaN, from a window or LUT gone wrong, is refused too.
  if (!(span >= 1e-6)) throw new BlankImageError();
  return values.map((value) => Math.min(1, Math.max(0, (value - darkest) / span)));
}
