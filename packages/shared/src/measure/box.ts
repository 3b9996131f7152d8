import type { Box } from '../finding/finding.ts';
import { measured, unmeasurable } from './measured.ts';
import type { Measured } from './measured.ts';
import { isLength } from './spacing.ts';
import type { Spacing } from './spacing.ts';

/** The sides of a box in the patient, mm. A box lies along the image's rows and columns: its sides are no diameters of what is in it. */
export type BoxSize = { readonly widthMm: number; readonly heightMm: number };

export function boxSize({ width, height }: Pick<Box, 'width' | 'height'>, { rowMm, columnMm }: Spacing): Measured<BoxSize> {
  if (!isLength(rowMm) || !isLength(columnMm)) return unmeasurable('no-spacing', 'PixelSpacing is not a length: sizes are not known.');
  if (!isLength(width) || !isLength(height)) return unmeasurable('empty', 'The box has no area.');
  return measured({ widthMm: width * columnMm, heightMm: height * rowMm });
}
