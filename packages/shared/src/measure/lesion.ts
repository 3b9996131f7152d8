import { diameters } from './diameter.ts';
import type { Diameters } from './diameter.ts';
import { measured, unmeasurable } from './measured.ts';
import type { Measured } from './measured.ts';
import { volumeMl } from './volume.ts';
import type { MaskSlice } from './volume.ts';

export type LesionSize = {
  readonly volumeMl: number;
  /** On the slice where the longest diameter is greatest (RECIST 1.1). */
  readonly diameters: Diameters;
  /** WHO: longest times perpendicular, mm2. */
  readonly productMm2: number;
  readonly sopInstanceUid: string;
};

/** Sizes of one lesion marked on the slices of one stack. */
export function lesionSize(slices: readonly MaskSlice[]): Measured<LesionSize> {
  const volume = volumeMl(slices);
  if (!volume.ok) return volume;
  let best: { readonly found: Diameters; readonly sopInstanceUid: string } | undefined;
  for (const { mask, spacing, sopInstanceUid } of slices) {
    const own = diameters(mask, spacing);
    if (own.ok && (!best || own.value.longestMm > best.found.longestMm)) best = { found: own.value, sopInstanceUid };
  }
  if (!best) return unmeasurable('empty', 'Nothing is marked on any slice.');
  const { found, sopInstanceUid } = best;
  return measured({ volumeMl: volume.value, diameters: found, productMm2: found.longestMm * found.perpendicularMm, sopInstanceUid });
}
