import type { Box, BoxSize } from '../finding/finding.ts';
import { measured, unmeasurable } from './measured.ts';
import type { Measured } from './measured.ts';
import { isLength } from './spacing.ts';
import type { Spacing } from './spacing.ts';

type Sides = Pick<Box, 'width' | 'height'>;

/**
 * The sides of a box in the patient, mm. A box lies along the image's rows and columns: its sides are no diameters of what is in
 * it. `cell` is the finest step the box was found with, in pixels.
 */
export function boxSize({ width, height }: Sides, cell: Sides, { rowMm, columnMm }: Spacing): Measured<BoxSize> {
  if (!isLength(rowMm) || !isLength(columnMm)) return unmeasurable('no-spacing', 'PixelSpacing is not a length: sizes are not known.');
  if (![width, height, cell.width, cell.height].every(isLength)) return unmeasurable('empty', 'The box has no area.');
  return measured({ widthMm: width * columnMm, heightMm: height * rowMm, uncertaintyMm: Math.max(cell.width * columnMm, cell.height * rowMm) });
}

/** `24 × 17 mm ± 5`: whole millimetres, across the image by down it. */
export function boxSizeText({ widthMm, heightMm, uncertaintyMm }: BoxSize): string {
  return `${whole(widthMm)} × ${whole(heightMm)} mm ± ${whole(uncertaintyMm)}`;
}

const whole = (mm: number): string => String(Math.max(1, Math.round(mm)));
