import { calibrated } from '../manifest.ts';
import type { Manifest } from '../manifest.ts';
import type { Activation, ClassificationOutput } from '../contract/output.ts';
import type { Answer, Answers } from '../tensor.ts';
import type { ModelMap } from './boxes.ts';
import { readDetections } from './detections.ts';
import type { Detection } from './detections.ts';
import { ModelAnswerError } from './model-answer-error.ts';

/** What a graph said of its input: a calibrated probability a label, and what it marks in the input's own coordinates. */
export type ReadAnswer = { readonly confidences: readonly number[]; readonly map: ModelMap | undefined; readonly detections: readonly Detection[] };

/** A probability may be this far outside 0..1 by rounding. */
const ROUNDING = 1e-3;

/** Reads a graph's outputs as the manifest says. Throws ModelAnswerError where they are something else. */
export function readAnswer(answers: Answers, manifest: Manifest): ReadAnswer {
  const { output, labels, temperature } = manifest;
  switch (output.kind) {
    case 'classification': {
      const columns = new Map(output.scores.map(({ name, activation }) => [name, probabilitiesOf(outputOf(answers, name), name, activation, temperature)]));
      const confidences = labels.map(({ index, output: name = output.scores[0]?.name ?? '' }) => {
        const value = columns.get(name)?.[index];
        if (value === undefined) throw new ModelAnswerError(`The model answered ${columns.get(name)?.length ?? 0} column(s) in ${name}, the manifest reads column ${index}.`);
        return value;
      });
      return { confidences, map: output.map && mapOf(outputOf(answers, output.map.name), output.map), detections: [] };
    }
    case 'detection': {
      const detections = readDetections(answers, output, manifest);
      return { confidences: labels.map((_, label) => detections.reduce((most, one) => (one.label === label ? Math.max(most, one.confidence) : most), 0)), map: undefined, detections };
    }
    case 'segmentation': throw new Error('a volume is not read by its slices');
    default: return output satisfies never;
  }
}

export function outputOf(answers: Answers, name: string): Answer {
  const found = answers[name];
  if (!found) throw new ModelAnswerError(`The model did not answer ${name} as numbers.`);
  for (let i = 0; i < found.data.length; i++) if (!Number.isFinite(found.data[i])) throw new ModelAnswerError(`The model answered a value in ${name} that is no finite number.`);
  return found;
}

/** One row of scores as calibrated probabilities. */
export function probabilitiesOf({ data }: { readonly data: ArrayLike<number> }, name: string, activation: Activation, temperature: number): number[] {
  const row = Array.from(data);
  switch (activation) {
    case 'none': return row.map((value) => {
      if (value >= -ROUNDING && value <= 1 + ROUNDING) return calibrated(value, temperature);
      throw new ModelAnswerError(`The model answered ${value.toPrecision(3)} in ${name}, which is no probability: its activation must be sigmoid or softmax.`);
    });
    case 'sigmoid': return row.map((value) => 1 / (1 + Math.exp(-value / temperature)));
    case 'softmax': {
      const most = Math.max(...row);
      const powers = row.map((value) => Math.exp((value - most) / temperature));
      const sum = powers.reduce((total, value) => total + value, 0);
      return powers.map((value) => value / sum);
    }
    default: return activation satisfies never;
  }
}

/** `[1, C, h, w]`, `[1, h, w, C]`, `[1, h, w]` or `[h, w]`; its channels one after the other. */
function mapOf({ data, dims }: Answer, { name, layout }: NonNullable<ClassificationOutput['map']>): ModelMap {
  const [a = 1, b = 1, c = 1] = dims.length === 4 ? dims.slice(1) : layout === 'NCHW' ? [1, ...dims.slice(-2)] : [...dims.slice(-2), 1];
  const [channels, rows, columns] = layout === 'NCHW' ? [a, b, c] : [c, a, b];
  if (dims.length < 2 || dims.length > 4 || channels * rows * columns !== data.length || data.length === 0) {
    throw new ModelAnswerError(`The model answered ${name} with the shape [${dims.join(', ')}], which is no map of one image.`);
  }
  if (layout === 'NCHW' || channels === 1) return { rows, columns, values: Float32Array.from(data) };
  const cells = rows * columns;
  return { rows, columns, values: Float32Array.from({ length: data.length }, (_, i) => data[(i % cells) * channels + Math.floor(i / cells)] ?? 0) };
}
