import { z } from 'zod';
import { severitySchema } from '@readroom/shared/finding/finding';
import { segmentationOutputSchema } from '../volume/contract.ts';

/** What comes out of a model's graph, by the graph's own names. */
const share = z.number().min(0).max(1);
/** How values become probabilities: they are some already, or each is a logit, or all of a row are. */
const activation = z.enum(['none', 'sigmoid', 'softmax']).default('none');

const classificationSchema = z.strictObject({
  kind: z.literal('classification'),
  /** `[1, columns]` each. */
  scores: z.array(z.strictObject({ name: z.string().min(1), activation })).min(1).max(16),
  /** `[1, channels, h, w]` or `[1, h, w, channels]`, with one channel or one for each column. */
  map: z.strictObject({
    name: z.string().min(1),
    layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
    /** `boxes`: the map's components were scored as detections; `attention`: a hint of where the classifier looked. */
    use: z.enum(['attention', 'boxes']),
    threshold: share,
    smallestCells: z.number().int().min(1).default(1),
    /** The input whose image it covers; the first where it is not said. */
    of: z.string().min(1).optional(),
  }).optional(),
});

const detectionSchema = z.strictObject({
  kind: z.literal('detection'),
  /** `[1, n, 4]` or `[n, 4]`; pixels of the input, or shares of its sides. */
  boxes: z.strictObject({ name: z.string().min(1), format: z.enum(['xyxy', 'yxyx', 'xywh', 'cxcywh']), units: z.enum(['pixels', 'normalised']), of: z.string().min(1).optional() }),
  /** `[1, n]`, or `[1, n, classes]` where no output names the class. */
  scores: z.strictObject({ name: z.string().min(1), activation }),
  /** `[1, n]`: the class of each box. */
  classes: z.strictObject({ name: z.string().min(1) }).optional(),
  /** Of two boxes of a label that share more than this of their union the weaker is dropped; without it the graph does that itself. */
  overlap: share.optional(),
});

export const outputSchema = z.discriminatedUnion('kind', [classificationSchema, detectionSchema, segmentationOutputSchema]);
export type OutputContract = z.infer<typeof outputSchema>;
export type ClassificationOutput = z.infer<typeof classificationSchema>;
export type DetectionOutput = z.infer<typeof detectionSchema>;
export type Activation = z.infer<typeof activation>;

export const labelSchema = z.strictObject({
  /** Column of the scores, class of a detection or of a segmentation. A column without a label, such as "normal", is no finding. */
  index: z.number().int().min(0),
  /** Which scores, where a classification has several outputs; the first where it is not said. */
  output: z.string().min(1).optional(),
  /** Of a segmentation: further classes that belong to the same structure. */
  parts: z.array(z.number().int().min(1)).max(16).optional(),
  /** A key of the finding catalogue; `reasons.ts` holds it and the severity to that. */
  code: z.string().min(1).max(64),
  severity: severitySchema,
  /** Calibrated probability from which a finding is reported and the study may rise. */
  threshold: share,
  /** Calibrated probability from which the finding raises an alert, where its severity does. */
  alertThreshold: share,
});
export type ModelLabel = z.infer<typeof labelSchema>;

/** The outputs of the graph that are read, with what each must hold. */
export function namesOf(output: OutputContract): { readonly name: string; readonly path: string; readonly integers: boolean }[] {
  switch (output.kind) {
    case 'classification': return [
      ...output.scores.map(({ name }, i) => ({ name, path: `output.scores.${i}.name`, integers: false })), ...(output.map ? [{ name: output.map.name, path: 'output.map.name', integers: false }] : []),
    ];
    case 'detection': return [
      { name: output.boxes.name, path: 'output.boxes.name', integers: false }, { name: output.scores.name, path: 'output.scores.name', integers: false },
      ...(output.classes ? [{ name: output.classes.name, path: 'output.classes.name', integers: true }] : []),
    ];
    case 'segmentation': return [{ name: output.probabilities, path: 'output.probabilities', integers: false }];
    default: return output satisfies never;
  }
}
