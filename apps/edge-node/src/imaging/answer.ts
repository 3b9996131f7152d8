import { AppError, isAppError } from '@readroom/shared/error';
import type { FetchImage } from '@readroom/shared/wire/edge-down';
import type { Refusal } from '@readroom/shared/wire/upload';
import type { Store } from '../intake/store.ts';
import { DecodeError } from './decode/frame.ts';
import type { DecodedFrame } from './decode/frame.ts';
import { openImage, parseFile } from './decode/frames.ts';
import type { OpenedImage } from './decode/frames.ts';
import type { DecodePool } from './decode/pool.ts';
import { dicomJsonOf } from './metadata/dicom-json.ts';

export type Want = FetchImage['want'];

/** One part of a DICOMweb answer: its media type (PS3.18 section 8.7.3) and its bytes. */
export interface Answer {
  readonly contentType: string;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

export interface AnswerParts {
  readonly store: Pick<Store, 'read' | 'study'>;
  readonly pool: Pick<DecodePool, 'decode' | 'render'>;
}

/** Media types of compressed frames (PS3.18 tables 8.7.3-2 and 8.7.3-3) that browsers' codecs decode; others are decoded here. */
const BROWSER_MEDIA_TYPES: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.5': 'image/dicom-rle',
  '1.2.840.10008.1.2.4.50': 'image/jpeg',
  '1.2.840.10008.1.2.4.57': 'image/jpeg',
  '1.2.840.10008.1.2.4.70': 'image/jpeg',
  '1.2.840.10008.1.2.4.80': 'image/jls',
  '1.2.840.10008.1.2.4.81': 'image/jls',
  '1.2.840.10008.1.2.4.90': 'image/jp2',
  '1.2.840.10008.1.2.4.91': 'image/jp2',
  '1.2.840.10008.1.2.4.201': 'image/jphc',
  '1.2.840.10008.1.2.4.202': 'image/jphc',
  '1.2.840.10008.1.2.4.203': 'image/jphc',
};
const NATIVE_LITTLE_ENDIAN = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99']);
const UNCOMPRESSED = 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1';

/** What was asked for, out of the store. Throws what `refusalOf` turns into words. */
export async function answer(parts: AnswerParts, want: Want): Promise<Answer> {
  switch (want.kind) {
    case 'frame':
      return frame(parts, await parts.store.read(want.sopInstanceUid), want.frameNumber, want.encoding);
    case 'rendered': {
      const file = await parts.store.read(want.sopInstanceUid);
      opened(file, want.frameNumber);
      const { bytes, contentType } = await parts.pool.render(file, { frameIndex: want.frameNumber - 1, format: want.format, maxSize: want.maxSize });
      return { contentType, body: bytes };
    }
    case 'metadata':
      return { contentType: 'application/dicom+json', body: metadata(parts, instancesOf(parts, want)) };
    case 'instance': {
      const file = await parts.store.read(want.sopInstanceUid);
      const syntax = parseFile(file).string('x00020010')?.trim() ?? '';
      return { contentType: `application/dicom; transfer-syntax=${syntax}`, body: file };
    }
    default:
      return want satisfies never;
  }
}

async function frame({ pool }: AnswerParts, file: Buffer, frameNumber: number, encoding: 'stored' | 'explicit-le'): Promise<Answer> {
  const image = opened(file, frameNumber);
  const syntax = image.description.transferSyntaxUid;
  const mediaType = BROWSER_MEDIA_TYPES[syntax];
  if (encoding === 'stored' && mediaType) return { contentType: `${mediaType}; transfer-syntax=${syntax}`, body: image.frameBytes(frameNumber - 1) };
  if (NATIVE_LITTLE_ENDIAN.has(syntax)) return { contentType: UNCOMPRESSED, body: image.frameBytes(frameNumber - 1) };
  return { contentType: UNCOMPRESSED, body: littleEndianBytes(await pool.decode(file, frameNumber - 1)) };
}

function opened(file: Buffer, frameNumber: number): OpenedImage {
  const image = openImage(file);
  if (frameNumber <= image.frameCount) return image;
  throw new AppError('no-such-frame', { class: 'permanent', message: `Frame ${frameNumber} was asked for; the image has ${image.frameCount}.` });
}

/** Typed arrays have the machine's byte order: little endian on every platform Node runs on but s390x, which is swapped. */
function littleEndianBytes({ pixels }: DecodedFrame): Uint8Array {
  const bytes = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  if (MACHINE_IS_LITTLE_ENDIAN || pixels.BYTES_PER_ELEMENT === 1) return bytes;
  return pixels.BYTES_PER_ELEMENT === 2 ? Buffer.from(bytes).swap16() : Buffer.from(bytes).swap32();
}
const MACHINE_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function instancesOf({ store }: AnswerParts, want: Extract<Want, { kind: 'metadata' }>): string[] {
  const series = store.study(want.studyUid)?.series.find(({ seriesUid }) => seriesUid === want.seriesUid);
  if (series) return series.instances.map((instance) => instance.sopInstanceUid);
  throw new AppError('not-at-edge', { class: 'permanent', message: 'The site no longer holds this series.' });
}

/** A JSON array, one instance read at a time: a series of a thousand slices is never in memory whole. */
async function* metadata({ store }: AnswerParts, sopInstanceUids: readonly string[]): AsyncGenerator<Uint8Array> {
  let separator = '[';
  for (const uid of sopInstanceUids) {
    yield Buffer.from(separator + JSON.stringify(dicomJsonOf(parseFile(await store.read(uid)))));
    separator = ',';
  }
  yield Buffer.from(separator === '[' ? '[]' : ']');
}

/** Why there is no answer, for the person who waits. Texts of ours and of the decoder hold no patient data; others are not repeated. */
export function refusalOf(error: unknown): Refusal {
  if (isAppError(error, 'not-at-edge')) return { code: 'not-at-edge', message: 'The site no longer holds this image. The report is kept.' };
  if (isAppError(error, 'no-such-frame')) return { code: 'no-such-frame', message: error.message };
  if (isAppError(error, 'busy')) return { code: 'busy', message: error.message };
  if (error instanceof DecodeError) return decodeRefusal(error);
  return { code: 'failed', message: 'The edge node could not read this image. Its log says why; try again.' };
}

function decodeRefusal({ code, message }: DecodeError): Refusal {
  switch (code) {
    case 'unsupported-transfer-syntax':
    case 'unsupported-pixel-format':
      return { code: 'unsupported-image', message: `This image cannot be shown: ${message}.`.slice(0, 300) };
    case 'malformed-pixel-data':
    case 'missing-attribute':
    case 'no-pixel-data':
    case 'not-dicom':
    case 'codec-crashed':
      return { code: 'damaged-image', message: `This image cannot be shown: ${message}. Ask the sender for it again.`.slice(0, 300) };
    case 'timeout':
    case 'queue-full':
    case 'stopped':
      return { code: 'busy', message: 'The edge node is busy decoding. Try again in a moment.' };
    default:
      return code satisfies never;
  }
}
