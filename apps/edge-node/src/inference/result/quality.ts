import type { AnalysisReason, AnalysisResult, Quality, SeriesQuality } from '@readroom/shared/finding/analysis';
import { slicePlaces } from '@readroom/shared/study/display-order';
import type { ImageHeader } from '../study/header.ts';
import { doublesText, gapsText, stackSteps } from '../study/stack-steps.ts';
import { isSeries, pixelInputsOf, readsNeighbours, readsViews, volumeInputOf } from '../manifest.ts';
import type { Manifest } from '../manifest.ts';

/** Each warning takes this much of the score: none is 1, three are 0.4. */
const WARNING_COST = 0.2;
const FEW_SLICES = 8;
const MAX_WARNINGS = 16;

export type QualityFacts = { readonly headers: readonly ImageHeader[]; readonly unreadable: number; /** Further series, or further images of the views, that were not read. */ readonly others: number };

/** What can be said of the input: how its pictures look, its size, neighbours, gaps, images that could not be read. The score is that of the worst of these. */
export function qualityOf(facts: QualityFacts, manifest: Manifest, series: readonly SeriesQuality[] = []): Quality {
  const missing = [...inputWarnings(facts, manifest)];
  const { score, warnings, ...rest } = picturesQuality(series);
  return { score: Math.min(score, Math.max(0, 1 - WARNING_COST * missing.length)), warnings: [...warnings, ...missing].slice(0, MAX_WARNINGS), ...rest };
}

/** Of how the pictures look alone: every flaw once, and the score of the worst series. */
export function picturesQuality(series: readonly SeriesQuality[]): Quality {
  const flaws = series.filter(({ route }) => route !== null).flatMap(({ reasons }) => reasons);
  const warnings = [...new Map(flaws.map((reason) => [reason.code, reason])).values()].slice(0, MAX_WARNINGS);
  return { score: Math.min(1, ...series.flatMap(({ score }) => score ?? [])), warnings, ...(series.length > 0 ? { series: [...series] } : {}) };
}

/** A study whose images carry different Patient IDs is shown under the last; whoever reads what was found must know. */
export function withPatientsCompared(result: AnalysisResult, headers: readonly ImageHeader[]): AnalysisResult {
  const ids = new Set(headers.map(({ patientId }) => patientId).filter((id) => id !== ''));
  if (ids.size < 2 || result.quality === null) return result;
  const { quality } = result;
  return { ...result, quality: { ...quality, score: Math.max(0, quality.score - WARNING_COST), warnings: [PATIENTS_DIFFER, ...quality.warnings].slice(0, MAX_WARNINGS) } };
}

const PATIENTS_DIFFER: AnalysisReason = { code: 'patients-differ', text: 'The images of this study carry different Patient IDs: make sure whose they are.' };

function* inputWarnings({ headers, unreadable, others }: QualityFacts, manifest: Manifest): Generator<AnalysisReason> {
  const smallest = Math.min(...headers.map(({ rows, columns }) => Math.min(rows, columns)));
  // A volume's size and its stack were looked at before it was read: it was refused, or they are right.
  if (volumeInputOf(manifest)) {
    yield* otherWarnings(others, 'series');
    return;
  }
  const size = Math.max(...pixelInputsOf(manifest).map(({ rows, columns }) => Math.min(rows, columns)));
  if (smallest < size) yield { code: 'low-resolution', text: `The smallest side is ${smallest} pixels, the model looks at ${size}.` };
  if (unreadable > 0) yield { code: 'unreadable-images', text: `${unreadable} image${unreadable === 1 ? '' : 's'} could not be read and were left out.` };
  if (readsViews(manifest)) yield* otherWarnings(others, 'image');
  if (!isSeries(manifest)) return;
  if (headers.length === 1 && readsNeighbours(manifest)) yield { code: 'single-slice', text: 'A single slice: the model had no neighbouring slices.' };
  else if (headers.length < FEW_SLICES) yield { code: 'few-slices', text: `Only ${headers.length} slices: part of the head may be missing.` };
  if (headers.length > 1) yield* stackWarnings(headers);
  yield* otherWarnings(others, 'series');
}

function* otherWarnings(others: number, what: 'series' | 'image'): Generator<AnalysisReason> {
  const named = what === 'image' && others > 1 ? 'images' : what;
  if (others > 0) yield { code: what === 'image' ? 'other-images' : 'other-series', text: `${others} further ${named} of this study ${others === 1 ? 'was' : 'were'} not analysed.` };
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
