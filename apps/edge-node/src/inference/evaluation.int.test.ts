import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { analysisResultSchema } from '@readroom/shared/finding/analysis';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { brainDicom, breastDicom, chestDicom, headDicom } from '../testing/graded-dicom.ts';
import type { GradedImage } from '../testing/graded-dicom.ts';
import { calibrated, manifestSchema } from './manifest.ts';
import { DEFAULT_INFERENCE_OPTIONS, Inference } from './service.ts';

const models = fileURLToPath(new URL('../../../../models/', import.meta.url));
const evaluationSchema = z.object({ probabilities: z.record(z.string(), z.record(z.string(), z.number())) });
const manifestOf = (id: string) => manifestSchema.parse(JSON.parse(readFileSync(`${models}${id}/manifest.json`, 'utf8')));
const load = (id: string) => ({ evaluation: evaluationSchema.parse(JSON.parse(readFileSync(`${models}${id}/evaluation.json`, 'utf8'))), manifest: manifestOf(id) });

/** What PyTorch said in `evaluate.py` and what ONNX Runtime says at the edge may differ by rounding, no more. */
const TOLERANCE = 2e-3;
const inference = new Inference({ ...DEFAULT_INFERENCE_OPTIONS, providers: ['cpu'], modelsFolder: models, now: Date.now });

beforeAll(() => inference.start());
afterAll(() => inference.stop());

async function analyse(images: readonly GradedImage[], modality: string, modelId: string): Promise<AnalysisResult> {
  const results = await inference.analyse({
    studyClass: null,
    study: {
      studyUid: '2.25.1', complete: true, images: images.map(({ sopInstanceUid }) => ({ sopInstanceUid, modality })),
      read: async (uid) => images.find(({ sopInstanceUid }) => sopInstanceUid === uid)?.bytes ?? new Uint8Array(),
    },
  });
  const own = results.find(({ model }) => model.id === modelId);
  return analysisResultSchema.parse(own);
}

/** Chance that a positive scores above a negative; ties count half. */
function auc(scored: readonly { readonly score: number; readonly positive: boolean }[]): number {
  const [positive, negative] = [scored.filter((s) => s.positive), scored.filter((s) => !s.positive)];
  const wins = positive.reduce((sum, p) => sum + negative.reduce((own, n) => own + Number(p.score > n.score) + Number(p.score === n.score) / 2, 0), 0);
  return wins / (positive.length * negative.length);
}

function labels(name: 'cxr' | 'head_ct', positive: string): Map<string, boolean> {
  const text = readFileSync(fileURLToPath(new URL(`../../../../../shared/data/${name}/labels.csv`, import.meta.url)), 'utf8');
  return new Map(text.split('\n').slice(1).filter(Boolean).map((line) => [line.split(',')[0] ?? '', line.split(',')[1] === positive]));
}

test('radiographs of the validation patients score at the edge what the evaluation says', async () => {
  const { evaluation, manifest } = load('cxr');
  const truth = labels('cxr', 'pneumonia');
  for (const [source, probabilities] of Object.entries(evaluation.probabilities)) {
    const files = Object.keys(probabilities).filter((_, i) => i % Math.ceil(Object.keys(probabilities).length / 100) === 0);
    const scored = [];
    for (const [i, file] of files.entries()) {
      const result = await analyse([await chestDicom(`data/cxr/${file}`, `2.25.9.${i}`)], 'CR', 'cxr');
      const expected = calibrated(probabilities[file] ?? Number.NaN, manifest.temperature);
      const score = result.scores.find(({ sopInstanceUid }) => sopInstanceUid !== null)?.confidence ?? Number.NaN;
      expect(Math.abs(score - expected), `${source} ${file}`).toBeLessThan(TOLERANCE);
      expect(result.findings.length).toBe(Number(score >= (manifest.labels[0]?.threshold ?? 0)));
      scored.push({ score, expected, positive: truth.get(file) ?? false });
    }
    expect(Math.abs(auc(scored) - auc(scored.map(({ expected, positive }) => ({ score: expected, positive }))))).toBeLessThan(0.005);
  }
}, 300_000);

test('head series and single slices of the validation patients score at the edge what the evaluation says', async () => {
  const { evaluation, manifest } = load('head_ct');
  const files = [...labels('head_ct', 'hemorrhage').keys()];
  const patients = [...new Set(Object.keys(evaluation.probabilities['stack'] ?? {}).map((file) => file.slice(0, 14)))].slice(0, 4);
  for (const [p, patient] of patients.entries()) {
    const stack = files.filter((file) => file.startsWith(patient)).sort();
    const images = await Promise.all(stack.map((file, z) => headDicom(`data/head_ct/${file}`, `2.25.7.${p}.${z}`, `2.25.8.${p}`, z)));
    // A network may send slices in any order.
    const result = await analyse([...images].reverse(), 'CT', 'head_ct');
    const bySlice = new Map(result.scores.flatMap(({ sopInstanceUid, confidence }) => (sopInstanceUid ? [[sopInstanceUid, confidence]] : [])));
    stack.forEach((file, z) => {
      const raw = evaluation.probabilities['stack']?.[file];
      if (raw === undefined) return;
      expect(Math.abs((bySlice.get(images[z]?.sopInstanceUid ?? '') ?? Number.NaN) - calibrated(raw, manifest.temperature)), file).toBeLessThan(TOLERANCE);
    });
    expect(result.findings[0]?.marks.every(({ kind }) => kind === 'box')).toBe(true);
    const [first] = stack.filter((file) => evaluation.probabilities['single']?.[file] !== undefined);
    const single = await analyse([await headDicom(`data/head_ct/${first}`, `2.25.6.${p}`, `2.25.5.${p}`, 0)], 'CT', 'head_ct');
    expect(Math.abs((single.scores[0]?.confidence ?? Number.NaN) - calibrated(evaluation.probabilities['single']?.[first ?? ''] ?? Number.NaN, manifest.temperature))).toBeLessThan(TOLERANCE);
    expect(single.quality?.warnings.map(({ code }) => code)).toContain('single-slice');
  }
}, 300_000);

const classEvaluationSchema = z.object({ probabilities: z.record(z.string(), z.array(z.number())) });

/** The study's confidence for each label of the model's manifest, in the manifest's order. */
async function confidences(image: GradedImage, modality: string, modelId: string): Promise<(number | undefined)[]> {
  const { scores } = await analyse([image], modality, modelId);
  return manifestOf(modelId).labels.map(({ code }) => scores.find((score) => score.code === code && score.sopInstanceUid === null)?.confidence);
}

test.each([['breast_us', 'US', breastDicom], ['brain_mr', 'MR', brainDicom]] as const)('%s: images of the validation groups score at the edge what the evaluation says', async (id, modality, dicomOf) => {
  const { probabilities } = classEvaluationSchema.parse(JSON.parse(readFileSync(`${models}${id}/evaluation.json`, 'utf8')));
  const { labels: known } = manifestOf(id);
  const files = Object.keys(probabilities).filter((_, i) => i % 6 === 0);
  for (const [i, file] of files.entries()) {
    const said = await confidences(await dicomOf(`data/${id}/${file}`, `2.25.10.${i}`), modality, id);
    known.forEach(({ index, code }, k) => expect(Math.abs((said[k] ?? Number.NaN) - (probabilities[file]?.[index] ?? Number.NaN)), `${file} ${code}`).toBeLessThan(TOLERANCE));
  }
}, 300_000);

test('a coil whose field varies by 30 % moves no brain score by more than 0.05; one that is steeper in the middle than the fitted quadratic, by no more than 0.1', async () => {
  const { probabilities } = classEvaluationSchema.parse(JSON.parse(readFileSync(`${models}brain_mr/evaluation.json`, 'utf8')));
  const fields = [
    { limit: 0.05, field: (x: number): number => 1 + 0.3 * x },
    { limit: 0.05, field: (x: number, y: number): number => 1.3 - 0.3 * (x * x + y * y) },
    { limit: 0.05, field: (x: number, y: number): number => 1 + 0.3 * Math.cos(1.7 * Math.hypot(x - 0.3, y + 0.2)) },
    { limit: 0.1, field: (x: number): number => 1 + 0.3 * Math.sin(1.5 * x) },
  ];
  for (const [i, file] of Object.keys(probabilities).filter((_, k) => k % 12 === 0).entries()) {
    const before = await confidences(await brainDicom(`data/brain_mr/${file}`, `2.25.11.${i}`), 'MR', 'brain_mr');
    for (const { limit, field } of fields) {
      const after = await confidences(await brainDicom(`data/brain_mr/${file}`, `2.25.12.${i}`, field), 'MR', 'brain_mr');
      before.forEach((value, k) => expect(Math.abs((value ?? Number.NaN) - (after[k] ?? Number.NaN)), file).toBeLessThanOrEqual(limit));
    }
  }
}, 300_000);
