import { createHash } from 'node:crypto';
import { CATALOGUE } from '@readroom/shared/finding/catalogue';
import type { Finding, Mark } from '@readroom/shared/finding/finding';
import type { Score } from '@readroom/shared/finding/analysis';
import type { ModelLabel } from '../contract/output.ts';
import type { Manifest } from '../manifest.ts';
import type { ReadAnswer } from './answer.ts';
import { boxesFromMap, boxOfEdges } from './boxes.ts';
import type { ModelMap } from './boxes.ts';
import { attentionOutline } from './outline.ts';
import type { Square } from '../preprocess/resample.ts';

/** What the network said of one image. `crop` is the square of the image that its input covers; undefined where that is all of it. */
export type ScoredImage = ReadAnswer & {
  readonly sopInstanceUid: string;
  readonly sliceIndex: number;
  readonly image: { readonly rows: number; readonly columns: number };
  readonly crop: Square | undefined;
  /** What of the image one cell of the map, or one pixel of the input, covers: marks cannot be known more finely. */
  readonly cell: { readonly width: number; readonly height: number };
};

/** The share of the map's peak that the attention outline encloses. */
const ATTENTION_SHARE = 0.75;
const MAX_MARKS = 512;

const MAX_IMAGE_SCORES = 4096;

/** The study's score for every label first (its highest image's), then every image's in slice order. */
export function scoresOf(scored: readonly ScoredImage[], { labels }: Manifest): Score[] {
  const images = labels.flatMap(({ code }, label) => scored.map(({ sopInstanceUid, sliceIndex, confidences }) => ({ code, confidence: confidences[label] ?? 0, sopInstanceUid, sliceIndex })));
  const studies = labels.map(({ code }) => ({
    code, confidence: Math.max(...images.filter((score) => score.code === code).map(({ confidence }) => confidence)), sopInstanceUid: null, sliceIndex: null,
  }));
  return [...studies, ...images.slice(0, MAX_IMAGE_SCORES)];
}

/**
 * At most one finding a label: its confidence is that of the image that shows it best, its marks are those of every image
 * past the threshold. No side is given: no model was trained or scored on laterality, and a wrong side is worse than none.
 */
export function findingsOf(scored: readonly ScoredImage[], manifest: Manifest, sha256OfEvidence: string, studyUid: string): Finding[] {
  return manifest.labels.flatMap((label, position) => {
    const flagged = scored
      .map((image) => ({ image, confidence: image.confidences[position] ?? 0 }))
      .filter(({ confidence }) => confidence >= label.threshold);
    const best = flagged.reduce<(typeof flagged)[number] | undefined>((most, next) => (most && most.confidence >= next.confidence ? most : next), undefined);
    if (!best) return [];
    const marks = flagged.flatMap(({ image, confidence }) => marksOf(image, confidence, position, manifest)).slice(0, MAX_MARKS);
    return [finding(label, best.confidence, best.image, marks, findingId([studyUid, manifest.id, manifest.version, sha256OfEvidence, label.code]))];
  });
}

function finding(label: ModelLabel, confidence: number, image: ScoredImage, marks: Mark[], id: string): Finding {
  return {
    id, code: label.code, label: CATALOGUE.get(label.code)?.label ?? label.code, side: null, severity: label.severity, confidence, uncertainty: null,
    alert: confidence >= label.alertThreshold, sopInstanceUid: image.sopInstanceUid, sliceIndex: image.sliceIndex, marks,
  };
}

export function findingId(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}

/** The label's own channel where the map has one for each column. */
function channelOf({ rows, columns, values }: ModelMap, index: number): ModelMap {
  const cells = rows * columns;
  return values.length > cells ? { rows, columns, values: values.subarray(index * cells, (index + 1) * cells) } : { rows, columns, values };
}

function marksOf(scored: ScoredImage, confidence: number, position: number, { output, labels }: Manifest): Mark[] {
  const common = { sopInstanceUid: scored.sopInstanceUid, frameNumber: 1, sliceIndex: scored.sliceIndex, confidence };
  switch (output.kind) {
    case 'classification': {
      if (!output.map || !scored.map) return [];
      const map = channelOf(scored.map, labels[position]?.index ?? 0);
      return output.map.use === 'boxes'
        ? boxesFromMap(map, scored, output.map.threshold, output.map.smallestCells).map((box) => ({ kind: 'box' as const, ...common, box }))
        : [attentionOutline(map, scored.image, ATTENTION_SHARE, scored.crop)].flatMap((found) => (found ? [{ kind: 'attention' as const, ...common, ...found }] : []));
    }
    case 'detection': return scored.detections.filter(({ label }) => label === position).flatMap((found) => {
      const box = boxOfEdges(found, scored);
      return box ? [{ kind: 'box' as const, ...common, confidence: found.confidence, box }] : [];
    });
    // A volume's marks are made from its mask (volume/structure.ts).
    case 'segmentation': return [];
    default: return output satisfies never;
  }
}
