import { slicesInPlace } from '../study/display-order.ts';
import type { Placed } from '../study/display-order.ts';
import type { PlaneMask } from './diameter.ts';
import { measured, unmeasurable } from './measured.ts';
import type { Measured } from './measured.ts';
import { isLength } from './spacing.ts';
import type { Spacing } from './spacing.ts';

/** One slice of a stack with the lesion's mask on it; slices without the lesion belong to the stack too. */
export type MaskSlice = Placed & { readonly mask: PlaneMask; readonly spacing: Spacing };

/** Closer than this, mm, two slices lie in one place. */
const SAME_PLACE_MM = 0.01;

/**
 * Volume in ml: each slice's area times half the way to both its neighbours, along the stack's normal (the whole way to the only
 * one at an end). Positions decide, not SliceThickness or SpacingBetweenSlices, which need not agree with them.
 */
export function volumeMl(slices: readonly MaskSlice[]): Measured<number> {
  if (slices.some(({ spacing: { rowMm, columnMm } }) => !isLength(rowMm) || !isLength(columnMm))) return unmeasurable('no-spacing', 'PixelSpacing is not a length: volumes are not known.');
  if (slices.some(({ mask }) => mask.values.length !== mask.rows * mask.columns)) return unmeasurable('no-mask', 'A mask has another size than its image.');
  if (slices.length < 2) return unmeasurable('single-slice', 'One slice has no distance to a next: the volume is not known.');
  if (slices.some(({ position, orientation }) => ![...(position ?? []), ...(orientation ?? [])].every(Number.isFinite))) return unmeasurable('no-stack', 'A slice has no position that can be read: the volume is not known.');
  const placed = slicesInPlace(slices);
  if (!placed) return unmeasurable('no-stack', 'The slices are no stack of parallel slices: the volume is not known.');
  const steps = placed.slice(1).map(({ placeMm }, i) => placeMm - (placed[i]?.placeMm ?? placeMm));
  if (steps.some((step) => step < SAME_PLACE_MM)) return unmeasurable('same-place', 'Two slices lie in the same place: the volume is not known.');
  const volumesMm3 = placed.map(({ slice: { mask, spacing } }, i) => {
    const [before, after] = [steps[i - 1] ?? steps[i] ?? 0, steps[i] ?? steps[i - 1] ?? 0];
    return (inside(mask) * spacing.rowMm * spacing.columnMm * (before + after)) / 2;
  });
  return measured(volumesMm3.reduce((sum, volume) => sum + volume, 0) / 1000);
}

function inside({ values }: PlaneMask): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) count += Number(values[i] !== 0);
  return count;
}
