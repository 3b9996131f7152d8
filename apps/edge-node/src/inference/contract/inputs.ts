import { z } from 'zod';
import { volumeInputSchema } from '../volume/contract.ts';

/** What goes into a model's graph: one entry an input, by the graph's own name. */
const share = z.number().min(0).max(1);
const side = z.number().int().min(1).max(4096);
const halfWidth = z.number().int().min(1).max(16);

/** Usual windows of CT, Hounsfield units. */
export const WINDOWS = {
  brain: { center: 40, width: 80 },
  stroke: { center: 40, width: 40 },
  subdural: { center: 80, width: 200 },
  bone: { center: 600, width: 2800 },
  lung: { center: -600, width: 1500 },
  mediastinum: { center: 40, width: 400 },
  abdomen: { center: 60, width: 400 },
  liver: { center: 60, width: 160 },
} as const;
export type Window = { readonly center: number; readonly width: number };

const windowSchema = z.union([z.enum(Object.keys(WINDOWS) as (keyof typeof WINDOWS)[]), z.strictObject({ center: z.number(), width: z.number().positive() })]);
export const windowOf = (window: z.infer<typeof windowSchema>): Window => (typeof window === 'string' ? WINDOWS[window] : window);

const intensitySchema = z.discriminatedUnion('kind', [
  /** As the file asks to be shown: modality LUT, VOI LUT or window, MONOCHROME1 turned round; 0 to 1. Without a window its least and greatest value are 0 and 1. */
  z.strictObject({ kind: z.literal('display') }),
  /** Between two order statistics, as fractions; 0 and 1 are the least and the greatest value. `measured`: on the image as stored, or as resized. */
  z.strictObject({
    kind: z.literal('stretch'), of: z.enum(['display', 'modality', 'luminance']).default('display'), low: share.default(0), high: share.default(1),
    measured: z.enum(['stored', 'resized']).default('stored'),
  }),
  /** Windows of the modality's units (Hounsfield), LINEAR_EXACT (PS3.3 C.11.2.1.3.2), 0 to 1: one for all channels, or one a channel. */
  z.strictObject({ kind: z.literal('window'), windows: z.array(windowSchema).min(1).max(8) }),
  /** The modality's units as they are: Hounsfield units of a CT. */
  z.strictObject({ kind: z.literal('modality') }),
]);

const normaliseSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('imagenet') }),
  /** (value - mean) / std, one of each a channel. */
  z.strictObject({ kind: z.literal('given'), mean: z.array(z.number()).min(1).max(8), std: z.array(z.number().positive()).min(1).max(8) }),
]);
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** Which image of a study goes in, by its attributes: each that is named must have one of the values (upper case; of ImageType and SeriesDescription one value or word). */
const values = z.array(z.string().min(1).max(64).toUpperCase()).min(1).max(32).optional();
const selectSchema = z.strictObject({ Modality: values, ViewPosition: values, ImageLaterality: values, BodyPartExamined: values, ImageType: values, SeriesDescription: values });
export type Select = z.infer<typeof selectSchema>;

const pixels = {
  name: z.string().min(1),
  layout: z.enum(['NCHW', 'NHWC']),
  dtype: z.enum(['float32', 'uint8']).default('float32'),
  rows: side,
  columns: side,
  channels: z.number().int().min(1).max(8),
  intensity: intensitySchema,
  /** `squash` ignores the aspect; `pad` adds black, `centre` cuts to a square, `head` cuts to the largest bright body. */
  fit: z.enum(['squash', 'pad', 'centre', 'head']).default('squash'),
  /** Grey above which a pixel belongs to the head, and the least share of the image it must fill. */
  head: z.strictObject({ bright: share, smallestShare: share }).optional(),
  /** Grey 0 to 1 becomes this, before normalisation. `uint8` is always 0 to 255; units of the modality are left as they are. */
  range: z.tuple([z.number(), z.number()]).default([0, 1]),
  normalise: normaliseSchema.default({ kind: 'none' }),
  /** Burned-in ultrasound marks are filled from what surrounds them, on a picture of `size` x `size`. */
  marks: z.strictObject({ size: side, reach: halfWidth, contrast: share, border: halfWidth, fill: halfWidth }).optional(),
  /** The smooth field of an MR coil is divided out. */
  field: z.strictObject({ tissue: share, bright: share, near: z.tuple([z.number().positive(), z.number().positive()]), range: z.number().positive() }).optional(),
};

/** Of each image by itself; with `select`, of the one image of the study that has those attributes. */
const imageInputSchema = z.strictObject({ kind: z.literal('image'), ...pixels, select: selectSchema.optional() });
/** Of each slice of one series, in the order of the body; with neighbours, the slice before, itself and the slice after as three channels. */
const sliceInputSchema = z.strictObject({ kind: z.literal('slice'), ...pixels, neighbours: z.union([z.literal(0), z.literal(1)]).default(0) });
/** A number from the header: age in years, or a number for M, F and O. `missing` is used where the attribute is absent; null refuses the image. */
const scalarInputSchema = z.strictObject({
  kind: z.literal('scalar'), name: z.string().min(1), dtype: z.enum(['float32', 'int64']).default('float32'), rank: z.union([z.literal(1), z.literal(2)]).default(2),
  value: z.discriminatedUnion('attribute', [
    z.strictObject({ attribute: z.literal('PatientAge') }),
    z.strictObject({ attribute: z.literal('PatientSex'), M: z.number(), F: z.number(), O: z.number().nullable().default(null) }),
  ]),
  missing: z.number().nullable().default(null),
  mean: z.number().default(0),
  std: z.number().positive().default(1),
});

export const inputSchema = z.discriminatedUnion('kind', [imageInputSchema, sliceInputSchema, scalarInputSchema, volumeInputSchema]);
export type InputContract = z.infer<typeof inputSchema>;
export type ImageInput = z.infer<typeof imageInputSchema>;
export type SliceInput = z.infer<typeof sliceInputSchema>;
export type PixelInput = ImageInput | SliceInput;
export type ScalarInput = z.infer<typeof scalarInputSchema>;

export const isPixels = (input: InputContract): input is PixelInput => input.kind === 'image' || input.kind === 'slice';

/** The shape of the tensor an input makes; of a volume the batch and channel alone are known. */
export function shapeOf(input: Exclude<InputContract, { kind: 'volume' }>): number[] {
  if (input.kind === 'scalar') return input.rank === 1 ? [1] : [1, 1];
  const { rows, columns, channels } = input;
  return input.layout === 'NCHW' ? [1, channels, rows, columns] : [1, rows, columns, channels];
}

/** Mean and deviation of each channel; null where there is nothing to normalise. */
export function statisticsOf({ normalise }: PixelInput): { readonly mean: readonly number[]; readonly std: readonly number[] } | null {
  switch (normalise.kind) {
    case 'none': return null;
    case 'imagenet': return IMAGENET;
    case 'given': return normalise;
    default: return normalise satisfies never;
  }
}
