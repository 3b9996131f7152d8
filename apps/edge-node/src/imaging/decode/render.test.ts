import sharp from 'sharp';
import type { OutputInfo } from 'sharp';
import { expect, test } from 'vitest';
import { sharedFile } from '../../testing/shared-files.ts';
import { decodeFrame } from './decode-frame.ts';
import { openImage } from './frames.ts';
import { applyModality, applyVoi, readModality, readVoi } from './grayscale.ts';
import { renderFrame } from './render.ts';

async function grey(path: string): Promise<{ pixels: Uint8Array; info: OutputInfo }> {
  const { bytes } = await renderFrame(sharedFile(path), { frameIndex: 0, format: 'png', maxSize: 4096 });
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { pixels: new Uint8Array(data), info };
}

test('a CT slice is shown through its window: below it black, above it white', async () => {
  const image = openImage(sharedFile('samples/ts_ct/CTImage_1.2.840.10008.1.2.1.dcm'));
  const { pixels: stored } = await decodeFrame(image.frameBytes(0), image.description);
  const { pixels, info } = await grey('samples/ts_ct/CTImage_1.2.840.10008.1.2.1.dcm');
  const shown = (hounsfield: (hu: number) => boolean): Set<number | undefined> =>
    new Set([...stored].flatMap((value, i) => (hounsfield(value - 1024) ? [pixels[i * info.channels]] : [])));
  expect(shown((hu) => hu < -160)).toEqual(new Set([0]));
  expect(shown((hu) => hu > 240)).toEqual(new Set([255]));
});

test('MONOCHROME1 is shown turned round', async () => {
  const path = 'samples/chest/gdcm-CR-MONO1-10-chest.dcm';
  const image = openImage(sharedFile(path));
  const { pixels: stored } = await decodeFrame(image.frameBytes(0), image.description);
  const { pixels, info } = await grey(path);
  const ordered = Uint16Array.from(stored).sort();
  const [lowest, highest] = [stored.indexOf(ordered[0] ?? 0), stored.indexOf(ordered.at(-1) ?? 0)];
  expect(pixels[lowest * info.channels]).toBeGreaterThan(pixels[highest * info.channels] ?? 255);
});

test('a palette is shown in colour, no larger than asked', async () => {
  const { bytes, width, height } = await renderFrame(sharedFile('samples/edge/examples_palette.dcm'), { frameIndex: 0, format: 'png', maxSize: 200 });
  expect([width, height]).toEqual([200, 88]);
  const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  expect(data.some((value, i) => i % 3 === 0 && value !== data[i + 1])).toBe(true);
});

test.each(['samples/misc/SC_ybr_full_uncompressed.dcm', 'samples/edge/examples_ybr_color.dcm', 'samples/misc/mlut_18.dcm', 'samples/misc/vlut_04.dcm', 'samples/misc/liver.dcm'])(
  '%s renders', async (path) => {
    const image = await renderFrame(sharedFile(path), { frameIndex: 0, format: 'jpeg', maxSize: 64 });
    expect(Math.max(image.width, image.height)).toBe(64);
  });

test('a Modality LUT Sequence takes the place of the rescale', async () => {
  const image = openImage(sharedFile('samples/misc/mlut_18.dcm'));
  const transform = readModality(image.dataSet);
  if (transform.kind !== 'lut') throw new Error('expected a LUT');
  const { first, entries } = transform.lut;
  const out = applyModality(Int16Array.of(first - 5, first, first + 1, first + entries.length + 9), transform);
  expect([...out]).toEqual([entries[0], entries[0], entries[1], entries.at(-1)]);
});

test('a VOI LUT comes before a window', () => {
  expect(readVoi(openImage(sharedFile('samples/misc/vlut_04.dcm')).dataSet).kind).toBe('lut');
});

test.each([
  ['LINEAR', 4, [0, 1 / 3, 2 / 3, 1, 1]],
  ['LINEAR_EXACT', 4, [0, 0.25, 0.5, 0.75, 1]],
  ['SIGMOID', 4, [-2, -1, 0, 1, 2].map((x) => 1 / (1 + Math.exp(-x)))],
] as const)('%s follows PS3.3 C.11.2.1', (shape, width, expected) => {
  const out = applyVoi(Float32Array.of(8, 9, 10, 11, 12), { kind: 'window', center: 10, width, shape });
  expected.forEach((value, i) => expect(out[i]).toBeCloseTo(value, 6));
});

test('a window of width 1 is a threshold', () => {
  expect([...applyVoi(Float32Array.of(9, 10, 11), { kind: 'window', center: 10, width: 1, shape: 'LINEAR' })]).toEqual([0, 1, 1]);
});
