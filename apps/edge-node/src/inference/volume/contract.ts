import { z } from 'zod';

const side = z.number().int().min(8).max(512);
const share = z.number().min(0).max(1);
const mm = z.number().positive().max(1000);

/** A series as one volume `[1, 1, D, H, W]`: turned to the body's axes, resampled, its values brought to 0..1. */
export const volumeInputSchema = z.strictObject({
  kind: z.literal('volume'),
  name: z.string().min(1),
  layout: z.literal('NCDHW'),
  /** Where W, H and D point: `RAS` right, front and head; `LPS` left, back and head; `stored` as the columns, rows and slices do. */
  axes: z.enum(['RAS', 'LPS', 'stored']),
  /** Of the voxels, mm: D, H, W. */
  spacingMm: z.tuple([mm, mm, mm]),
  /** `stretch`: between two order statistics of the volume. `window`: Hounsfield units, LINEAR_EXACT (PS3.3 C.11.2.1.3.2). */
  values: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('stretch'), low: share, high: share }),
    z.strictObject({ kind: z.literal('window'), center: z.number(), width: z.number().positive() }),
  ]),
  /** A larger volume is read in windows of this size (D, H, W), `overlap` of each shared with the next. */
  window: z.tuple([side, side, side]),
  overlap: z.number().min(0).max(0.9),
  /** `fixed`: every run has the size of the window. `dynamic`: a smaller volume is run whole, its sides filled up to a multiple. */
  shape: z.enum(['fixed', 'dynamic']),
  multiple: z.number().int().min(1).max(64),
  /** What training saw: sides of the volume, and the coarsest voxel, mm. Others are refused. */
  extentMm: z.strictObject({ least: mm, most: mm }),
  coarsestMm: mm,
});
export type VolumeInput = z.infer<typeof volumeInputSchema>;

/** One class a voxel: `probabilities` is `[1, classes, D, H, W]`, class 0 nothing. */
export const segmentationOutputSchema = z.strictObject({
  kind: z.literal('segmentation'),
  probabilities: z.string().min(1),
  classes: z.array(z.strictObject({ index: z.number().int().min(1).max(63), name: z.string().min(1).max(60) })).min(1).max(63),
  /** Of each label's voxels: the largest connected part, or every part of at least `smallestMl`. */
  keep: z.enum(['largest', 'all']),
  smallestMl: z.number().min(0),
  /** Mean relative error of the volume on held-out patients; null where it was not measured. */
  volumeError: share.nullable(),
});
export type SegmentationOutput = z.infer<typeof segmentationOutputSchema>;
