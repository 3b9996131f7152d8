import { createHash } from 'node:crypto';
import type { AnalysisReason, AnalysisResult, Provider, SeriesQuality, Timings } from '@readroom/shared/finding/analysis';
import type { DecodedFrame } from '../imaging/decode/frame.ts';
import { findingsOf, scoresOf } from './result/findings.ts';
import { openImages } from './study/image-source.ts';
import type { HeldImage, ImageSource } from './study/image-source.ts';
import type { LoadedModel, RefusedModel } from './models.ts';
import { createAssessor } from './quality/assess.ts';
import type { Assessor } from './quality/assess.ts';
import { decodeOnce } from './quality/decode-once.ts';
import type { NoQualityModel, QualityModel } from './quality/open-quality.ts';
import { picturesQuality, qualityOf, withPatientsCompared } from './result/quality.ts';
import { withSizes } from './result/sizes.ts';
import { isSeries } from './manifest.ts';
import { modelReasonOf } from './result/reasons.ts';
import { route } from './study/routing.ts';
import { scoreStudy } from './scoring.ts';
import type { Scored } from './scoring.ts';
import type { Session } from './session.ts';
import { analyseVolume, isVolumeModel } from './volume/analyse-volume.ts';
import type { Kept, VolumeModel } from './volume/analyse-volume.ts';
import { sortSlices } from './study/slice-order.ts';
import { CancelledError } from './study/study-input.ts';
import type { ResultBase, StudyInput } from './study/study-input.ts';

export type RunningModel = LoadedModel & { readonly session: Session };
export type PipelineDeps = {
  readonly models: readonly RunningModel[];
  readonly refused: readonly RefusedModel[];
  /** Looks at every series before it is analysed; without it nothing is said of quality. */
  readonly quality?: QualityModel | NoQualityModel;
  decode(file: Uint8Array, frameIndex: number): Promise<DecodedFrame>;
  /** Milliseconds since the Unix epoch. */
  now(): number;
  isCancelled(): boolean;
  /** Hears every segmentation whole; the results carry outlines and measurements. */
  onSegmented?(kept: Kept): void;
};

/**
 * Every model's answer to one study:
 *
 *   headers -> route -> quality -> decode -> preprocess -> session -> findings, marks
 *                |         |          |                      |
 *             refused   refused     failed                 failed      each with a reason a radiologist can read
 *
 * Models the study is no business of answer nothing. Throws CancelledError between images; never for a bad image.
 */
export async function analyseStudy(study: StudyInput, deps: PipelineDeps): Promise<AnalysisResult[]> {
  const modalities = new Set(deps.models.flatMap(({ manifest }) => manifest.routing.modalities));
  const source = await openImages(study, modalities, deps.isCancelled);
  const results: AnalysisResult[] = [];
  const { early, later } = decodeOnce(deps.decode);
  const assess: Assessor = deps.quality ? createAssessor(deps.quality, { source, decode: early, isCancelled: deps.isCancelled }) : async () => [];
  for (const model of deps.models) {
    const result = await analyseWith(model, study, source, assess, { ...deps, decode: later });
    if (result) results.push(withPatientsCompared(result, source.images.map(({ header }) => header)));
  }
  return [...results, ...deps.refused.flatMap((model) => refusedModelResult(model, study, deps.now()) ?? [])];
}

async function analyseWith(model: RunningModel, study: StudyInput, source: ImageSource, assess: Assessor, deps: PipelineDeps): Promise<AnalysisResult | undefined> {
  const { manifest, session } = model;
  const began = performance.now();
  const routed = route(source.images, manifest);
  if (routed.kind === 'not-applicable') return unreadableStudy(model, study, source, deps.now());
  if (routed.kind === 'refused') return without('refused', base(model, study, source.images), routed.reason, null, deps.now());
  const found = isSeries(manifest) ? sortSlices(routed.slices) : [...routed.slices];
  const series = await assess(found);
  const withheld = new Set(series.filter(({ route }) => route === 'refuse').map(({ seriesUid }) => seriesUid));
  const images = found.filter(({ header }) => !withheld.has(header.seriesUid));
  if (images.length === 0) return { ...without('refused', base(model, study, found), spoiledReason(series), null, deps.now()), quality: picturesQuality(series) };
  const evidence = base(model, study, images);
  try {
    if (isVolumeModel(model)) return await measuredWith(model, images, { others: routed.others, series }, study, evidence, source, deps, began);
    const scored = await scoreStudy(images, manifest, { session, source, decode: deps.decode, isCancelled: deps.isCancelled });
    if (scored.images.length === 0) return without('failed', evidence, scored.firstReason ?? NOTHING_READABLE, session.provider, deps.now());
    const facts = { headers: images.map(({ header }) => header), unreadable: scored.leftOut + source.unreadable, others: routed.others };
    return {
      ...evidence, status: study.complete ? 'final' : 'provisional', reason: null, provider: session.provider,
      seriesUid: images[0]?.header.seriesUid ?? null,
      findings: withSizes(findingsOf(scored.images, manifest, evidence.evidence, study.studyUid), scored.images, facts.headers),
      scores: scoresOf(scored.images, manifest),
      quality: qualityOf(facts, manifest, series),
      timings: timings(scored, performance.now() - began), completedAt: deps.now(),
    };
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return without('failed', evidence, modelReasonOf(error), session.provider, deps.now());
  }
}

async function measuredWith(model: RunningModel & VolumeModel, images: readonly HeldImage[], { others, series }: Looked, study: StudyInput, evidence: ResultBase, source: ImageSource, deps: PipelineDeps, began: number): Promise<AnalysisResult> {
  const { manifest, session } = model;
  const work = { session, source, decode: deps.decode, isCancelled: deps.isCancelled };
  const answer = await analyseVolume(images, model, work, [study.studyUid, manifest.id, manifest.version, evidence.evidence]);
  if (answer.kind !== 'measured') return without(answer.kind, evidence, answer.reason, answer.kind === 'failed' ? session.provider : null, deps.now());
  deps.onSegmented?.(answer.kept);
  const headers = images.map(({ header }) => header);
  return {
    ...evidence, status: study.complete ? 'final' : 'provisional', reason: null, provider: session.provider, seriesUid: headers[0]?.seriesUid ?? null,
    findings: answer.findings, scores: answer.scores, quality: qualityOf({ headers, unreadable: 0, others }, manifest, series),
    timings: timings(answer.spent, performance.now() - began), completedAt: deps.now(),
  };
}

type Looked = { readonly others: number; readonly series: readonly SeriesQuality[] };

/** Law QU2: why nothing was left to analyse. */
function spoiledReason(series: readonly SeriesQuality[]): AnalysisReason {
  const words = [...new Set(series.flatMap(({ reasons }) => reasons.map(({ text }) => text)))].join(' ');
  return { code: 'quality', text: `The pictures cannot be analysed. ${words}`.trim().slice(0, 300) };
}

const NOTHING_READABLE: AnalysisReason = { code: 'unreadable-images', text: 'None of the images could be read.' };

function base({ manifest }: LoadedModel, study: StudyInput, images: readonly HeldImage[]): ResultBase {
  return {
    studyUid: study.studyUid, evidence: evidenceOf(images.map(({ header }) => header.sopInstanceUid)), instanceCount: images.length,
    model: { id: manifest.id, version: manifest.version, sha256: manifest.sha256 }, role: 'active',
  };
}

/** The same images give the same evidence, whatever order they came in. */
export function evidenceOf(sopInstanceUids: readonly string[]): string {
  return createHash('sha256').update([...sopInstanceUids].sort().join('\n')).digest('hex');
}

export function without(status: 'failed' | 'refused' | 'cancelled', about: ResultBase, reason: AnalysisReason, provider: Provider | null, completedAt: number): AnalysisResult {
  return { ...about, seriesUid: null, status, reason, provider, findings: [], scores: [], quality: null, timings: null, completedAt };
}

/** The study has the model's modality, but not one of its images could be opened. */
function unreadableStudy(model: RunningModel, study: StudyInput, source: ImageSource, now: number): AnalysisResult | undefined {
  const own = study.images.filter(({ modality }) => model.manifest.routing.modalities.includes(modality));
  if (own.length === 0 || source.images.length > 0) return undefined;
  const about = { ...base(model, study, []), evidence: evidenceOf(own.map(({ sopInstanceUid }) => sopInstanceUid)) };
  return without('failed', about, NOTHING_READABLE, null, now);
}

/** A model that failed its checks: the study it would have read says so instead of passing for analysed. */
export function refusedModelResult(model: RefusedModel, study: StudyInput, now: number): AnalysisResult | undefined {
  const own = study.images.filter(({ modality }) => model.modalities?.includes(modality) ?? true);
  if (own.length === 0) return undefined;
  const text = `The model ${model.id} was not loaded: ${model.reasons.join('; ')}`.slice(0, 300);
  return without('refused', {
    studyUid: study.studyUid, evidence: evidenceOf(own.map(({ sopInstanceUid }) => sopInstanceUid)), instanceCount: own.length,
    model: { id: model.id, version: model.version, sha256: '0'.repeat(64) }, role: 'active',
  }, { code: 'model-refused', text }, null, now);
}

function timings({ decodeMs, preprocessMs, inferenceMs }: Scored, totalMs: number): Timings {
  return { queuedMs: 0, decodeMs, preprocessMs, inferenceMs, totalMs };
}
