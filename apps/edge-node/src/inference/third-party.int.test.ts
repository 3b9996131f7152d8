import { mkdtemp, rm, writeFile as writeDisk } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { analysisResultSchema } from '@readroom/shared/finding/analysis';
import { writeFile } from '../../../../tools/phantom/dicom/writer.ts';
import type { Attribute } from '../../../../tools/phantom/dicom/writer.ts';
import { loadModels } from './models.ts';
import { DEFAULT_INFERENCE_OPTIONS, Inference } from './service.ts';
import { integers, node, onnxFile, weight } from './testing/onnx-writer.ts';
import { writeModel } from './testing/write-model.ts';

/** Models of somebody else, plugged in by their manifests alone: their answers are known from the pixels. */
let folder = '';
let inference: Inference;

const CR = '1.2.840.10008.5.1.4.1.1.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';
type Picture = { readonly uid: string; readonly bytes: Uint8Array; readonly modality: string };

/** An image whose 16-bit pixels are known; more attributes replace these. */
function picture(uid: string, rows: number, columns: number, value: (x: number, y: number) => number, more: readonly Attribute[] = [], modality: 'CR' | 'CT' = 'CR'): Picture {
  const pixels = Uint16Array.from({ length: rows * columns }, (_, i) => value(i % columns, Math.floor(i / columns)));
  const sopClass = modality === 'CR' ? CR : CT;
  const attributes: Attribute[] = [
    { tag: '00080016', vr: 'UI', value: sopClass }, { tag: '00080018', vr: 'UI', value: uid }, { tag: '00080060', vr: 'CS', value: modality }, { tag: '00100040', vr: 'CS', value: 'F' }, { tag: '00101010', vr: 'AS', value: '066Y' },
    { tag: '00180015', vr: 'CS', value: 'CHEST' }, { tag: '0020000d', vr: 'UI', value: '2.25.1' }, { tag: '0020000e', vr: 'UI', value: '2.25.1.1' }, { tag: '00200013', vr: 'IS', value: uid.split('.').at(-1) ?? '1' },
    { tag: '00280002', vr: 'US', value: [1] }, { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' }, { tag: '00280010', vr: 'US', value: [rows] }, { tag: '00280011', vr: 'US', value: [columns] },
    { tag: '00280100', vr: 'US', value: [16] }, { tag: '00280101', vr: 'US', value: [12] }, { tag: '00280102', vr: 'US', value: [11] }, { tag: '00280103', vr: 'US', value: [0] },
    { tag: '7fe00010', vr: 'OW', value: new Uint8Array(pixels.buffer) },
  ];
  const replaced = new Set(more.map(({ tag }) => tag));
  const all = [...attributes.filter(({ tag }) => !replaced.has(tag)), ...more].sort((a, b) => (a.tag < b.tag ? -1 : 1));
  return { uid, modality, bytes: new Uint8Array(writeFile(sopClass, uid, all, 'ISO_IR 100')) };
}

const view = (position: string): Attribute => ({ tag: '00185101', vr: 'CS', value: position });
const exactWindow = (center: number, width: number): Attribute[] => [{ tag: '00281050', vr: 'DS', value: String(center) }, { tag: '00281051', vr: 'DS', value: String(width) }, { tag: '00281056', vr: 'CS', value: 'LINEAR_EXACT' }];

async function analyse(pictures: readonly Picture[], modelId: string): Promise<AnalysisResult | undefined> {
  const results = await inference.analyse({ studyClass: null, study: {
    studyUid: '2.25.1', complete: true, images: pictures.map(({ uid, modality }) => ({ sopInstanceUid: uid, modality })), read: async (wanted) => pictures.find(({ uid }) => uid === wanted)?.bytes ?? new Uint8Array(),
  } });
  return results.map((result) => analysisResultSchema.parse(result)).find(({ model }) => model.id === modelId);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const pneumonia = { index: 0, code: 'pneumonia', severity: 'urgent', threshold: 0.5, alertThreshold: 0.9 };
const routing = (...modalities: string[]) => ({ modalities, bodyParts: ['CHEST'] });
const image = (name: string, change: object) => ({ kind: 'image', name, layout: 'NHWC', rows: 8, columns: 8, channels: 1, intensity: { kind: 'display' }, ...change });

/** logits = [a of the frontal's mean, b of the lateral's second channel's mean, the age]: each input can be told from the answer. */
const twoViews = onnxFile({
  inputs: [{ name: 'frontal', dims: ['n', 16, 16, 1] }, { name: 'lateral', dims: [1, 'h', 'w', 3] }, { name: 'age', dims: ['n', 1] }], outputs: [{ name: 'logits', dims: ['n', 3] }],
  nodes: [
    node('ReduceMean', ['frontal'], 'f', { axes: [1, 2], keepdims: 0 }), node('ReduceMean', ['lateral'], 'means', { axes: [1, 2], keepdims: 0 }), node('Gather', ['means', 'second'], 'l', { axis: 1 }),
    node('Concat', ['f', 'l', 'age'], 'logits', { axis: 1 }),
  ],
  weights: [integers('second', [1])],
});

/** The mean of one input, whatever its shape, as one logit. */
const meanOf = (port: { readonly name: string; readonly type?: 'float32' | 'uint8'; readonly dims: readonly (number | string)[] }) => onnxFile({
  inputs: [port], outputs: [{ name: 'p', dims: [1, 1] }], nodes: [
    ...(port.type === 'uint8' ? [node('Cast', [port.name], 'as', { to: 1 })] : [node('Identity', [port.name], 'as')]), node('ReduceMean', ['as'], 'mean', { axes: [1, 2, 3], keepdims: 0 }), node('Reshape', ['mean', 'shape'], 'p'),
  ], weights: [integers('shape', [1, 1])],
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readroom-third-'));
  await writeModel(folder, 'two_views', twoViews, {
    routing: routing('CR'),
    inputs: [
      image('frontal', { rows: 16, columns: 16, select: { ViewPosition: ['pa', 'AP'] } }),
      image('lateral', { channels: 3, range: [0, 255], normalise: { kind: 'given', mean: [0, 100, 0], std: [1, 50, 1] }, select: { ViewPosition: ['LL', 'LATERAL'] } }),
      { kind: 'scalar', name: 'age', value: { attribute: 'PatientAge' }, mean: 50, std: 10 },
    ],
    output: { kind: 'classification', scores: [{ name: 'logits', activation: 'sigmoid' }] },
    labels: [pneumonia, { index: 1, code: 'pleural-effusion', severity: 'urgent', threshold: 0.5, alertThreshold: 1 }, { index: 2, code: 'cardiomegaly', severity: 'routine', threshold: 0.5, alertThreshold: 1 }],
  });
  const score = { kind: 'classification', scores: [{ name: 'p', activation: 'none' }] };
  await writeModel(folder, 'bytes', meanOf({ name: 'x', type: 'uint8', dims: [1, 3, 4, 6] }), {
    routing: routing('DX'), inputs: [image('x', { layout: 'NCHW', dtype: 'uint8', rows: 4, columns: 6, channels: 3, intensity: { kind: 'stretch' } })], output: { kind: 'classification', scores: [{ name: 'p', activation: 'sigmoid' }] }, labels: [pneumonia],
  });
  /** Three windows as channels; the answer is their mean, and the third channel is its own map. */
  await writeModel(folder, 'windows', onnxFile({
    inputs: [{ name: 'ct', dims: [1, 8, 8, 3] }], outputs: [{ name: 'p', dims: [1, 3] }, { name: 'map', dims: [1, 8, 8, 3] }],
    nodes: [node('ReduceMean', ['ct'], 'p', { axes: [1, 2], keepdims: 0 }), node('Identity', ['ct'], 'map')],
  }), {
    routing: routing('CT'),
    inputs: [{ ...image('ct', { channels: 3, intensity: { kind: 'window', windows: ['lung', { center: 0, width: 400 }, 'bone'] } }), kind: 'slice' }],
    output: { ...score, map: { name: 'map', layout: 'NHWC', use: 'boxes', threshold: 0.9 } },
    labels: [{ index: 1, code: 'fracture', severity: 'urgent', threshold: 0.03, alertThreshold: 1 }],
  });
  /** Two boxes in pixels of the input, the classes of both, and scores from the mean. */
  await writeModel(folder, 'boxes', onnxFile({
    inputs: [{ name: 'x', dims: ['n', 10, 10, 1] }], outputs: [{ name: 'boxes', dims: [1, 3, 4] }, { name: 'scores', dims: [1, 3] }, { name: 'classes', dims: [1, 3] }],
    nodes: [
      node('ReduceMean', ['x'], 'mean', { keepdims: 0 }), node('Mul', ['mean', 'zero'], 'nothing'), node('Add', ['nothing', 'where'], 'boxes'), node('Add', ['nothing', 'sure'], 'scores'), node('Add', ['nothing', 'which'], 'classes'),
    ],
    weights: [weight('zero', [], [0]), weight('where', [1, 3, 4], [5, 5, 4, 2, 5, 5, 4, 2.2, 1, 1, 2, 2]), weight('sure', [1, 3], [0.9, 0.8, 0.7]), weight('which', [1, 3], [2, 2, 1])],
  }), {
    routing: routing('RG'), inputs: [image('x', { rows: 10, columns: 10, fit: 'pad', intensity: { kind: 'modality' } })],
    output: { kind: 'detection', boxes: { name: 'boxes', format: 'cxcywh', units: 'pixels' }, scores: { name: 'scores', activation: 'none' }, classes: { name: 'classes' }, overlap: 0.5 },
    labels: [{ index: 2, code: 'lung-nodule', severity: 'routine', threshold: 0.5, alertThreshold: 1 }, { index: 1, code: 'lung-mass', severity: 'routine', threshold: 0.75, alertThreshold: 1 }],
  });
  /** sqrt(0.99 - x): a number for the slope that warms it, none for an image whose mean is higher. */
  await writeModel(folder, 'not_a_number', onnxFile({
    inputs: [{ name: 'x', dims: [1, 8, 8, 1] }], outputs: [{ name: 'p', dims: [1, 1] }],
    nodes: [node('ReduceMean', ['x'], 'mean', { axes: [1, 2], keepdims: 0 }), node('Sub', ['most', 'mean'], 'left'), node('Sqrt', ['left'], 'p')], weights: [weight('most', [], [0.6])],
  }), { routing: routing('XA'), inputs: [image('x', {})], output: score, labels: [pneumonia] });
  await writeModel(folder, 'mute', onnxFile({
    inputs: [{ name: 'x', dims: [1, 'h', 'w', 1] }], outputs: [{ name: 'p', dims: ['n', 'k'] }], nodes: [node('ReduceMean', ['x'], 'p', { axes: [1, 2], keepdims: 0 })],
  }), { routing: routing('MG'), inputs: [image('x', {})], output: score, labels: [{ ...pneumonia, index: 3 }] });
  await writeModel(folder, 'self_test', meanOf({ name: 'x', dims: [1, 8, 8, 1] }), { routing: routing('MG'), inputs: [image('x', {})], output: score, labels: [pneumonia], selfTest: { fill: 0.25, confidences: [0.25] } });
  await writeModel(folder, 'self_test_fails', meanOf({ name: 'x', dims: [1, 8, 8, 1] }), { routing: routing('MG'), inputs: [image('x', {})], output: score, labels: [pneumonia], selfTest: { fill: 0.25, confidences: [0.5] } });
  inference = new Inference({ ...DEFAULT_INFERENCE_OPTIONS, providers: ['cpu'], modelsFolder: folder, now: () => 1_700_000_000_000 });
  await inference.start();
});
afterAll(async () => {
  await inference.stop();
  await rm(folder, { recursive: true });
});

describe('a model with two NHWC inputs and a number', () => {
  const frontal = picture('2.25.1.1', 64, 48, (x) => 10 * x, [view('PA'), ...exactWindow(500, 1000)]);
  // MONOCHROME1 turns it round: the lowest value is white.
  const lateral = picture('2.25.1.2', 40, 40, (_, y) => (y < 10 ? 0 : 1000), [view('LL'), ...exactWindow(500, 1000), { tag: '00280004', vr: 'CS', value: 'MONOCHROME1' }]);

  test('is given each its own view and answers what is known from their pixels', async () => {
    const result = await analyse([lateral, frontal], 'two_views');
    expect(result).toMatchObject({ status: 'final', instanceCount: 2 });
    const wanted = [sigmoid(235 / 1000), sigmoid((0.25 * 255 - 100) / 50), sigmoid(1.6)];
    const said = result?.scores.filter(({ sopInstanceUid }) => sopInstanceUid === null).map(({ confidence }) => confidence) ?? [];
    wanted.forEach((value, i) => expect(said[i]).toBeCloseTo(value, 5));
    expect(result?.findings.map(({ code, sopInstanceUid }) => [code, sopInstanceUid])).toEqual([['pneumonia', '2.25.1.1'], ['cardiomegaly', '2.25.1.1']]);
  });

  test('takes the later of two frontals, and says that there was another', async () => {
    const repeat = picture('2.25.1.3', 64, 48, () => 1000, [view('AP'), ...exactWindow(500, 1000)]);
    const result = await analyse([repeat, frontal, lateral], 'two_views');
    expect(result?.scores[0]?.confidence).toBeCloseTo(sigmoid(1), 5);
    expect(result?.quality?.warnings.map(({ code }) => code)).toEqual(['other-images']);
  });

  test.each([
    ['view-missing', [frontal], /No image for the model's input lateral: none has ViewPosition LL or LATERAL/],
    ['missing-attribute', [lateral, picture('2.25.1.3', 64, 48, () => 1, [view('AP'), { tag: '00101010', vr: 'AS', value: '' }])], /PatientAge is missing/],
  ] as const)('a study without one of them is refused: %s', async (code, pictures, text) => {
    expect(await analyse(pictures, 'two_views')).toMatchObject({ status: 'refused', findings: [], reason: { code, text: expect.stringMatching(text) } });
  });
});

test('bytes, another size and channels that repeat: the mean of what was stretched over the whole image', async () => {
  const ramp = { ...picture('2.25.2.1', 8, 12, (x) => 100 + x), modality: 'DX' };
  const asDx = picture('2.25.2.1', 8, 12, (x) => 100 + x, [{ tag: '00080060', vr: 'CS', value: 'DX' }]);
  const result = await analyse([{ ...ramp, bytes: asDx.bytes }], 'bytes');
  const columns = Array.from({ length: 6 }, (_, i) => Math.round((255 * (2 * i + 0.5)) / 11));
  expect(result?.scores[0]?.confidence).toBeCloseTo(sigmoid(columns.reduce((sum, value) => sum + value, 0) / 6), 5);
});

test('a CT slice in three windows of Hounsfield units, with a box from its own channel of the map', async () => {
  const rescale: Attribute[] = [{ tag: '00281052', vr: 'DS', value: '-1024' }, { tag: '00281053', vr: 'DS', value: '1' }];
  const slice = picture('2.25.3.1', 64, 64, (x, y) => (x >= 16 && x < 32 && y >= 40 && y < 48 ? 1324 : 1024 - 200), rescale, 'CT');
  const result = await analyse([slice], 'windows');
  const share = (16 * 8) / 64 ** 2;
  expect(result?.scores[0]?.confidence).toBeCloseTo(share, 5);
  expect(result?.findings[0]?.marks).toMatchObject([{ kind: 'box', box: { x: 15.5, y: 39.5, width: 16, height: 8 } }]);
});

test('a detector: boxes go back through the padding to the image, the weaker of two that overlap is dropped, labels below their threshold too', async () => {
  const wide = { ...picture('2.25.4.1', 50, 100, () => 5, [{ tag: '00080060', vr: 'CS', value: 'RG' }]), modality: 'RG' };
  const result = await analyse([wide], 'boxes');
  expect(result?.findings).toMatchObject([{ code: 'lung-nodule', marks: [{ kind: 'box', box: { x: 29.5, y: 14.5, width: 40, height: 20 } }] }]);
  expect(result?.findings[0]?.confidence).toBeCloseTo(0.9, 5);
  expect(result?.scores.filter(({ sopInstanceUid }) => sopInstanceUid === null).map(({ code, confidence }) => [code, Math.round(confidence * 100) / 100])).toEqual([['lung-nodule', 0.9], ['lung-mass', 0]]);
});

test('an answer that is no number fails the study with that reason; a model that answers too little, or another thing than its self-test says, is not loaded', async () => {
  const bright = { ...picture('2.25.5.1', 8, 8, () => 1000, [...exactWindow(500, 1000), { tag: '00080060', vr: 'CS', value: 'XA' }]), modality: 'XA' };
  expect(await analyse([bright], 'not_a_number')).toMatchObject({ status: 'failed', findings: [], scores: [], reason: { code: 'model-answer', text: expect.stringMatching(/in p that is no finite number/) } });
  expect(inference.state().refused).toMatchObject([
    { id: 'mute', reasons: ['The model answered 1 column(s) in p, the manifest reads column 3.'] },
    { id: 'self_test_fails', reasons: ['its self-test failed: pneumonia is 0.2500, the manifest says 0.5'] },
  ]);
  expect(inference.state().models.map(({ id }) => id)).toContain('self_test');
});

describe('a manifest that does not fit its file is refused with every reason at once, each with its path', () => {
  test('inputs, outputs, columns, labels and the hash', async () => {
    const own = await mkdtemp(join(tmpdir(), 'readroom-bad-'));
    await writeModel(own, 'bad', twoViews, {
      sha256: '0'.repeat(64),
      inputs: [image('frontal', { layout: 'NCHW', rows: 16, columns: 16, dtype: 'uint8' }), image('profile', { channels: 3, normalise: { kind: 'given', mean: [0], std: [1] } })],
      output: { kind: 'classification', scores: [{ name: 'probabilities', activation: 'none' }, { name: 'logits', activation: 'sigmoid' }] },
      labels: [{ ...pneumonia, output: 'logits', index: 7 }, { ...pneumonia, code: 'effusion' }],
    });
    const [bad] = (await loadModels(own)).refused;
    await rm(own, { recursive: true });
    for (const reason of [
      'manifest.json: inputs.0.dtype: the file takes frontal as float32, the manifest makes uint8',
      'manifest.json: inputs.0: the file takes frontal as [n, 16, 16, 1], the manifest makes [1, 1, 16, 16] (NCHW)',
      'manifest.json: inputs.1.name: the file has no input profile, it has frontal [n, 16, 16, 1], lateral [1, h, w, 3], age [n, 1]',
      'manifest.json: inputs.1.normalise: 1 number(s) for 3 channel(s)',
      'manifest.json: inputs: the file also asks for lateral, age',
      'manifest.json: output.scores.0.name: the file has no output probabilities, it has logits [n, 3]',
      'manifest.json: labels.0.index: 7 is beyond the 3 column(s) of logits',
      'manifest.json: labels.1: effusion is not in the finding catalogue; pleural-effusion is',
    ]) expect(bad?.reasons).toContain(reason);
    expect(bad?.reasons.join()).toMatch(/model\.onnx has sha256 [0-9a-f]{64}, the manifest says 0{64}/);
  });

  test('weights outside the folder are not opened; beside the model they are named with their hash', async () => {
    const own = await mkdtemp(join(tmpdir(), 'readroom-bad-'));
    const keeping = (location: string) => onnxFile({ inputs: [{ name: 'x', dims: [1, 8, 8, 1] }], outputs: [{ name: 'p', dims: [1, 8, 8, 1] }], nodes: [node('Add', ['x', 'w'], 'p')], weights: [weight('w', [], [], location)] });
    const rest = { inputs: [image('x', {})], output: { kind: 'classification', scores: [{ name: 'p', activation: 'none' }] }, labels: [pneumonia] };
    await writeModel(own, 'climbing', keeping('../../../etc/passwd'), rest);
    await writeModel(own, 'unnamed', keeping('w.bin'), rest);
    await writeModel(own, 'wrong', keeping('w.bin'), { ...rest, data: [{ file: 'w.bin', sha256: '1'.repeat(64) }] });
    await writeDisk(join(own, 'wrong', 'w.bin'), Float32Array.of(0.25));
    const { refused } = await loadModels(own);
    await rm(own, { recursive: true });
    expect(refused.map(({ id, reasons }) => [id, reasons.join()])).toEqual([
      ['climbing', 'model.onnx keeps weights in "../../../etc/passwd", outside its folder: it is not opened'],
      ['unnamed', 'model.onnx keeps weights in w.bin: name it under data, with its sha256'],
      ['wrong', expect.stringMatching(/^w\.bin has sha256 [0-9a-f]{64}, the manifest says 1{64}$/)],
    ]);
  });

  test('the preset of CheXNet stands for its inputs, outputs and fourteen labels', async () => {
    const own = await mkdtemp(join(tmpdir(), 'readroom-preset-'));
    const graph = onnxFile({ inputs: [{ name: 'data', dims: ['n', 3, 224, 224] }], outputs: [{ name: 'out', dims: ['n', 14] }], nodes: [] });
    await writeModel(own, 'chexnet', graph, { routing: undefined, preset: { name: 'chexnet', input: 'data', output: 'out', activation: 'sigmoid' } });
    await writeModel(own, 'other', graph, { preset: { name: 'chexnet', input: 'data', output: 'out', activation: 'tanh' } });
    const { models, refused } = await loadModels(own);
    await rm(own, { recursive: true });
    expect(models[0]?.manifest).toMatchObject({ labels: { length: 14 }, inputs: [{ name: 'data', channels: 3, rows: 224, normalise: { kind: 'imagenet' } }], output: { scores: [{ name: 'out', activation: 'sigmoid' }] } });
    expect(refused[0]?.reasons.join('\n')).toContain('preset.activation');
  });
});
