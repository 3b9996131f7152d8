import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analysisResultSchema } from '@readroom/shared/finding/analysis';
import type { AnalysisResult, SeriesQuality } from '@readroom/shared/finding/analysis';
import { seededRandom } from '@readroom/shared/seeded-random';
import { z } from 'zod';
import { brainDicom, breastDicom, chestDicom, headDicom } from '../../testing/graded-dicom.ts';
import type { GradedImage } from '../../testing/graded-dicom.ts';
import { decodeFrame } from '../../imaging/decode/decode-frame.ts';
import { openImage } from '../../imaging/decode/frames.ts';
import { loadModels } from '../models.ts';
import { analyseStudy } from '../pipeline.ts';
import type { PipelineDeps, RunningModel } from '../pipeline.ts';
import { openSession } from '../session.ts';
import { openImages } from '../study/image-source.ts';
import { CancelledError } from '../study/study-input.ts';
import { createAssessor } from './assess.ts';
import { openQuality } from './open-quality.ts';
import type { QualityModel } from './open-quality.ts';

const folder = fileURLToPath(new URL('../../../../../models/', import.meta.url));
const { probabilities } = z.object({ probabilities: z.record(z.string(), z.array(z.number())) }).parse(JSON.parse(readFileSync(`${folder}image_quality/evaluation.json`, 'utf8')));
/** Good validation pictures of a kind, those the model itself finds best first. */
const goodOf = (domain: string): string[] => Object.keys(probabilities).filter((file) => file.startsWith(`${domain}/`)).sort((a, b) => (probabilities[b]?.[5] ?? 0) - (probabilities[a]?.[5] ?? 0)).map((file) => file.slice(domain.length + 1));

let quality: QualityModel;
let models: RunningModel[] = [];
beforeAll(async () => {
  const opened = await openQuality({ modelsFolder: folder, signers: [], excluded: [] });
  if ('problem' in opened) throw new Error(opened.problem);
  quality = opened;
  const cxr = (await loadModels(folder)).models.find(({ manifest }) => manifest.id === 'cxr')!;
  models = [{ ...cxr, session: await openSession(cxr, ['cpu']) }];
});
afterAll(async () => {
  await quality.release();
  await Promise.all(models.map(({ session }) => session.release()));
});

const decode: PipelineDeps['decode'] = async (file, frameIndex) => {
  const image = openImage(file);
  return decodeFrame(image.frameBytes(frameIndex), image.description);
};
const studyOf = (images: readonly GradedImage[], modality: string) => ({
  studyUid: '2.25.1', complete: true, images: images.map(({ sopInstanceUid }) => ({ sopInstanceUid, modality })),
  read: async (uid: string) => images.find(({ sopInstanceUid }) => sopInstanceUid === uid)?.bytes ?? new Uint8Array(),
});

async function assess(images: readonly GradedImage[], modality: string, change: { model?: QualityModel; limitMs?: number; cancelled?: boolean; bodyPart?: string } = {}): Promise<readonly SeriesQuality[]> {
  const source = await openImages(studyOf(images, modality), new Set([modality]), () => false);
  const held = source.images.map(({ header }) => ({ header: { ...header, ...(change.bodyPart === undefined ? {} : { bodyPart: change.bodyPart }) } }));
  return createAssessor(change.model ?? quality, { source, decode, isCancelled: () => change.cancelled ?? false }, change.limitMs)(held);
}

async function analyse(images: readonly GradedImage[], change: Partial<PipelineDeps> = {}): Promise<AnalysisResult> {
  const [result] = await analyseStudy(studyOf(images, 'CR'), { models, refused: [], quality, decode, now: () => 1_700_000_000_000, isCancelled: () => false, ...change });
  return analysisResultSchema.parse(result);
}

/** The same file with each grey value replaced. */
function repainted({ sopInstanceUid, bytes }: GradedImage, paint: (value: number, index: number) => number): GradedImage {
  const copy = bytes.slice();
  const pixels = openImage(copy).frameBytes(0);
  pixels.forEach((value, i) => {
    pixels[i] = Math.min(255, Math.max(0, Math.round(paint(value, i))));
  });
  return { sopInstanceUid, bytes: copy };
}

const chest = (n = 0): Promise<GradedImage> => chestDicom(`data/cxr/${goodOf('chest')[n] ?? ''}`, `2.25.7.${n}`);
const inverted = (image: GradedImage): GradedImage => repainted(image, (value) => 255 - value);
function noisy(image: GradedImage): GradedImage {
  const random = seededRandom(3);
  return repainted(image, (value) => value + 110 * (random() + random() + random() - 1.5));
}

describe('what the edge says of a picture', () => {
  const FOLDERS = { chest: ['cxr', 'CR', chestDicom], head: ['head_ct', 'CT', (file: string, uid: string) => headDicom(file, uid, '2.25.8', 0)], brain: ['brain_mr', 'MR', brainDicom], breast: ['breast_us', 'US', breastDicom] } as const;

  test.each(Object.entries(FOLDERS))('%s pictures of validation patients score at the edge what the evaluation says', async (domain, [set, modality, dicom]) => {
    const all = goodOf(domain).sort();
    for (const [i, file] of all.filter((_, k) => k % Math.ceil(all.length / 8) === 0).entries()) {
      const [said] = await assess([await dicom(`data/${set}/${file}`, `2.25.9.${i}`)], modality);
      const expected = probabilities[`${domain}/${file}`] ?? [];
      expect(Math.abs((said?.score ?? Number.NaN) - (expected[5] ?? Number.NaN)), file).toBeLessThan(2e-3);
      const flaws = quality.manifest.domains.find(({ name }) => name === domain)?.flaws ?? [];
      for (const { code, index } of flaws) expect(Math.abs((said?.flaws.find((flaw) => flaw.code === code)?.confidence ?? Number.NaN) - (expected[index] ?? Number.NaN)), `${file} ${code}`).toBeLessThan(2e-3);
    }
  });

  test('a good picture is analysed, exchanged grey values are refused, noise asks for a repeat', async () => {
    const [good] = await assess([await chest()], 'CR');
    expect(good).toMatchObject({ route: 'analyse', modality: 'CR', images: 1, reasons: [], model: `image_quality ${quality.manifest.version}` });
    expect(good?.score).toBeGreaterThan(0.8);
    expect((await assess([inverted(await chest())], 'CR'))[0]).toMatchObject({ route: 'refuse', reasons: [{ code: 'inversion' }] });
    expect((await assess([noisy(await chest())], 'CR'))[0]).toMatchObject({ route: 'repeat', reasons: expect.arrayContaining([{ code: 'noise', text: 'Looks noisy: too little signal.' }]) as unknown });
  });

  test('a blank picture is refused', async () => {
    const blank = repainted(await chest(), () => 40);
    expect((await assess([blank], 'CR'))[0]).toMatchObject({ route: 'refuse', score: 0, reasons: [{ code: 'blank', text: 'The picture is blank.' }] });
  });

  test('[QU3] not assessed: another body part, no time, a model that fails, a picture that cannot be read', async () => {
    const images = [await chest()];
    const failing: QualityModel = { ...quality, run: () => Promise.reject(new Error('out of memory')) };
    const why = async (...given: Parameters<typeof assess>): Promise<unknown> => {
      const [said] = await assess(...given);
      expect(said).toMatchObject({ route: null, score: null, flaws: [] });
      return said?.reasons[0]?.text;
    };
    expect(await why(images, 'CR', { bodyPart: 'KNEE' })).toBe('Quality not assessed: the quality model does not know this kind of picture.');
    expect(await why(images, 'CR', { limitMs: 0 })).toBe('Quality not assessed: there was no time.');
    expect(await why(images, 'CR', { model: failing })).toBe('Quality not assessed: the quality model failed.');
    expect(await why([{ ...images[0]!, bytes: images[0]!.bytes.subarray(0, images[0]!.bytes.length - 9000) }], 'CR')).toBe('Quality not assessed: no picture could be read.');
  });

  test('cancelling ends the look', async () => {
    await expect(assess([await chest()], 'CR', { cancelled: true })).rejects.toBeInstanceOf(CancelledError);
  });
});

describe('what the analysis makes of it', () => {
  test('[QU2] exchanged grey values are not analysed, and the reason is said; a good series of the same study still is', async () => {
    const spoiled = inverted(await chest());
    expect(await analyse([spoiled])).toMatchObject({ status: 'refused', findings: [], scores: [], reason: { code: 'quality', text: 'The pictures cannot be analysed. Light and dark look exchanged.' }, quality: { series: [{ route: 'refuse' }] } });
    const both = await analyse([spoiled, await chest(1)]);
    expect(both).toMatchObject({ status: 'final', instanceCount: 1, quality: { warnings: [{ code: 'inversion' }], series: [{ route: 'refuse' }, { route: 'analyse' }] } });
    expect(both.scores.flatMap(({ sopInstanceUid }) => sopInstanceUid ?? [])).toEqual(['2.25.7.1']);
  });

  test('[QU2] noise is analysed with a warning, and the score is the worst', async () => {
    const result = await analyse([noisy(await chest())]);
    expect(result).toMatchObject({ status: 'final', quality: { series: [{ route: 'repeat' }] } });
    expect(result.quality?.warnings.map(({ code }) => code)).toContain('noise');
    expect(result.quality?.score).toBeLessThan(0.2);
  });

  test('[QU3] without a quality model, and with one that fails, the same findings are answered', async () => {
    const images = [await chest()];
    const plain = await analyse(images);
    const failing: QualityModel = { ...quality, run: () => Promise.reject(new Error('no')) };
    for (const other of [failing, { problem: 'this node has no quality model' }]) {
      const result = await analyse(images, { quality: other });
      expect(result).toMatchObject({ status: 'final', quality: { score: 1, warnings: [], series: [{ route: null, reasons: [{ code: 'not-assessed' }] }] } });
      expect(result.scores).toEqual(plain.scores);
    }
  });
});
