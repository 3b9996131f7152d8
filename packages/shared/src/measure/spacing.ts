import { measured, unmeasurable } from './measured.ts';
import type { Measured } from './measured.ts';

/** Distance in the patient between the centres of neighbouring pixels, mm: down (between rows) and across (between columns). */
export type Spacing = { readonly rowMm: number; readonly columnMm: number };

/** What an object says of its pixels' size; null where the attribute is absent. Pairs are row spacing, column spacing (PS3.3 10.7.1.3). */
export type SpacingAttributes = {
  /** Modality (0008,0060). */
  readonly modality: string;
  /** PixelSpacing (0028,0030). */
  readonly pixelSpacing: readonly number[] | null;
  /** PixelSpacingCalibrationType (0028,0A02): GEOMETRY or FIDUCIAL. */
  readonly calibration: string | null;
};

/** In these the beam diverges: PixelSpacing is that of the detector unless it says it was calibrated (PS3.3 10.7.1.1). */
const PROJECTIONS = new Set(['CR', 'DX', 'MG', 'IO', 'PX', 'RF', 'XA', 'RG', 'DR']);
const CALIBRATED = new Set(['GEOMETRY', 'FIDUCIAL']);

/**
 * The spacing that holds in the patient. ImagerPixelSpacing (0018,1164) is not asked for: it lies at the detector, where everything
 * is larger by a magnification nobody knows.
 */
export function spacingInPatient({ modality, pixelSpacing, calibration }: SpacingAttributes): Measured<Spacing> {
  const [rowMm, columnMm] = pixelSpacing ?? [];
  if (rowMm === undefined || columnMm === undefined) return unmeasurable('no-spacing', 'The image has no PixelSpacing: sizes are not known.');
  if (!isLength(rowMm) || !isLength(columnMm)) return unmeasurable('no-spacing', 'PixelSpacing is not a length: sizes are not known.');
  if (PROJECTIONS.has(modality) && !CALIBRATED.has(calibration ?? '')) {
    return unmeasurable('spacing-at-detector', 'PixelSpacing is that of the detector, not of the patient: sizes are not known.');
  }
  return measured({ rowMm, columnMm });
}

/** Written so that NaN is none. */
export const isLength = (value: number): boolean => value > 0 && value < Number.POSITIVE_INFINITY;
