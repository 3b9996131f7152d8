import type { AnalysisReason, Quality } from '@readroom/shared/finding/analysis';
import type { ImageHeader } from '../study/header.ts';
import type { Manifest } from '../manifest.ts';

/** Each warning takes this much of the score: none is 1, three are 0.4. */
const WARNING_COST = 0.2;
const FEW_SLICES = 8;

export type QualityFacts = { readonly headers: readonly ImageHeader[]; readonly unreadable: number; readonly otherSeries: number };

/** What can be said of the input without a reference: size, neighbours, gaps, images that could not be read. */
export function qualityOf(facts: QualityFacts, manifest: Manifest): Quality {
  const warnings = [...inputWarnings(facts, manifest)];
  return { score: Math.max(0, 1 - WARNING_COST * warnings.length), warnings };
}

function* inputWarnings({ headers, unreadable, otherSeries }: QualityFacts, { input }: Manifest): Generator<AnalysisReason> {
  const smallest = Math.min(...headers.map(({ rows, columns }) => Math.min(rows, columns)));
  if (smallest < input.size) yield { code: 'low-resolution', text: `The smallest side is ${smallest} pixels, the model looks at ${input.size}.` };
  if (unreadable > 0) yield { code: 'unreadable-images', text: `${unreadable} image${unreadable === 1 ? '' : 's'} could not be read and were left out.` };
  if (input.kind !== 'slices') return;
  if (headers.length === 1) yield { code: 'single-slice', text: 'A single slice: the model had no neighbouring slices.' };
  else if (headers.length < FEW_SLICES) yield { code: 'few-slices', text: `Only ${headers.length} slices: part of the head may be missing.` };
  if (headers.length > 1 && headers.some(({ position }) => !position)) yield { code: 'no-positions', text: 'Slices carry no position and were ordered by their number.' };
  if (otherSeries > 0) yield { code: 'other-series', text: `${otherSeries} further head series of this study ${otherSeries === 1 ? 'was' : 'were'} not analysed.` };
}
