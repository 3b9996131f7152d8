import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { sharedFile, sharedFolder } from '../../testing/shared-files.ts';
import { decodeFrame } from './decode-frame.ts';
import { DecodeError } from './frame.ts';
import type { DecodedFrame, PixelArray } from './frame.ts';
import { openImage } from './frames.ts';

async function decoded(path: string, frameIndex = 0): Promise<DecodedFrame> {
  const image = openImage(sharedFile(path));
  return decodeFrame(image.frameBytes(frameIndex), image.description);
}

interface Encoder {
  getDecodedBuffer(info: object): Uint8Array;
  setQuality(isLossless: boolean, step: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  delete(): void;
}

/** The codec's own encoder, lossless. */
async function encodeHtj2k(samples: Uint8Array, info: object): Promise<Uint8Array> {
  const factory = createRequire(import.meta.url)('@cornerstonejs/codec-openjph/wasmjs') as (options: object) => Promise<{ HTJ2KEncoder: new () => Encoder }>;
  const { HTJ2KEncoder } = await factory({ print: () => undefined, printErr: () => undefined });
  const encoder = new HTJ2KEncoder();
  encoder.getDecodedBuffer(info).set(samples);
  encoder.setQuality(true, 0);
  encoder.encode();
  const bytes = Uint8Array.from(encoder.getEncodedBuffer());
  encoder.delete();
  return bytes;
}

function largestDifference(a: PixelArray, b: PixelArray): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] ?? 0) - (b[i] ?? Number.NaN)));
  return most;
}

const ct = (syntax: string): string => `samples/ts_ct/CTImage_1.2.840.10008.${syntax}.dcm`;
const refusal = async (work: Promise<unknown>): Promise<DecodeError> => {
  const error = await work.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof DecodeError)) throw new Error('expected a DecodeError', { cause: error });
  return error;
};

describe('one CT slice in every transfer syntax', () => {
  test.each(['1.2', '1.2.1.99', '1.2.2', '1.2.5', '1.2.4.57', '1.2.4.70', '1.2.4.80', '1.2.4.90'])('1.2.840.10008.%s is bit-exact', async (syntax) => {
    const [reference, other] = await Promise.all([decoded(ct('1.2.1')), decoded(ct(syntax))]);
    expect(other.pixels).toBeInstanceOf(Int16Array);
    expect(largestDifference(other.pixels, reference.pixels)).toBe(0);
  });

  test.each([['1.2.4.81', 2], ['1.2.4.91', 8]] as const)('1.2.840.10008.%s is within %i of the original', async (syntax, tolerance) => {
    const [reference, other] = await Promise.all([decoded(ct('1.2.1')), decoded(ct(syntax))]);
    const difference = largestDifference(other.pixels, reference.pixels);
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThanOrEqual(tolerance);
  });

  test('JPEG baseline keeps the picture, at its own rescale', async () => {
    const [reference, other] = await Promise.all([decoded(ct('1.2.1')), decoded(ct('1.2.4.50'))]);
    // The lossy copy is 8 bit with RescaleSlope 32.1216, RescaleIntercept -4047; the original's intercept is -1024.
    const off = Array.from(other.pixels, (value, i) => Math.abs(value * 32.1216 - 4047 - ((reference.pixels[i] ?? 0) - 1024)));
    expect(off.reduce((a, b) => a + b) / off.length).toBeLessThan(32);
  });

  test.each([['1.2.4.51', 'JPEG Extended'], ['1.2.4.55', 'JPEG Full Progression']])('1.2.840.10008.%s is refused by name', async (syntax, name) => {
    const error = await refusal(decoded(ct(syntax)));
    expect(error.code).toBe('unsupported-transfer-syntax');
    expect(error.message).toContain(name);
  });
});

describe('other images', () => {
  test('RLE colour equals the uncompressed original', async () => {
    const [plain, rle] = await Promise.all([decoded('samples/misc/US1_UNCR.dcm'), decoded('samples/misc/US1_RLE.dcm')]);
    expect(rle.photometricInterpretation).toBe('RGB');
    expect(largestDifference(rle.pixels, plain.pixels)).toBe(0);
  });

  test('every frame of a multi-frame RLE object equals the uncompressed one', async () => {
    for (let frame = 0; frame < 10; frame++) {
      const [plain, rle] = await Promise.all([decoded('samples/misc/emri_small.dcm', frame), decoded('samples/misc/emri_small_RLE.dcm', frame)]);
      expect(largestDifference(rle.pixels, plain.pixels)).toBe(0);
    }
  });

  test('JPEG 2000 frames without an offset table are told apart', async () => {
    const [plain, j2k] = await Promise.all([decoded('samples/misc/emri_small.dcm', 3), decoded('samples/misc/emri_small_jpeg_2k_lossless_too_short.dcm', 3)]);
    expect(largestDifference(j2k.pixels, plain.pixels)).toBe(0);
  });

  test('HTJ2K colour comes back interleaved', async () => {
    const frame = await decoded('samples/misc/HTJ2KLossless_08_RGB.dcm');
    expect(frame).toMatchObject({ rows: 480, columns: 640, samplesPerPixel: 3, photometricInterpretation: 'RGB' });
    expect(frame.pixels.length).toBe(480 * 640 * 3);
  });

  test.each([
    ['unsigned 16-bit', 16, 0],
    ['signed 12-bit', 12, 1],
  ] as const)('HTJ2K grey of %s gives back every value that was encoded', async (_what, bitsStored, pixelRepresentation) => {
    const [rows, columns] = [61, 83];
    const [least, most] = pixelRepresentation === 1 ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] : [0, 2 ** bitsStored - 1];
    const values = Array.from({ length: rows * columns }, (_, at) => least + ((at * 7919) % (most - least + 1)));
    const words = pixelRepresentation === 1 ? Int16Array.from(values) : Uint16Array.from(values);
    const bytes = await encodeHtj2k(new Uint8Array(words.buffer), { width: columns, height: rows, bitsPerSample: bitsStored, componentCount: 1, isSigned: pixelRepresentation === 1, isUsingColorTransform: false });
    const { description } = openImage(sharedFile('samples/misc/HTJ2KLossless_08_RGB.dcm'));
    const grey = { ...description, rows, columns, bitsAllocated: 16, bitsStored, samplesPerPixel: 1, pixelRepresentation, photometricInterpretation: 'MONOCHROME2', planarConfiguration: 0 } as const;
    const frame = await decodeFrame(bytes, grey);
    expect([...frame.pixels]).toEqual(values);
    const outcome = await decodeFrame(bytes.subarray(0, Math.floor(bytes.length / 2)), grey).then((cut) => cut.pixels.length, (error: unknown) => error);
    if (outcome !== rows * columns) expect(outcome).toBeInstanceOf(DecodeError);
  });

  test('single-bit frames that share bytes are separated', async () => {
    for (const frameIndex of [0, 1, 2]) {
      const [aligned, packed] = await Promise.all([decoded('samples/misc/liver.dcm', frameIndex), decoded('samples/misc/liver_nonbyte_aligned.dcm', frameIndex)]);
      // The packed copy is the aligned one without its last two rows and columns.
      const cropped = Uint8Array.from({ length: 510 * 510 }, (_, i) => aligned.pixels[Math.floor(i / 510) * 512 + (i % 510)] ?? 0);
      expect(largestDifference(packed.pixels, cropped)).toBe(0);
    }
  });

  test('planar colour becomes interleaved', async () => {
    const image = openImage(sharedFile('samples/misc/color-pl.dcm'));
    const raw = image.frameBytes(0);
    const { pixels } = await decodeFrame(raw, image.description);
    const plane = 120 * 256;
    expect([pixels[300], pixels[301], pixels[302]]).toEqual([raw[100], raw[plane + 100], raw[2 * plane + 100]]);
  });

  test('colour stored as RGB in JPEG is not converted a second time', async () => {
    const [left] = (await decoded('samples/edge/SC_jpeg_no_color_transform.dcm')).pixels;
    const image = openImage(sharedFile('samples/edge/SC_jpeg_no_color_transform.dcm'));
    const converted = await decodeFrame(image.frameBytes(0), { ...image.description, photometricInterpretation: 'YBR_FULL' });
    expect(left).not.toBe(converted.pixels[0]);
  });

  test('a palette keeps its indices', async () => {
    const frame = await decoded('samples/misc/OBXXXX1A_rle_2frame.dcm', 1);
    expect(frame).toMatchObject({ samplesPerPixel: 1, photometricInterpretation: 'PALETTE COLOR' });
  });

  test.each([
    ['samples/misc/parametric_map_float.dcm', 'unsupported-pixel-format'],
    ['samples/edge/waveform_ecg.dcm', 'no-pixel-data'],
    ['samples/edge/rtplan_truncated.dcm', 'not-dicom'],
    ['samples/misc/OT_Implicit_Little_Headless.dcm', 'not-dicom'],
  ] as const)('%s is refused as %s', async (path, code) => {
    expect((await refusal(decoded(path))).code).toBe(code);
  });
});

describe('broken pixel data', () => {
  const compressed = sharedFolder('samples/ts_ct').filter((path) => /1\.2\.(5|4\.(50|57|70|80|81|90|91))\.dcm$/.test(path));

  test.each(compressed)('%s cut short answers pixels or a DecodeError', async (path) => {
    const image = openImage(sharedFile(path));
    const bytes = image.frameBytes(0);
    for (const wrong of [bytes.subarray(0, 10), bytes.subarray(0, Math.floor(bytes.length / 2)), new Uint8Array(200)]) {
      const outcome = await decodeFrame(wrong, image.description).then((frame) => frame.pixels.length, (error: unknown) => error);
      if (outcome !== 512 * 512) expect(outcome).toBeInstanceOf(DecodeError);
    }
  });

  test('native pixels that end early name the shortage', async () => {
    const image = openImage(sharedFile(ct('1.2.1')));
    const error = await refusal(decodeFrame(image.frameBytes(0).subarray(0, 1000), image.description));
    expect(error.code).toBe('malformed-pixel-data');
    expect(error.message).toContain('524288');
  });

  test('a compressed frame of another size is not this image', async () => {
    const image = openImage(sharedFile(ct('1.2.4.90')));
    const error = await refusal(decodeFrame(image.frameBytes(0), { ...image.description, rows: 256 }));
    expect(error.message).toContain('512 x 512');
  });

  test('an absurd size is refused before memory is asked for', async () => {
    const image = openImage(sharedFile(ct('1.2.1')));
    const error = await refusal(decodeFrame(image.frameBytes(0), { ...image.description, rows: 65_535, columns: 65_535 }));
    expect(error.code).toBe('unsupported-pixel-format');
  });

  test('a frame past the last one is refused', () => {
    expect(() => openImage(sharedFile(ct('1.2.1'))).frameBytes(1)).toThrow(DecodeError);
  });
});
