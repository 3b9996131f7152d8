import { z } from 'zod';
import { uidSchema } from '../dicom/uid.ts';

export const severitySchema = z.enum(['critical', 'urgent', 'routine']);
export type Severity = z.infer<typeof severitySchema>;

export const sideSchema = z.enum(['left', 'right', 'bilateral', 'midline']);
export type Side = z.infer<typeof sideSchema>;

/** Image pixel coordinates of the stored frame: origin at the centre of the top left pixel, x to the right, y down. */
export const boxSchema = z.object({
  x: z.number().min(0),
  y: z.number().min(0),
  width: z.number().positive(),
  height: z.number().positive(),
});
export type Box = z.infer<typeof boxSchema>;

/** The sides of a box in the patient, mm; absent where the image's spacing does not hold in the patient. */
export const boxSizeSchema = z.object({
  widthMm: z.number().positive(),
  heightMm: z.number().positive(),
  /** One cell of the model's map: the box cannot be known more finely. */
  uncertaintyMm: z.number().positive(),
});
export type BoxSize = z.infer<typeof boxSizeSchema>;

/** A mark on one frame. `box` is a detection; `attention` outlines where a classifier looked and claims no more; `contour` is the edge of what was segmented (from version 4 of the protocol on). */
export const markSchema = z.object({
  kind: z.enum(['box', 'attention', 'contour']),
  sopInstanceUid: uidSchema,
  /** 1-based, as in WADO-RS. */
  frameNumber: z.number().int().min(1),
  /** 0-based position in the series sorted along its normal. */
  sliceIndex: z.number().int().min(0),
  box: boxSchema,
  /** A closed outline in the same coordinates, flat `[x0, y0, x1, y1, ...]`. */
  outline: z.array(z.number()).max(2048).optional(),
  confidence: z.number().min(0).max(1),
  /** From version 2 of the protocol on. */
  size: boxSizeSchema.optional(),
});
export type Mark = z.infer<typeof markSchema>;

/** A size of what a finding marks, in the patient. */
export const measurementSchema = z.object({
  kind: z.enum(['volume', 'diameter']),
  label: z.string().min(1).max(80),
  value: z.number().min(0),
  unit: z.enum(['ml', 'mm']),
  /** Half width, in the same unit: for a volume the model's mean error on held-out patients, for a diameter half a pixel; null where it is not known. */
  uncertainty: z.number().min(0).nullable(),
});
export type Measurement = z.infer<typeof measurementSchema>;

export const findingSchema = z.object({
  /** Stable for (study, model, version, revision of the evidence, code, side): re-analysis of the same images gives the same id. */
  id: z.string().min(1).max(64),
  /** A key of the finding catalogue. */
  code: z.string().min(1).max(64),
  label: z.string().min(1).max(120),
  side: sideSchema.nullable(),
  severity: severitySchema,
  /** Calibrated probability. */
  confidence: z.number().min(0).max(1),
  /** Half width of the confidence's interval, where the model gives one. */
  uncertainty: z.number().min(0).max(1).nullable(),
  /** Above the model's alert threshold, which is its own and apart from the threshold of the finding. */
  alert: z.boolean(),
  /** The frame that shows it best. */
  sopInstanceUid: uidSchema,
  sliceIndex: z.number().int().min(0),
  marks: z.array(markSchema).max(512),
  /** Absent where nothing was measured. From version 4 of the protocol on. */
  measurements: z.array(measurementSchema).max(32).optional(),
});
export type Finding = z.infer<typeof findingSchema>;
