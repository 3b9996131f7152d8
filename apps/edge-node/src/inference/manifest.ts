import { z } from 'zod';
import { severitySchema } from '@readroom/shared/finding/finding';
import { segmentationOutputSchema, volumeInputSchema } from './volume/contract.ts';

/**
 * What Readroom must know of a model to run it: `models/<id>/manifest.json`.
 * A new ONNX file with a manifest that fits one of the input kinds is a new model; no code changes.
 */
const share = z.number().min(0).max(1);
const size = z.number().int().min(16).max(1024);
/** A file beside its manifest: no path, so that nothing outside the folder is opened. */
export const FILE_NAME = /^[\w.-]+\.onnx$/;

/** Which series the model was made for. Attribute values are compared in upper case. */
const routingSchema = z.strictObject({
  /** Modality (0008,0060). */
  modalities: z.array(z.string().min(1)).min(1),
  /** BodyPartExamined (0018,0015); where it is absent, words looked for in the descriptions. */
  bodyParts: z.array(z.string().min(1)).min(1),
  /** ViewPosition (0018,5101) values the model never saw. */
  refusedViews: z.array(z.string().min(1)),
  /** Refuse series taken with contrast agent (0018,0010). */
  refuseContrast: z.boolean(),
  /** Slices must be axial, where ImageOrientationPatient says. */
  axialOnly: z.boolean(),
  /** Values of ImageType (0008,0008) the model never saw, such as ADC maps. */
  refusedImageTypes: z.array(z.string().min(1)).default([]),
});

/** One radiograph: squash to size x size by area average, stretch between two order statistics, normalise by channel. */
const projectionInputSchema = z.strictObject({
  kind: z.literal('projection'),
  name: z.string().min(1),
  layout: z.literal('NCHW'),
  size,
  stretch: z.strictObject({ low: share, high: share }),
  mean: z.array(z.number()).length(3),
  std: z.array(z.number().positive()).length(3),
});

/** A slice and its two neighbours as channels: window, crop to the head, area average to size x size. */
const slicesInputSchema = z.strictObject({
  kind: z.literal('slices'),
  name: z.string().min(1),
  layout: z.literal('NCHW'),
  size,
  neighbours: z.literal(1),
  /** Hounsfield units; LINEAR_EXACT (PS3.3 C.11.2.1.3.2). */
  window: z.strictObject({ center: z.number(), width: z.number().positive() }),
  crop: z.strictObject({ bright: share, smallestShare: share }),
});

const stretchSchema = z.strictObject({ low: share, high: share });
const halfWidth = z.number().int().min(1).max(16);

/** One ultrasound still: squash, stretch, burned-in marks filled from what surrounds them, one channel. Colour is read as its luminance. */
const ultrasoundInputSchema = z.strictObject({
  kind: z.literal('ultrasound'),
  name: z.string().min(1),
  layout: z.literal('NCHW'),
  size,
  stretch: stretchSchema,
  mask: z.strictObject({ size, reach: halfWidth, contrast: share, border: halfWidth, fill: halfWidth }),
});

/** Each slice of one MR series by itself: stretch, square, area average, the coil's smooth field divided out, one channel. */
const magneticInputSchema = z.strictObject({
  kind: z.literal('magnetic'),
  name: z.string().min(1),
  layout: z.literal('NCHW'),
  size,
  stretch: stretchSchema,
  field: z.strictObject({ tissue: share, bright: share, near: z.tuple([z.number().positive(), z.number().positive()]), range: z.number().positive() }),
});

const mapOutputSchema = z.strictObject({
  probabilities: z.string().min(1),
  /** `[N, 1, h, w]`, or one channel for each column of the probabilities. */
  map: z.string().min(1),
  /** `boxes`: the map's components were scored as detections; `attention`: a hint of where the classifier looked. */
  mapUse: z.enum(['attention', 'boxes']),
  mapThreshold: share,
  smallestCells: z.number().int().min(1),
});

const labelSchema = z.strictObject({
  /** Column of the probabilities output, or class of a segmentation. A column without a label, such as "normal", is no finding. */
  index: z.number().int().min(0),
  /** Of a segmentation: further classes that belong to the same structure. */
  parts: z.array(z.number().int().min(1)).max(16).optional(),
  /** A key of the finding catalogue; `manifest-reasons.ts` holds it and the severity to that. */
  code: z.string().min(1).max(64),
  severity: severitySchema,
  /** Calibrated probability from which a finding is reported and the study may rise. */
  threshold: share,
  /** Calibrated probability from which the finding raises an alert, where its severity does. */
  alertThreshold: share,
});

export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string().regex(/^[a-z0-9_]{1,64}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  name: z.string().min(1).max(120),
  file: z.string().regex(FILE_NAME, 'must be an .onnx file name in the same folder'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  intendedUse: z.string().min(1),
  licence: z.string().min(1),
  routing: routingSchema,
  input: z.discriminatedUnion('kind', [projectionInputSchema, slicesInputSchema, ultrasoundInputSchema, magneticInputSchema, volumeInputSchema]),
  output: z.discriminatedUnion('mapUse', [mapOutputSchema, segmentationOutputSchema]),
  labels: z.array(labelSchema).min(1),
  /** Divides the logit of each probability (temperature scaling). 1 where the graph is calibrated inside, as one that ends in a softmax must be. */
  temperature: z.number().positive(),
  /** A summary of evaluation.json, for people. */
  evaluation: z.record(z.string(), z.unknown()),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type ProjectionInput = z.infer<typeof projectionInputSchema>;
export type SlicesInput = z.infer<typeof slicesInputSchema>;
export type UltrasoundInput = z.infer<typeof ultrasoundInputSchema>;
export type MagneticInput = z.infer<typeof magneticInputSchema>;
export type ModelLabel = z.infer<typeof labelSchema>;

/** Channels of the tensor an input contract makes. */
export function channelsOf({ kind }: Manifest['input']): 1 | 3 {
  return kind === 'projection' || kind === 'slices' ? 3 : 1;
}

/** Calibrated probability of the network's own. */
export function calibrated(probability: number, temperature: number): number {
  const clipped = Math.min(1 - 1e-7, Math.max(1e-7, probability));
  return 1 / (1 + Math.exp(-Math.log(clipped / (1 - clipped)) / temperature));
}
