import type { AnalysisReason, Quality } from '@readroom/shared/finding/analysis';
import { slicePlaces } from '@readroom/shared/study/display-order';
import type { ImageHeader } from '../study/header.ts';
import { isSeries } from '../study/routing.ts';
import { doublesText, gapsText, stackSteps } from '../study/stack-steps.ts';
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
  // A volume's size and its stack were looked at before it was read: it was refused, or they are right.
  if (input.kind === 'volume') {
    yield* otherWarnings(otherSeries);
    return;
  }
  if (smallest < input.size) yield { code: 'low-resolution', text: `The smallest side is ${smallest} pixels, the model looks at ${input.size}.` };
  if (unreadable > 0) yield { code: 'unreadable-images', text: `${unreadable} image${unreadable === 1 ? '' : 's'} could not be read and were left out.` };
  if (!isSeries(input.kind)) return;
  if (headers.length === 1 && input.kind === 'slices') yield { code: 'single-slice', text: 'A single slice: the model had no neighbouring slices.' };
  else if (headers.length < FEW_SLICES) yield { code: 'few-slices', text: `Only ${headers.length} slices: part of the head may be missing.` };
  if (headers.length > 1) yield* stackWarnings(headers);
  yield* otherWarnings(otherSeries);
}

function* otherWarnings(otherSeries: number): Generator<AnalysisReason> {
  if (otherSeries > 0) yield { code: 'other-series', text: `${otherSeries} further head series of this study ${otherSeries === 1 ? 'was' : 'were'} not analysed.` };
}

function* stackWarnings(headers: readonly ImageHeader[]): Generator<AnalysisReason> {
  const places = slicePlaces(headers);
  if (places) yield* spacingWarnings(places);
  else if (headers.some(({ position }) => !position)) yield { code: 'no-positions', text: 'Slices carry no position and were ordered by their number.' };
  else yield { code: 'mixed-orientation', text: 'The slices are no stack of parallel slices and were ordered by their number.' };
}

/** `places`: along the normal of the stack, mm, ascending. */
function* spacingWarnings(places: readonly number[]): Generator<AnalysisReason> {
  const { doubles, gaps } = stackSteps(places);
  if (doubles > 0) yield { code: 'duplicate-slices', text: doublesText(doubles) };
  if (gaps > 0) yield { code: 'slice-gap', text: gapsText(gaps) };
}
