import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { createDecodePool } from '../../apps/edge-node/src/imaging/decode/pool.ts';
import { loadModel } from '../../apps/edge-node/src/inference/models.ts';
import type { LoadedModel } from '../../apps/edge-node/src/inference/models.ts';
import { analyseStudy } from '../../apps/edge-node/src/inference/pipeline.ts';
import type { PipelineDeps } from '../../apps/edge-node/src/inference/pipeline.ts';
import { openSession } from '../../apps/edge-node/src/inference/session.ts';
import type { Case } from './cases.ts';
import { ValidationFailure } from './failure.ts';
import type { Kept } from '../../apps/edge-node/src/inference/volume/analyse-volume.ts';
import { reasonOf } from './units.ts';
import type { Unit, UnitImage, Unusable } from './units.ts';
import { overlapsWith } from './volumes.ts';
import type { Overlap } from './volumes.ts';

/** A case with the calibrated probability of every label; `image` is the one to show of it. */
export type ScoredCase = { readonly case: Case; readonly scores: ReadonlyMap<string, number>; readonly image: UnitImage; /** Of a segmentation. */ readonly overlaps?: readonly Overlap[] };

/** Studies in the pipeline at once: one is decoded while another is in the session. */
const AT_ONCE = 4;
const DECODE_TIMEOUT_MS = 30_000;
const STUDY_UID = '2.25.1';

/** The model of a folder, or of one in `modelsFolder` by its name. Throws ValidationFailure with every reason it is refused for. */
export async function findModel(wanted: string, modelsFolder: string): Promise<LoadedModel> {
  const folder = /^[a-z0-9_]+$/.test(wanted) ? resolve(modelsFolder, wanted) : resolve(wanted);
  const found = await loadModel(folder, null);
  if (!found) throw new ValidationFailure(`There is no model in ${folder}: it needs a manifest.json and its .onnx file.`);
  if ('path' in found) return found;
  throw new ValidationFailure(`The model in ${folder} is refused:\n  ${found.reasons.join('\n  ')}`);
}

/**
 * Every unit through the edge node's pipeline, with one session for all. Cases it could not score are answered with their reason.
 * Throws ValidationFailure when the model cannot be opened.
 */
export async function scoreUnits(units: readonly Unit[], model: LoadedModel, onProgress: (done: number) => void): Promise<{ readonly scored: ScoredCase[]; readonly unusable: Unusable[] }> {
  const session = await openSession(model, ['cpu']).catch((error: unknown) => {
    throw new ValidationFailure(error instanceof Error ? error.message : String(error));
  });
  const pool = createDecodePool({ threads: Math.min(4, availableParallelism()), maxQueued: 1024, timeoutMs: DECODE_TIMEOUT_MS });
  await pool.start();
  const deps: PipelineDeps = { models: [{ ...model, session }], refused: [], decode: (file, frameIndex) => pool.decode(file, frameIndex), now: Date.now, isCancelled: () => false };
  const answer: { scored: ScoredCase[]; unusable: Unusable[] } = { scored: [], unusable: [] };
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    for (let unit = units[next++]; unit; unit = units[next++]) {
      const { scored, unusable } = await scoreUnit(unit, deps);
      answer.scored.push(...scored);
      answer.unusable.push(...unusable);
      onProgress(++done);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await pool.stop();
    await session.release();
  }
  return answer;
}

async function scoreUnit(unit: Unit, deps: PipelineDeps): Promise<{ scored: ScoredCase[]; unusable: Unusable[] }> {
  const problems = new Map<string, string>();
  const images = new Map(unit.images.map((image) => [image.sopInstanceUid, image]));
  const drawn: { kept?: Kept } = {};
  const [result] = await analyseStudy({
    studyUid: STUDY_UID, complete: true, images: unit.images.map(({ sopInstanceUid, modality }) => ({ sopInstanceUid, modality })),
    read: async (uid) => {
      try {
        return await (images.get(uid) ?? missing()).read();
      } catch (error) {
        problems.set(uid, reasonOf(error));
        throw error;
      }
    },
  }, { ...deps, onSegmented: (kept) => (drawn.kept = kept) });
  if (unit.whole?.mask !== undefined && drawn.kept) return overlapping(unit.whole, unit.whole.mask, drawn.kept, images, result, deps);
  if (unit.whole) return wholeStudy(unit.whole, images, result, [...problems.values()][0]);
  const scored: ScoredCase[] = [];
  const unusable: Unusable[] = [];
  for (const image of unit.images) {
    if (!image.case || image.case.leftOut !== undefined) continue;
    const scores = new Map((result?.scores ?? []).filter(({ sopInstanceUid }) => sopInstanceUid === image.sopInstanceUid).map(({ code, confidence }) => [code, confidence]));
    if (scores.size > 0) scored.push({ case: image.case, scores, image });
    else unusable.push({ case: image.case, reason: problems.get(image.sopInstanceUid) ?? why(result) });
  }
  return { scored, unusable };
}

function wholeStudy(item: Case, images: ReadonlyMap<string, UnitImage>, result: AnalysisResult | undefined, problem: string | undefined): { scored: ScoredCase[]; unusable: Unusable[] } {
  if (item.leftOut !== undefined) return { scored: [], unusable: [] };
  const scores = new Map((result?.scores ?? []).filter(({ sopInstanceUid }) => sopInstanceUid === null).map(({ code, confidence }) => [code, confidence]));
  const best = (result?.scores ?? []).filter(({ sopInstanceUid }) => sopInstanceUid !== null).sort((a, b) => b.confidence - a.confidence)[0];
  const image = images.get(best?.sopInstanceUid ?? '') ?? [...images.values()][0];
  return scores.size > 0 && image ? { scored: [{ case: item, scores, image }], unusable: [] } : { scored: [], unusable: [{ case: item, reason: problem ?? why(result) }] };
}

async function overlapping(item: Case, mask: string, kept: Kept, images: ReadonlyMap<string, UnitImage>, result: AnalysisResult | undefined, { models }: PipelineDeps): Promise<{ scored: ScoredCase[]; unusable: Unusable[] }> {
  const [model] = models;
  if (!model) return { scored: [], unusable: [] };
  try {
    const overlaps = await overlapsWith(mask, kept, model.manifest);
    const { scored, unusable } = wholeStudy(item, images, result, undefined);
    return { scored: scored.map((own) => ({ ...own, overlaps })), unusable };
  } catch (error) {
    return { scored: [], unusable: [{ case: item, reason: `its mask: ${reasonOf(error)}` }] };
  }
}

function missing(): never {
  throw new Error('the image is not part of the study');
}

function why(result: AnalysisResult | undefined): string {
  if (!result) return 'its modality is not the model\'s';
  return result.reason?.text ?? 'the pipeline left it out of the series it analysed, or could not decode it';
}
