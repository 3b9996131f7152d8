import { markedInput } from '../manifest.ts';
import type { Manifest } from '../manifest.ts';
import type { PixelInput } from '../contract/inputs.ts';
import type { DetectionOutput } from '../contract/output.ts';
import type { Answers } from '../tensor.ts';
import { outputOf, probabilitiesOf } from './answer.ts';
import { ModelAnswerError } from './model-answer-error.ts';

/** The edges of a box as shares of the input's sides. */
export type Edges = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
export type Detection = Edges & { /** Position in the manifest's labels. */ readonly label: number; readonly confidence: number };

/** More than any detector of images answers: past it the answer is refused instead of being sorted for minutes. */
const MOST_BOXES = 100_000;

/** Every box that some label knows, at or above that label's threshold. Throws ModelAnswerError. */
export function readDetections(answers: Answers, output: DetectionOutput, manifest: Manifest): Detection[] {
  const boxes = outputOf(answers, output.boxes.name);
  const scores = outputOf(answers, output.scores.name);
  const count = boxes.data.length / 4;
  if (boxes.dims.at(-1) !== 4 && boxes.data.length > 0) throw new ModelAnswerError(`The model answered ${output.boxes.name} with the shape [${boxes.dims.join(', ')}]: a box has 4 numbers.`);
  if (count > MOST_BOXES) throw new ModelAnswerError(`The model answered ${count} boxes: at most ${MOST_BOXES} are read.`);
  if (count === 0) return [];
  const width = scores.data.length / count;
  if (!Number.isInteger(width) || width < 1) throw new ModelAnswerError(`The model answered ${scores.data.length} scores for ${count} boxes.`);
  const classes = output.classes && outputOf(answers, output.classes.name);
  if (classes && (classes.data.length !== count || width !== 1)) throw new ModelAnswerError(`The model answered ${classes.data.length} classes and ${scores.data.length} scores for ${count} boxes.`);
  const input = markedInput(manifest);
  const rows = Array.from({ length: count }, (_, i) => probabilitiesOf({ data: Array.from({ length: width }, (_unused, k) => scores.data[i * width + k] ?? 0) }, output.scores.name, output.scores.activation, manifest.temperature));
  const found = manifest.labels.map(({ index, threshold }, label) => rows.flatMap((row, i): Detection[] => {
    const confidence = classes ? (classes.data[i] === index ? (row[0] ?? 0) : 0) : (row[index] ?? missing(index, width));
    if (confidence < threshold || confidence === 0) return [];
    return [{ label, confidence, ...edgesOf([0, 1, 2, 3].map((k) => boxes.data[i * 4 + k] ?? 0), output.boxes, input) }];
  }));
  return found.flatMap((own) => apart(own, output.overlap));
}

function missing(index: number, width: number): never {
  throw new ModelAnswerError(`The model answered ${width} class(es) a box, the manifest reads class ${index}.`);
}

function edgesOf([a = 0, b = 0, c = 0, d = 0]: readonly number[], { format, units }: DetectionOutput['boxes'], { rows, columns }: PixelInput): Edges {
  const [high, wide] = units === 'pixels' ? [rows, columns] : [1, 1];
  switch (format) {
    case 'xyxy': return { left: a / wide, top: b / high, right: c / wide, bottom: d / high };
    case 'yxyx': return { left: b / wide, top: a / high, right: d / wide, bottom: c / high };
    case 'xywh': return { left: a / wide, top: b / high, right: (a + c) / wide, bottom: (b + d) / high };
    case 'cxcywh': return { left: (a - c / 2) / wide, top: (b - d / 2) / high, right: (a + c / 2) / wide, bottom: (b + d / 2) / high };
    default: return format satisfies never;
  }
}

/** The strongest first; those that share more than `overlap` of their union with a stronger one are dropped. */
function apart(boxes: readonly Detection[], overlap: number | undefined): Detection[] {
  const sorted = [...boxes].sort((a, b) => b.confidence - a.confidence).slice(0, MOST_MARKED);
  if (overlap === undefined) return sorted;
  const kept: Detection[] = [];
  for (const box of sorted) if (kept.every((other) => shared(box, other) <= overlap)) kept.push(box);
  return kept;
}

/** A finding carries no more marks (512), so no more are compared with each other. */
const MOST_MARKED = 2_048;

function shared(a: Edges, b: Edges): number {
  const area = ({ left, top, right, bottom }: Edges): number => Math.max(0, right - left) * Math.max(0, bottom - top);
  const common = area({ left: Math.max(a.left, b.left), top: Math.max(a.top, b.top), right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom) });
  return common / (area(a) + area(b) - common || 1);
}
