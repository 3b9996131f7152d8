import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analysisResultSchema } from '@readroom/shared/finding/analysis';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { volumeSeries } from '../../../../../tools/phantom/dicom/volume-series.ts';
import type { SliceFile, VolumeFacts } from '../../../../../tools/phantom/dicom/volume-series.ts';
import { decodeFrame } from '../../imaging/decode/decode-frame.ts';
import { openImage } from '../../imaging/decode/frames.ts';
import { volumeInputOf } from '../manifest.ts';
import { loadModels } from '../models.ts';
import { analyseStudy } from '../pipeline.ts';
import type { RunningModel } from '../pipeline.ts';
import { openSession } from '../session.ts';
import { CancelledError } from '../study/study-input.ts';
import { writeBrightnessModel } from '../testing/brightness-model.ts';
import type { VolumeInput } from './contract.ts';

let folder = '';
let model: RunningModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readroom-volume-'));
  await writeBrightnessModel(folder);
  const { models, refused } = await loadModels(folder);
  expect(refused).toEqual([]);
  model = { ...models[0]!, session: await openSession(models[0]!, ['cpu']) };
});
afterAll(async () => {
  await model.session.release();
  await rm(folder, { recursive: true });
});

type Vector = readonly [number, number, number];

async function analyse(files: readonly SliceFile[], change: Partial<VolumeInput> = {}, isCancelled = () => false): Promise<AnalysisResult> {
  const input = { ...volumeInputOf(model.manifest)!, ...change };
  const study = { studyUid: '2.25.1', complete: true, images: files.map(({ uid, modality }) => ({ sopInstanceUid: uid, modality })), read: async (wanted: string) => files.find(({ uid }) => uid === wanted)!.bytes };
  const [result] = await analyseStudy(study, {
    models: [{ ...model, manifest: { ...model.manifest, inputs: [input] } }], refused: [], now: () => 1_700_000_000_000, isCancelled,
    decode: async (file, frameIndex) => decodeFrame(openImage(file).frameBytes(frameIndex), openImage(file).description),
  });
  return analysisResultSchema.parse(result);
}

type Shape = Pick<VolumeFacts, 'shape' | 'spacingMm'> & Partial<Pick<VolumeFacts, 'rowDirection' | 'columnDirection'>>;

/** An ellipsoid, semi-axes in mm along columns, rows and slices, in the middle: bright, with an edge as soft as partial volume makes it. */
function ellipsoid({ shape: [slices, rows, columns], spacingMm: [step, down, across], ...directions }: Shape, [a, b, c]: Vector, replace?: Parameters<typeof volumeSeries>[1]): SliceFile[] {
  const values = Uint16Array.from({ length: slices * rows * columns }, (_, i) => {
    const [x, y, z] = [((i % columns) - (columns - 1) / 2) * across, ((Math.floor(i / columns) % rows) - (rows - 1) / 2) * down, (Math.floor(i / columns / rows) - (slices - 1) / 2) * step];
    const radius = Math.hypot(x / a, y / b, z / c);
    const outsideMm = (radius - 1) * (radius > 0 ? Math.hypot(x, y, z) / radius : Math.min(a, b, c));
    return 100 + 1000 * Math.min(1, Math.max(0, 0.5 - outsideMm / 2));
  });
  return volumeSeries({ modality: 'MR', bodyPart: 'BRAIN', seriesUid: '2.25.2', shape: [slices, rows, columns], spacingMm: [step, down, across], values, ...directions }, replace);
}
const ml = ([a, b, c]: Vector): number => (4 / 3) * Math.PI * a * b * c / 1000;
const CUBE: Shape = { shape: [40, 44, 46], spacingMm: [1, 1, 1] };
const AXES: Vector = [15, 12, 10];

function measuredOf(result: AnalysisResult): { volume: number; diameter: number } {
  const [finding] = result.findings;
  const of = (kind: string): number => finding?.measurements?.find((one) => one.kind === kind)?.value ?? Number.NaN;
  return { volume: of('volume'), diameter: of('diameter') };
}

describe('an ellipsoid through the whole pipeline', () => {
  const oblique = { rowDirection: [Math.cos(0.3), Math.sin(0.3), 0], columnDirection: [-Math.sin(0.3) * Math.cos(0.4), Math.cos(0.3) * Math.cos(0.4), Math.sin(0.4)] } as const;
  test.each<[string, Shape, Partial<VolumeInput>]>([
    ['at 1 mm', CUBE, {}],
    ['sagittal slices', { ...CUBE, rowDirection: [0, 1, 0], columnDirection: [0, 0, -1] }, {}],
    ['an oblique stack', { ...CUBE, ...oblique }, {}],
    ['voxels of 1.2 x 0.8 x 0.9 mm, resampled', { shape: [33, 55, 50], spacingMm: [1.2, 0.8, 0.9] }, {}],
    ['seen by the network at 1.5 mm', CUBE, { spacingMm: [1.5, 1.5, 1.5] }],
    ['in windows that overlap', CUBE, { window: [16, 16, 24] }],
    ['in windows of a fixed size, larger than the volume', CUBE, { shape: 'fixed' }],
  ])('%s: volume and diameter within 2 %%', async (_name, shape, change) => {
    const result = await analyse([...ellipsoid(shape, AXES)].reverse(), change);
    expect(result).toMatchObject({ status: 'final', reason: null, provider: 'cpu', seriesUid: '2.25.2', quality: { score: 1, warnings: [] } });
    const { volume, diameter } = measuredOf(result);
    expect(Math.abs(volume / ml(AXES) - 1)).toBeLessThan(0.02);
    expect(Math.abs(diameter / 30 - 1)).toBeLessThan(0.034);
  });

  test('is outlined on every slice it crosses, shown where it is largest, and is no alert', async () => {
    const files = ellipsoid(CUBE, AXES);
    const { findings: [finding], scores } = await analyse(files);
    expect(finding).toMatchObject({ code: 'hippocampus', severity: 'routine', alert: false, side: null, measurements: [{ kind: 'volume', unit: 'ml', uncertainty: 0.15 }, { kind: 'diameter', unit: 'mm', uncertainty: 0.5 }] });
    expect(scores).toEqual([{ code: 'hippocampus', confidence: finding?.confidence, sopInstanceUid: null, sliceIndex: null }]);
    expect(finding?.marks).toHaveLength(20);
    expect([19, 20]).toContain(finding?.sliceIndex);
    for (const { kind, sopInstanceUid, sliceIndex } of finding?.marks ?? []) expect([kind, sopInstanceUid]).toEqual(['contour', files[sliceIndex]?.uid]);
    const largest = finding?.marks.find(({ sliceIndex }) => sliceIndex === finding.sliceIndex);
    expect(largest?.box.width).toBeGreaterThan(28);
    expect(largest?.outline?.length).toBeLessThanOrEqual(256);
  });

  test('of two bodies the larger is measured', async () => {
    const files = ellipsoid({ shape: [40, 44, 120], spacingMm: [1, 1, 1] }, AXES);
    const spotted = files.map((file, k) => {
      const image = openImage(file.bytes);
      const values = new Uint16Array(image.frameBytes(0).slice().buffer);
      if (k > 15 && k < 22) for (let y = 18; y < 24; y++) values.fill(1100, y * 120 + 6, y * 120 + 14);
      return volumeSeries({ modality: 'MR', bodyPart: 'BRAIN', seriesUid: '2.25.2', shape: [40, 44, 120], spacingMm: [1, 1, 1], values: new Uint16Array(40 * 44 * 120) }, () => [{ tag: '7fe00010', vr: 'OW', value: new Uint8Array(values.buffer) }])[k]!;
    });
    expect(Math.abs(measuredOf(await analyse(spotted)).volume / ml(AXES) - 1)).toBeLessThan(0.02);
  });
});

describe('a series that is no volume', () => {
  const at = (k: number, z: number, y = 0) => [{ tag: '00200032', vr: 'DS' as const, value: `0\\${y}\\${z}` }].map((attribute) => ({ ...attribute, k }));
  test.each<[string, Parameters<typeof volumeSeries>[1], Shape?, Partial<VolumeInput>?]>([
    ['no-spacing', () => [{ tag: '00280030', vr: 'DS', value: '' }]],
    ['no-spacing', () => [{ tag: '00280030', vr: 'DS', value: '0\\0' }]],
    ['no-positions', (k) => (k === 3 ? [{ tag: '00200032', vr: 'DS', value: '' }] : [])],
    ['mixed-orientation', (k) => (k === 3 ? [{ tag: '00200037', vr: 'DS', value: '1\\0\\0\\0\\0\\-1' }] : [])],
    ['mixed-size', (k) => (k === 3 ? [{ tag: '00280030', vr: 'DS', value: '2\\2' }] : [])],
    ['duplicate-slices', (k) => (k === 3 ? at(k, 2) : [])],
    ['slice-gap', (k) => at(k, k < 3 ? k : k + 1)],
    ['sheared-stack', (k) => at(k, k, k / 2)],
    ['single-slice', undefined, { shape: [1, 44, 46], spacingMm: [1, 1, 1] }],
    ['voxels-too-coarse', undefined, { shape: [10, 44, 46], spacingMm: [6, 1, 1] }],
    ['field-of-view', undefined, { shape: [4, 44, 46], spacingMm: [1, 1, 1] }],
    ['field-of-view', undefined, CUBE, { extentMm: { least: 20, most: 45 } }],
  ])('[MS4] is refused: %s', async (code, replace, shape = { shape: [24, 24, 24], spacingMm: [1, 1, 1] }, change = {}) => {
    const result = await analyse(ellipsoid(shape, [8, 8, 8], replace), change);
    expect(result).toMatchObject({ status: 'refused', reason: { code }, findings: [], scores: [], quality: null });
  });

  test('[MS4] fails with the reason where a slice cannot be read, and where it is blank', async () => {
    const files = ellipsoid(CUBE, AXES);
    const torn = files.map((file, k) => (k === 5 ? { ...file, bytes: file.bytes.subarray(0, file.bytes.length - 900) } : file));
    expect(await analyse(torn)).toMatchObject({ status: 'failed', findings: [] });
    const blank = volumeSeries({ modality: 'MR', bodyPart: 'BRAIN', seriesUid: '2.25.2', ...CUBE, values: new Uint16Array(40 * 44 * 46) });
    expect(await analyse(blank)).toMatchObject({ status: 'failed', reason: { code: 'blank-image' } });
  });

  test('is let go between two windows when it is cancelled', async () => {
    let asked = 0;
    await expect(analyse(ellipsoid(CUBE, AXES), { window: [16, 16, 24] }, () => ++asked > 50)).rejects.toBeInstanceOf(CancelledError);
  });
});

test('Hounsfield units go in by a window, and a CT without them is refused', async () => {
  const facts = { modality: 'CT', bodyPart: 'ABDOMEN', seriesUid: '2.25.3', shape: [24, 24, 24], spacingMm: [2, 2, 2] } as const;
  const values = Uint16Array.from({ length: 24 ** 3 }, (_, i) => (Math.hypot((i % 24) - 11.5, (Math.floor(i / 24) % 24) - 11.5, Math.floor(i / 576) - 11.5) < 8 ? 1200 : 1024));
  await writeBrightnessModel(folder, { spacingMm: [2, 2, 2], values: { kind: 'window', center: 80, width: 200 } }, 'CT');
  const { models: [ct] } = await loadModels(folder);
  const original = model;
  model = { ...ct!, session: original.session };
  const { volume } = measuredOf(await analyse(volumeSeries({ ...facts, values, intercept: -1024 })));
  expect(Math.abs(volume / ml([16, 16, 16]) - 1)).toBeLessThan(0.02);
  expect(await analyse(volumeSeries({ ...facts, values }))).toMatchObject({ status: 'refused', reason: { code: 'missing-attribute' } });
  model = original;
});
