import type { AnalysisReason, QualityFlaw, SeriesQuality } from '@readroom/shared/finding/analysis';
import { DEFAULT_QUALITY_LIMITS, qualityRoute } from '@readroom/shared/quality/route';
import { flawWords } from '@readroom/shared/quality/words';
import { BlankImageError } from '../preprocess/blank-image.ts';
import { windowed } from '../preprocess/head.ts';
import { areaResize } from '../preprocess/resample.ts';
import { percentileStretch } from '../preprocess/stretch.ts';
import { loadImage } from '../scoring.ts';
import type { Work } from '../scoring.ts';
import type { HeldImage } from '../study/image-source.ts';
import { displayValues, unitValues, luminanceValues, magnitudeValues } from '../study/image-values.ts';
import { bodyPartRefusal } from '../study/routing.ts';
import { CancelledError } from '../study/study-input.ts';
import type { NoQualityModel, QualityModel } from './open-quality.ts';
import type { QualityDomain, QualityManifest } from './quality-manifest.ts';
import { median, sampled } from './sample.ts';

/** What a study's quality may cost, ms, besides decoding pictures the analysis needs anyway. */
const LIMIT_MS = 1_500;
/** Series of one study that are looked at. */
const MAX_SERIES = 32;

type Looker = Omit<Work, 'session'>;
/** Columns of one picture, or `blank`. */
type Look = Float32Array | 'blank';

/** Answers what may be said of the series these images belong to; each series is looked at once a study. Throws CancelledError and nothing else (law QU3). */
export type Assessor = (images: readonly HeldImage[]) => Promise<readonly SeriesQuality[]>;

export function createAssessor(model: QualityModel | NoQualityModel, work: Looker, limitMs: number = LIMIT_MS): Assessor {
  const known = new Map<string, SeriesQuality>();
  const clock = { spentMs: 0 };
  return async (images) => {
    const bySeries = Map.groupBy(images, ({ header }) => header.seriesUid);
    const answers: SeriesQuality[] = [];
    for (const [seriesUid, own] of [...bySeries].slice(0, MAX_SERIES)) {
      const [first] = own;
      if (!first || seriesUid === '') continue;
      const answer = known.get(seriesUid) ?? (await assessSeries(first, own, model, work, () => clock.spentMs >= limitMs, clock));
      known.set(seriesUid, answer);
      answers.push(answer);
    }
    return answers;
  };
}

async function assessSeries(first: HeldImage, images: readonly HeldImage[], model: QualityModel | NoQualityModel, work: Looker, isLate: () => boolean, clock: { spentMs: number }): Promise<SeriesQuality> {
  if ('problem' in model) return notAssessed(first, null, model.problem);
  const domain = domainOf(first, model.manifest);
  if (!domain) return notAssessed(first, model, 'the quality model does not know this kind of picture');
  const looks: Look[] = [];
  try {
    for (const { header } of sampled(images, domain.slices)) {
      if (work.isCancelled()) throw new CancelledError();
      if (isLate()) break;
      const look = await lookAt(header.sopInstanceUid, domain, model, work, clock);
      if (look) looks.push(look);
    }
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return notAssessed(first, model, 'the quality model failed');
  }
  if (looks.length === 0) return notAssessed(first, model, isLate() ? 'there was no time' : 'no picture could be read');
  return judge(first, looks, domain, model.manifest);
}

/** Undefined for a picture that cannot be read: the analysis says so itself. Throws what the model throws. */
async function lookAt(sopInstanceUid: string, domain: QualityDomain, { manifest: { input }, run }: QualityModel, work: Looker, clock: { spentMs: number }): Promise<Look | undefined> {
  const image = await loadImage(sopInstanceUid, work, valuesOf(domain)).catch(() => undefined);
  if (!image) return undefined;
  const began = performance.now();
  try {
    const grey = percentileStretch(areaResize(image, input.size, input.size), input.stretch.low, input.stretch.high);
    return await run(Float32Array.from(grey));
  } catch (error) {
    if (error instanceof BlankImageError) return 'blank';
    throw error;
  } finally {
    clock.spentMs += performance.now() - began;
  }
}

function valuesOf({ values }: QualityDomain): typeof displayValues {
  switch (values.kind) {
    case 'display': return displayValues;
    case 'luminance': return luminanceValues;
    case 'magnitude': return magnitudeValues;
    case 'hounsfield': return (frame, dataSet) => windowed(unitValues(frame, dataSet), values);
    default: return values satisfies never;
  }
}

function domainOf({ header }: HeldImage, { domains }: QualityManifest): QualityDomain | undefined {
  return domains.find((domain) =>
    domain.modalities.includes(header.modality) && header.frames === 1 && !domain.refusedViews.includes(header.viewPosition)
    && (header.samplesPerPixel === 1 || domain.values.kind === 'luminance') && bodyPartRefusal(header, domain.bodyParts) === undefined);
}

/** Of stills the worst counts: each is read. Of slices the median does: one odd slice is no odd series. */
function judge(first: HeldImage, looks: readonly Look[], domain: QualityDomain, { id, version, output }: QualityManifest): SeriesQuality {
  const seen = looks.filter((look) => look !== 'blank');
  const column = (index: number): number[] => seen.map((look) => look[index] ?? 0);
  const isBlank = domain.slices ? seen.length === 0 : seen.length < looks.length;
  const flaws: QualityFlaw[] = [
    ...(isBlank ? [{ code: 'blank', confidence: 1 }] : []),
    ...(seen.length === 0 ? [] : domain.flaws.map(({ code, index }) => ({ code, confidence: domain.slices ? median(column(index)) : Math.max(...column(index)) }))),
  ];
  const limitsOf = (code: string) => domain.flaws.find((flaw) => flaw.code === code) ?? DEFAULT_QUALITY_LIMITS;
  const said = flaws.filter(({ code, confidence }) => confidence >= limitsOf(code).warn).sort((a, b) => b.confidence - a.confidence);
  const score = isBlank ? 0 : domain.slices ? median(column(output.good)) : Math.min(...column(output.good));
  return {
    seriesUid: first.header.seriesUid, modality: first.header.modality, images: looks.length, score, route: qualityRoute(flaws, limitsOf), flaws,
    reasons: said.map(({ code }) => ({ code, text: flawWords(code) })), model: `${id} ${version}`,
  };
}

function notAssessed({ header: { seriesUid, modality } }: HeldImage, model: QualityModel | null, why: string): SeriesQuality {
  const reason: AnalysisReason = { code: 'not-assessed', text: `Quality not assessed: ${why}.`.slice(0, 300) };
  return { seriesUid, modality, images: 0, score: null, route: null, flaws: [], reasons: [reason], model: model && `${model.manifest.id} ${model.manifest.version}` };
}
