import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '@readroom/shared/error';
import { REFUSAL_MEDIA_TYPE } from '@readroom/shared/wire/upload';
import { sample } from '../testing/samples.ts';
import { answer, refusalOf } from './answer.ts';
import type { Answer, AnswerParts } from './answer.ts';
import { openImage } from './decode/frames.ts';
import { createDecodePool } from './decode/pool.ts';

const pool = createDecodePool({ threads: 1, maxQueued: 8, timeoutMs: 30_000 });
beforeAll(() => pool.start());
afterAll(() => pool.stop());

/** The one file of the samples that is asked for. */
function holding(path: string): AnswerParts {
  return { pool, store: { read: () => Promise.resolve(readFileSync(sample(path))), study: () => null } };
}

const IMAGE = { studyUid: '1.2', seriesUid: '1.2.3', sopInstanceUid: '1.2.3.4' };
const frame = (path: string, encoding: 'stored' | 'explicit-le' = 'stored', frameNumber = 1): Promise<Answer> => answer(holding(path), { kind: 'frame', ...IMAGE, frameNumber, encoding });
const bytesOf = ({ body }: Answer): Buffer => Buffer.from(body as Uint8Array);
const ct = (syntax: string): string => `ts_ct/CTImage_${syntax}.dcm`;
const stored = (path: string, index = 0): Buffer => Buffer.from(openImage(readFileSync(sample(path))).frameBytes(index));
const EXPLICIT_LE = '1.2.840.10008.1.2.1';

describe('frames as they are stored', () => {
  test.each([
    ['1.2.840.10008.1.2.5', 'image/dicom-rle'],
    ['1.2.840.10008.1.2.4.50', 'image/jpeg'],
    ['1.2.840.10008.1.2.4.57', 'image/jpeg'],
    ['1.2.840.10008.1.2.4.70', 'image/jpeg'],
    ['1.2.840.10008.1.2.4.80', 'image/jls'],
    ['1.2.840.10008.1.2.4.81', 'image/jls'],
    ['1.2.840.10008.1.2.4.90', 'image/jp2'],
    ['1.2.840.10008.1.2.4.91', 'image/jp2'],
  ])('%s goes out untouched as %s', async (syntax, mediaType) => {
    const given = await frame(ct(syntax));
    expect(given.contentType).toBe(`${mediaType}; transfer-syntax=${syntax}`);
    expect(bytesOf(given).equals(stored(ct(syntax)))).toBe(true);
  });

  test.each(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99'])('native %s goes out as its own bytes', async (syntax) => {
    const given = await frame(ct(syntax));
    expect(given.contentType).toBe(`application/octet-stream; transfer-syntax=${EXPLICIT_LE}`);
    expect(bytesOf(given).equals(stored(ct(EXPLICIT_LE)))).toBe(true);
  });

  test('big endian is turned, for no browser reads it', async () => {
    const given = await frame(ct('1.2.840.10008.1.2.2'));
    expect(given.contentType).toBe(`application/octet-stream; transfer-syntax=${EXPLICIT_LE}`);
    expect(bytesOf(given).equals(stored(ct(EXPLICIT_LE)))).toBe(true);
  });

  test('each frame of many is its own', async () => {
    const path = 'misc/emri_small.dcm';
    for (const number of [1, 5, 10]) expect(bytesOf(await frame(path, 'stored', number)).equals(stored(path, number - 1))).toBe(true);
  });
});

describe('frames uncompressed', () => {
  test.each(['1.2.840.10008.1.2.5', '1.2.840.10008.1.2.4.57', '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.90'])('lossless %s decodes to the pixels of the native image', async (syntax) => {
    const given = await frame(ct(syntax), 'explicit-le');
    expect(given.contentType).toBe(`application/octet-stream; transfer-syntax=${EXPLICIT_LE}`);
    expect(bytesOf(given).equals(stored(ct(EXPLICIT_LE)))).toBe(true);
  });
});

test('a picture is what its media type says, no larger than asked', async () => {
  for (const format of ['jpeg', 'png'] as const) {
    const given = await answer(holding(ct(EXPLICIT_LE)), { kind: 'rendered', ...IMAGE, frameNumber: 1, maxSize: 64, format });
    expect(given.contentType).toBe(`image/${format}`);
    const magic = format === 'jpeg' ? 'ffd8ff' : '89504e';
    expect(bytesOf(given).subarray(0, 3).toString('hex')).toBe(magic);
  }
});

test('an instance is the file as it is held', async () => {
  const path = ct('1.2.840.10008.1.2.4.80');
  const given = await answer(holding(path), { kind: 'instance', ...IMAGE });
  expect(given.contentType).toBe('application/dicom; transfer-syntax=1.2.840.10008.1.2.4.80');
  expect(bytesOf(given).equals(readFileSync(sample(path)))).toBe(true);
});

describe('refusals a person can act on', () => {
  const refusal = async (given: Promise<unknown>) => refusalOf(await given.then(() => null, (error: unknown) => error));

  test('12-bit and progressive JPEG name their transfer syntax and the way out', async () => {
    for (const syntax of ['1.2.840.10008.1.2.4.51', '1.2.840.10008.1.2.4.55']) {
      expect(await refusal(frame(ct(syntax)))).toMatchObject({ code: 'unsupported-image', message: expect.stringContaining(syntax) });
    }
  });

  test('a frame past the last', async () => {
    expect(await refusal(frame('misc/emri_small.dcm', 'stored', 11))).toEqual({ code: 'no-such-frame', message: 'Frame 11 was asked for; the image has 10.' });
  });

  test('an object without pixels, and one that is damaged', async () => {
    expect(await refusal(frame('results/highdicom_sr_document.dcm'))).toMatchObject({ code: 'damaged-image' });
    const cut = { pool, store: { read: () => Promise.resolve(readFileSync(sample(ct(EXPLICIT_LE))).subarray(0, -1_000)), study: () => null } };
    expect(await refusal(answer(cut, { kind: 'frame', ...IMAGE, frameNumber: 1, encoding: 'stored' }))).toMatchObject({ code: 'damaged-image', message: expect.stringContaining('Ask the sender for it again') });
  });

  test('an image that is not held, and a fault of ours that says nothing of the image', () => {
    expect(refusalOf(new AppError('not-at-edge', { class: 'permanent' }))).toMatchObject({ code: 'not-at-edge' });
    const fault = refusalOf(new Error('EIO: Quist^Ada'));
    expect(fault.code).toBe('failed');
    expect(fault.message).not.toContain('Quist');
  });

  test('a series that is not held', async () => {
    expect(await refusal(answer(holding(ct(EXPLICIT_LE)), { kind: 'metadata', studyUid: '1.2', seriesUid: '1.2.3' }))).toMatchObject({ code: 'not-at-edge' });
    expect(REFUSAL_MEDIA_TYPE).toMatch(/\+json$/);
  });
});
