import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analysisResultSchema } from '@readroom/shared/finding/analysis';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { CASES } from '../../../../tools/phantom/cases.ts';
import { studyAttributes } from '../../../../tools/phantom/dicom/modules.ts';
import { writeFile } from '../../../../tools/phantom/dicom/writer.ts';
import type { Attribute } from '../../../../tools/phantom/dicom/writer.ts';
import { picturesOf } from '../../../../tools/phantom/images.ts';
import type { Picture } from '../../../../tools/phantom/images.ts';
import { decodeFrame } from '../imaging/decode/decode-frame.ts';
import { openImage } from '../imaging/decode/frames.ts';
import { sharedFile } from '../testing/shared-files.ts';
import { loadModels } from './models.ts';
import { analyseStudy } from './pipeline.ts';
import type { PipelineDeps, RunningModel } from './pipeline.ts';
import { openSession } from './session.ts';
import { CancelledError } from './study/study-input.ts';

let models: RunningModel[] = [];

beforeAll(async () => {
  const found = await loadModels(fileURLToPath(new URL('../../../../models/', import.meta.url)));
  models = await Promise.all(found.models.map(async (model) => ({ ...model, session: await openSession(model, ['cuda', 'cpu']) })));
});
afterAll(() => Promise.all(models.map(({ session }) => session.release())));

type File = { readonly uid: string; readonly modality: string; readonly bytes: Uint8Array };

const decode: PipelineDeps['decode'] = async (file, frameIndex) => {
  const image = openImage(file);
  return decodeFrame(image.frameBytes(frameIndex), image.description);
};

async function analyse(files: readonly File[], change: Partial<PipelineDeps> = {}): Promise<AnalysisResult[]> {
  const study = {
    studyUid: '2.25.1', complete: true, images: files.map(({ uid, modality }) => ({ sopInstanceUid: uid, modality })),
    read: async (wanted: string) => files.find(({ uid }) => uid === wanted)?.bytes ?? new Uint8Array(),
  };
  const results = await analyseStudy(study, { models, refused: [], decode, now: () => 1_700_000_000_000, isCancelled: () => false, ...change });
  return results.map((result) => analysisResultSchema.parse(result));
}

const at = new Date('2026-03-02T09:30:00Z');
const made = new Map<string, Picture[]>();

/** The first twelve pictures of a phantom, made once. */
function picturesOfCase(key: string): readonly Picture[] {
  const pictures: Picture[] = made.get(key) ?? [];
  made.set(key, pictures);
  if (pictures.length > 0) return pictures;
  for (const picture of picturesOf(CASES.find((one) => one.key === key)!.anatomy, key, at)) {
    if (pictures.push(picture) === 12) break;
  }
  return pictures;
}

const MODALITY = { chest: 'CR', 'head-ct': 'CT', 'head-mr': 'MR', ultrasound: 'US' } as const;

/** A phantom's files, each with some attributes replaced. */
function phantom(key: string, count: number, first = 0, replace: readonly Attribute[] = []): File[] {
  const { anatomy, characterSet, name, sex } = CASES.find((one) => one.key === key)!;
  const about = studyAttributes(
    { name, id: 'RR-1', birthDate: '19600101', sex, age: '066Y', characterSet },
    { studyUid: '2.25.1', accessionNumber: 'A1', description: 'Study', at, priority: '', referringPhysician: 'Doe^Jane' },
  );
  const replaced = new Set(replace.map(({ tag }) => tag));
  return picturesOfCase(key).slice(first, first + count).map(({ instance, attributes }) => {
    const kept = [...about, ...attributes].filter(({ tag }) => !replaced.has(tag));
    const bytes = new Uint8Array(writeFile(instance.sopClassUid, instance.sopInstanceUid, [...kept, ...replace], characterSet));
    return { uid: instance.sopInstanceUid, modality: MODALITY[anatomy.kind], bytes };
  });
}

const bleed = phantom('ct-bleed-large', 12);

describe('a head series', () => {
  test('answers one finding with the boxes of its slices, every slice scored, in the order of the body', async () => {
    const [result] = await analyse([...bleed].reverse());
    expect(result).toMatchObject({ status: 'final', reason: null, provider: 'cpu', instanceCount: 12, model: { id: 'head_ct' } });
    const [finding] = result?.findings ?? [];
    expect(finding).toMatchObject({ code: 'intracranial-haemorrhage', severity: 'critical', side: null });
    expect(finding?.confidence).toBe(result?.scores[0]?.confidence);
    expect(result?.scores.slice(1).map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(bleed.map(({ uid }) => uid));
    for (const mark of finding?.marks ?? []) expect(bleed[mark.sliceIndex]?.uid).toBe(mark.sopInstanceUid);
  });

  test('says what it had to do without: a slice that cannot be decoded, neighbours, positions', async () => {
    const broken = { ...bleed[5]!, bytes: bleed[5]!.bytes.subarray(0, bleed[5]!.bytes.length - 9000) };
    const [result] = await analyse([...bleed.slice(0, 5), broken]);
    expect(result?.quality?.warnings.map(({ code }) => code)).toEqual(['unreadable-images', 'few-slices']);
    expect(result?.quality?.score).toBeCloseTo(0.6);
    const [single] = await analyse(bleed.slice(10, 11));
    expect(single?.quality?.warnings.map(({ code }) => code)).toEqual(['single-slice']);
    const [holed] = await analyse([...bleed.slice(0, 4), ...bleed.slice(5, 10)]);
    expect(holed?.quality?.warnings).toEqual([{ code: 'slice-gap', text: 'Slices are missing in 1 place of the series.' }]);
  });

  test('a neighbour of another shape is not a neighbour', async () => {
    const odd = phantom('ct-bleed-large', 1, 9, [{ tag: '00280010', vr: 'US', value: [256] }]);
    const alone = await analyse([bleed[10]!]);
    const beside = await analyse([...odd, bleed[10]!]);
    const scoreOf = (results: readonly AnalysisResult[]): number | undefined => results[0]?.scores.find(({ sopInstanceUid }) => sopInstanceUid === bleed[10]!.uid)?.confidence;
    expect(scoreOf(beside)).toBeCloseTo(scoreOf(alone) ?? Number.NaN, 6);
  });

  test.each([
    ['contrast-agent', [{ tag: '00180010', vr: 'LO', value: 'Iohexol' }]],
    ['body-part', [{ tag: '00180015', vr: 'CS', value: 'ABDOMEN' }]],
    ['missing-attribute', [{ tag: '00281053', vr: 'DS', value: '' }]],
    ['not-axial', [{ tag: '00200037', vr: 'DS', value: '1\\0\\0\\0\\0\\-1' }]],
  ] as const)('is refused for %s', async (code, replace) => {
    const [result] = await analyse(phantom('ct-bleed-large', 1, 10, replace));
    expect(result).toMatchObject({ status: 'refused', reason: { code }, findings: [], scores: [], quality: null, timings: null });
  });
});

describe('a radiograph', () => {
  test('answers a score and, past the threshold, an outline inside the image', async () => {
    const results = await analyse([{ uid: '2.25.8', modality: 'CR', bytes: sharedFile('samples/chest/rsna_cxr_pa.dcm') }, ...phantom('cr-opacity-both', 1)]);
    const [result] = results;
    expect(result).toMatchObject({ status: 'final', model: { id: 'cxr' } });
    expect(result?.scores).toHaveLength(3);
    for (const { outline, kind } of result?.findings.flatMap(({ marks }) => marks) ?? []) {
      expect(kind).toBe('attention');
      for (const value of outline ?? []) expect(value >= 0 && value <= 1024).toBe(true);
    }
  });

  test('MONOCHROME1 with its values turned round scores as MONOCHROME2', async () => {
    const [plain] = phantom('cr-opacity-right', 1);
    const pixels = openImage(plain!.bytes).frameBytes(0);
    const turned = Uint16Array.from(new Uint16Array(pixels.slice().buffer), (value) => 4095 - value);
    const [inverse] = phantom('cr-opacity-right', 1, 0, [{ tag: '00280004', vr: 'CS', value: 'MONOCHROME1' }, { tag: '7fe00010', vr: 'OW', value: new Uint8Array(turned.buffer) }, { tag: '00281050', vr: 'DS', value: '' }]);
    const [unwindowed] = phantom('cr-opacity-right', 1, 0, [{ tag: '00281050', vr: 'DS', value: '' }]);
    const [a, b] = [await analyse([unwindowed!]), await analyse([inverse!])];
    expect(b[0]?.scores[0]?.confidence).toBeCloseTo(a[0]?.scores[0]?.confidence ?? Number.NaN, 5);
  });

  test('of two modalities in one attribute the first counts; two Patient IDs in one study are said with the answer', async () => {
    const odd = phantom('cr-normal-a', 1, 0, [{ tag: '00080060', vr: 'CS', value: 'CR\\DX' }]);
    const other = phantom('cr-normal-b', 1, 0, [{ tag: '00100020', vr: 'LO', value: 'RR-2' }]);
    const [alone] = await analyse(odd);
    expect([alone?.status, alone?.quality?.warnings]).toEqual(['final', []]);
    const [mixed] = await analyse([...odd, ...other]);
    expect([mixed?.status, mixed?.quality?.warnings.map(({ code }) => code)]).toEqual(['final', ['patients-differ']]);
  });

  test('a blank one fails with the reason', async () => {
    const blank = phantom('cr-normal-a', 1, 0, [{ tag: '7fe00010', vr: 'OW', value: new Uint8Array(1024 * 1024 * 2) }]);
    expect(await analyse(blank)).toMatchObject([{ status: 'failed', reason: { code: 'blank-image' } }]);
  });

  test('one in a syntax that is not decoded fails with the codec\'s reason', async () => {
    const [result] = await analyse([{ uid: '2.25.8', modality: 'CR', bytes: sharedFile('samples/chest/rsna_cxr_pa.dcm') }], {
      decode: async (file, frameIndex) => decodeFrame(openImage(file).frameBytes(frameIndex), { ...openImage(file).description, transferSyntaxUid: '1.2.840.10008.1.2.4.51' }),
    });
    expect(result).toMatchObject({ status: 'failed', reason: { code: 'unsupported-transfer-syntax' } });
  });

  test('a session that throws fails the analysis, not the process', async () => {
    const throwing = models.map((model) => ({ ...model, session: { ...model.session, run: () => Promise.reject(new Error('out of memory')) } }));
    expect(await analyse(phantom('cr-normal-a', 1), { models: throwing })).toMatchObject([{ status: 'failed', reason: { code: 'model-failed' } }]);
  });
});

describe('an MR series and ultrasound stills', () => {
  test('every slice of a brain is scored for every tumour, and no tumour is no finding', async () => {
    const slices = phantom('mr-brain-a', 6, 4);
    const [result] = await analyse([...slices].reverse());
    expect(result).toMatchObject({ status: 'final', model: { id: 'brain_mr' }, quality: { warnings: [{ code: 'few-slices' }] } });
    expect([...new Set(result?.scores.map(({ code }) => code))]).toEqual(['glioma', 'meningioma', 'pituitary-tumour']);
    expect(result?.scores.filter(({ code, sopInstanceUid }) => code === 'glioma' && sopInstanceUid !== null).map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(slices.map(({ uid }) => uid));
  });

  test('a whole head is read slice by slice, and is no volume for the hippocampus model', async () => {
    const results = await analyse(phantom('mr-brain-a', 6, 4));
    expect(results.map(({ model: { id }, status, reason }) => [id, status, reason?.code])).toEqual([['brain_mr', 'final', undefined], ['hippocampus', 'refused', 'voxels-too-coarse']]);
  });

  test('an attention outline stays inside a slice that is not square', async () => {
    const high = phantom('mr-brain-a', 1, 8);
    const { columns } = openImage(high[0]!.bytes).description;
    const half = openImage(high[0]!.bytes).frameBytes(0).slice(0, columns * columns);
    const [result] = await analyse(phantom('mr-brain-a', 1, 8, [{ tag: '00280010', vr: 'US', value: [columns / 2] }, { tag: '7fe00010', vr: 'OW', value: half }]));
    expect(result?.status).toBe('final');
    for (const { outline, box } of result?.findings.flatMap(({ marks }) => marks) ?? []) {
      expect(box.y + box.height).toBeLessThanOrEqual(columns / 2 - 1);
      outline?.forEach((value, i) => expect(value >= 0 && value <= (i % 2 === 0 ? columns : columns / 2) - 1).toBe(true));
    }
  });

  test.each([['us-abdomen', 'US', 'body-part'], ['mr-brain-a', 'MR', 'body-part']] as const)('%s of another body part is refused by rule', async (key, modality, code) => {
    const replace = modality === 'MR' ? [{ tag: '00180015', vr: 'CS' as const, value: 'KNEE' }] : [];
    for (const result of await analyse(phantom(key, 1, 0, replace))) expect(result).toMatchObject({ status: 'refused', reason: { code }, findings: [] });
  });

  test('stills of a breast are read in grey and in colour alike', async () => {
    const part = { tag: '00180015', vr: 'CS' as const, value: 'BREAST' };
    const [grey] = phantom('us-kidney', 1, 0, [part]);
    const pixels = openImage(grey!.bytes).frameBytes(0);
    const tripled = Uint8Array.from({ length: pixels.length * 3 }, (_, i) => pixels[Math.floor(i / 3)] ?? 0);
    const colour = phantom('us-kidney', 1, 0, [part, { tag: '00280002', vr: 'US', value: [3] }, { tag: '00280004', vr: 'CS', value: 'RGB' }, { tag: '00280006', vr: 'US', value: [0] }, { tag: '7fe00010', vr: 'OB', value: tripled }]);
    const [a] = await analyse([grey!]);
    const [b] = await analyse(colour);
    expect(a).toMatchObject({ status: 'final', model: { id: 'breast_us' } });
    expect(b?.scores.map(({ confidence }) => confidence)).toEqual(a?.scores.map(({ confidence }) => expect.closeTo(confidence, 4) as unknown));
  });
});

test('cancelling ends the work between two images', async () => {
  let asked = 0;
  await expect(analyse(bleed, { isCancelled: () => ++asked > 14 })).rejects.toBeInstanceOf(CancelledError);
});

test('[PR7] a study whose model was refused says so, and a study of another modality does not', async () => {
  const refused = [{ id: 'cxr', version: '1.0.0', modalities: ['CR', 'DX'], reasons: ['model.onnx cannot be read'] }];
  const answers = await analyse(phantom('cr-normal-a', 1), { models: [], refused });
  expect(answers).toMatchObject([{ status: 'refused', reason: { code: 'model-refused', text: 'The model cxr was not loaded: model.onnx cannot be read' } }]);
  expect(await analyse(bleed.slice(0, 1), { models: [], refused })).toEqual([]);
});
