import { z } from 'zod';
import { inputSchema, isPixels } from './contract/inputs.ts';
import type { PixelInput } from './contract/inputs.ts';
import { labelSchema, outputSchema } from './contract/output.ts';
import type { VolumeInput } from './volume/contract.ts';

/**
 * What Readroom must know of a model to run it: `models/<id>/manifest.json`.
 * A new ONNX file with a manifest is a new model; no code changes.
 */
/** A file beside its manifest: no path, so that nothing outside the folder is opened. */
export const FILE_NAME = /^\w[\w.-]*\.onnx$/;
/** Weights that an ONNX file keeps apart. */
export const DATA_NAME = /^\w[\w.-]*$/;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');

/** Which series the model was made for. Attribute values are compared in upper case. */
const routingSchema = z.strictObject({
  /** Modality (0008,0060). */
  modalities: z.array(z.string().min(1)).min(1),
  /** BodyPartExamined (0018,0015); where it is absent, words looked for in the descriptions. */
  bodyParts: z.array(z.string().min(1)).min(1),
  /** ViewPosition (0018,5101) values the model never saw. */
  refusedViews: z.array(z.string().min(1)).default([]),
  /** Refuse series taken with contrast agent (0018,0010). */
  refuseContrast: z.boolean().default(false),
  /** Slices must be axial, where ImageOrientationPatient says. */
  axialOnly: z.boolean().default(false),
  /** Values of ImageType (0008,0008) the model never saw, such as ADC maps. */
  refusedImageTypes: z.array(z.string().min(1)).default([]),
});

export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string().regex(/^[a-z0-9_]{1,64}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  name: z.string().min(1).max(120),
  file: z.string().regex(FILE_NAME, 'must be an .onnx file name in the same folder'),
  sha256,
  /** Files of external tensor data beside the model, each with its hash. */
  data: z.array(z.strictObject({ file: z.string().regex(DATA_NAME, 'must be a file name in the same folder'), sha256 })).max(64).default([]),
  intendedUse: z.string().min(1),
  licence: z.string().min(1),
  routing: routingSchema,
  inputs: z.array(inputSchema).min(1).max(8),
  output: outputSchema,
  labels: z.array(labelSchema).min(1).max(64),
  /** Divides the logit of each probability (temperature scaling). 1 where the graph is calibrated inside, as one that ends in a softmax must be. */
  temperature: z.number().positive().default(1),
  /** Every input filled with one number, as the graph gets it, and the calibrated probability each label must then have: tried before the model is used. */
  selfTest: z.strictObject({ fill: z.number(), confidences: z.array(z.number().min(0).max(1)).min(1).max(64), tolerance: z.number().positive().max(0.1).default(0.01) }).optional(),
  /** A summary of evaluation.json, for people. */
  evaluation: z.record(z.string(), z.unknown()).default({}),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const pixelInputsOf = ({ inputs }: Pick<Manifest, 'inputs'>): PixelInput[] => inputs.filter(isPixels);
export const volumeInputOf = ({ inputs }: Pick<Manifest, 'inputs'>): VolumeInput | undefined => inputs.find((input) => input.kind === 'volume');

/** Whether a model reads one series of slices, in the order of the body, or every image by itself. */
export const isSeries = ({ inputs }: Pick<Manifest, 'inputs'>): boolean => inputs.some(({ kind }) => kind === 'slice' || kind === 'volume');

/** Whether a slice is read between its neighbours. */
export const readsNeighbours = ({ inputs }: Pick<Manifest, 'inputs'>): boolean => inputs.some((input) => input.kind === 'slice' && input.neighbours > 0);

/** Whether the inputs look at several images of a study at once, each chosen by its attributes. */
export const readsViews = ({ inputs }: Pick<Manifest, 'inputs'>): boolean => inputs.some((input) => input.kind === 'image' && input.select !== undefined);

/** The input on whose image marks are drawn. */
export function markedInput(manifest: Manifest): PixelInput {
  const { output } = manifest;
  const of = output.kind === 'classification' ? output.map?.of : output.kind === 'detection' ? output.boxes.of : undefined;
  const inputs = pixelInputsOf(manifest);
  const input = inputs.find(({ name }) => name === of) ?? inputs[0];
  if (!input) throw new Error('the model reads no pixels');
  return input;
}

/** Calibrated probability of the network's own. */
export function calibrated(probability: number, temperature: number): number {
  const clipped = Math.min(1 - 1e-7, Math.max(1e-7, probability));
  return 1 / (1 + Math.exp(-Math.log(clipped / (1 - clipped)) / temperature));
}
