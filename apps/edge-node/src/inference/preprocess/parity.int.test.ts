import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sharedFolder, sharedPath } from '../../testing/shared-files.ts';
import { windowOf } from '../contract/inputs.ts';
import { manifestSchema, pixelInputsOf } from '../manifest.ts';
import { windowed } from './head.ts';
import { pixelTensor } from './pixels.ts';
import type { GreyImage } from './resample.ts';

const repo = fileURLToPath(new URL('../../../../../', import.meta.url));
const manifest = (id: string) => manifestSchema.parse(JSON.parse(readFileSync(`${repo}models/${id}/manifest.json`, 'utf8')));
const answerSchema = z.object({ tensors: z.array(z.string()), crops: z.array(z.array(z.number()).nullable()) });
type Case = { readonly kind: 'chest' | 'head' | 'ultrasound' | 'magnetic'; readonly planes: readonly GreyImage[] };

/** Training's own preprocessing (Debian's python3-numpy) on the same pixels. */
function trainingTensors(cases: readonly Case[]): { tensor: Float32Array; crop: number[] | null }[] {
  const input = { cases: cases.map(({ kind, planes }) => ({ kind, rows: planes[0]!.rows, columns: planes[0]!.columns, planes: planes.map(({ values }) => Buffer.from(Float32Array.from(values).buffer).toString('base64')) })) };
  const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
  const run = spawnSync(python, [`${repo}models/training/parity.py`], { input: JSON.stringify(input), maxBuffer: 1024 ** 3, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`parity.py failed; it needs Debian's python3-numpy: ${run.stderr}`);
  const answer = answerSchema.parse(JSON.parse(run.stdout));
  return answer.tensors.map((text, i) => {
    const bytes = Buffer.from(text, 'base64');
    return { tensor: new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)), crop: answer.crops[i] ?? null };
  });
}

const MODEL_OF = { chest: 'cxr', head: 'head_ct', ultrasound: 'breast_us', magnetic: 'brain_mr' } as const;

function edgeTensor({ kind, planes }: Case): { tensor: Float32Array; crop: number[] | null } {
  const [input] = pixelInputsOf(manifest(MODEL_OF[kind]));
  const { intensity } = input!;
  const shown = intensity.kind === 'window' ? planes.map((plane) => windowed(plane, windowOf(intensity.windows[0]!))) : planes;
  const { tensor, crop } = pixelTensor(shown, shown.length === 3 ? 1 : 0, input!);
  return { tensor: tensor.data as Float32Array, crop: crop ? [crop.left, crop.top, crop.side] : null };
}

function expectSame(cases: readonly Case[]): void {
  const training = trainingTensors(cases);
  cases.forEach((one, i) => {
    const ours = edgeTensor(one);
    expect(ours.crop).toEqual(training[i]!.crop);
    expect(ours.tensor.length).toBe(training[i]!.tensor.length);
    const off = ours.tensor.reduce((most, value, k) => Math.max(most, Math.abs(value - training[i]!.tensor[k]!)), 0);
    expect(off).toBeLessThan(1e-5);
  });
}

async function picture(path: string): Promise<GreyImage> {
  const { data, info } = await sharp(sharedPath(path)).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { rows: info.height, columns: info.width, values: Float32Array.from(data) };
}

const hounsfield = (grey: GreyImage): GreyImage => ({ ...grey, values: Float32Array.from(grey.values, (value) => (value * 80) / 255) });
const every = <T>(items: readonly T[], count: number): T[] => items.filter((_, i) => i % Math.ceil(items.length / count) === 0);

/** Pixels without a pattern a resampler could hide behind. */
function ragged(rows: number, columns: number, scale: number): GreyImage {
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, (_, i) => scale * (Math.sin(i * 12.9898) * 43758.5453 % 1) + scale * Math.hypot(i % columns, i / columns) / 500) };
}

test('radiographs become the same tensor at the edge and in training', async () => {
  const real = await Promise.all(every(sharedFolder('data/cxr/images'), 8).map(picture));
  const synthetic = ([[977, 921], [223, 225], [511, 97], [224, 700], [60, 70]] as const).map(([rows, columns]) => ragged(rows, columns, 4000));
  expectSame([...real, ...synthetic].map((image) => ({ kind: 'chest' as const, planes: [image] })));
});

test('head slices become the same tensor and the same crop at the edge and in training', async () => {
  const slices = every(sharedFolder('data/head_ct/images'), 8);
  const real = await Promise.all(slices.map(async (path) => hounsfield(await picture(path))));
  const triples = real.map((centre, i) => [real[Math.max(0, i - 1)]!, centre, real[Math.min(real.length - 1, i + 1)]!]);
  const synthetic = ([[512, 512], [129, 64]] as const).map(([rows, columns]) => {
    const image = ragged(rows, columns, 60);
    return [image, image, image];
  });
  const empty = [{ rows: 90, columns: 130, values: new Float32Array(90 * 130).fill(-1000) }];
  expectSame([...triples, ...synthetic, [empty[0]!, empty[0]!, empty[0]!]].map((planes) => ({ kind: 'head' as const, planes })));
});

/** The picture with two crosses, a dotted line between them and a bar of strokes, as ultrasound machines burn them in. */
function withMarks(image: GreyImage): GreyImage {
  const values = Float32Array.from(image.values);
  const bright = (x: number, y: number): void => {
    values[y * image.columns + x] = 250;
  };
  for (const [x, y] of [[60, 70], [150, 130]] as const) {
    for (let step = -4; step <= 4; step++) {
      bright(x + step, y);
      bright(x, y + step);
    }
  }
  for (let step = 0; step < 90; step += 3) bright(60 + step, 70 + Math.round((step * 2) / 3));
  for (let step = 0; step < 40; step += 5) for (let y = 200; y < 209; y++) bright(20 + step, y);
  return { ...image, values };
}

test('ultrasound stills become the same tensor at the edge and in training, burned-in marks masked by the same rule', async () => {
  const real = await Promise.all(every(sharedFolder('data/breast_us/images'), 8).map(picture));
  const marked = real.map(withMarks);
  const synthetic = ([[480, 640], [223, 225], [130, 97]] as const).map(([rows, columns]) => ragged(rows, columns, 200));
  expectSame([...real, ...marked, ...synthetic].map((image) => ({ kind: 'ultrasound' as const, planes: [image] })));
  const largest = (image: GreyImage, other: GreyImage): number => {
    const [a, b] = [edgeTensor({ kind: 'ultrasound', planes: [image] }).tensor, edgeTensor({ kind: 'ultrasound', planes: [other] }).tensor];
    return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
  };
  // Unmasked, the marks of this size change the mean grey by more than this.
  for (const [i, image] of real.entries()) expect(largest(image, marked[i]!)).toBeLessThan(0.01);
});

test('MR slices become the same tensor at the edge and in training, also under a coil\'s field and in a frame that is not square', async () => {
  const real = await Promise.all(every(sharedFolder('data/brain_mr/images'), 8).map(picture));
  const shaded = real.map((image) => ({ ...image, values: Float32Array.from(image.values, (value, i) => value * (1 + 0.3 * Math.sin((i % image.columns) / 90 + Math.floor(i / image.columns) / 150))) }));
  const synthetic = ([[256, 176], [97, 130], [512, 512]] as const).map(([rows, columns]) => ragged(rows, columns, 900));
  expectSame([...real, ...shaded, ...synthetic].map((image) => ({ kind: 'magnetic' as const, planes: [image] })));
});
