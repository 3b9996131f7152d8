import { decodeHtJpeg2000, decodeJpeg, decodeJpeg2000, decodeJpegLs } from './codecs.ts';
import type { CodecResult } from './codecs.ts';
import { codestreamSize, isComplete } from './codestream-size.ts';
import { DecodeError, sampleCount } from './frame.ts';
import type { DecodedFrame, FrameDescription } from './frame.ts';
import { decodeNative, interleaved, samplesFromWords } from './native.ts';
import { decodeRle } from './rle.ts';

/** How each transfer syntax (PS3.6 Table A-1) is decoded; what is not here is refused by name. */
const METHODS = {
  '1.2.840.10008.1.2': 'native',
  '1.2.840.10008.1.2.1': 'native',
  '1.2.840.10008.1.2.1.99': 'native',
  '1.2.840.10008.1.2.2': 'native-big-endian',
  '1.2.840.10008.1.2.5': 'rle',
  '1.2.840.10008.1.2.4.50': 'jpeg',
  '1.2.840.10008.1.2.4.57': 'jpeg',
  '1.2.840.10008.1.2.4.70': 'jpeg',
  '1.2.840.10008.1.2.4.80': 'jpeg-ls',
  '1.2.840.10008.1.2.4.81': 'jpeg-ls',
  '1.2.840.10008.1.2.4.90': 'jpeg-2000',
  '1.2.840.10008.1.2.4.91': 'jpeg-2000',
  '1.2.840.10008.1.2.4.201': 'htj2k',
  '1.2.840.10008.1.2.4.202': 'htj2k',
  '1.2.840.10008.1.2.4.203': 'htj2k',
} as const;
type Method = (typeof METHODS)[keyof typeof METHODS];

/** Syntaxes refused with the reason a person can act on. */
const REFUSED: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.4.51': 'JPEG Extended (12 bit)',
  '1.2.840.10008.1.2.4.55': 'JPEG Full Progression (retired)',
};

function methodOf(transferSyntaxUid: string): Method {
  const method = (METHODS as Readonly<Record<string, Method>>)[transferSyntaxUid];
  if (method) return method;
  const name = REFUSED[transferSyntaxUid];
  const what = name ? `${name}, ${transferSyntaxUid},` : `transfer syntax ${transferSyntaxUid || '(none given)'}`;
  throw new DecodeError('unsupported-transfer-syntax', `${what} is not decoded here; have the sender transcode it to Explicit VR Little Endian or JPEG 2000`);
}

/**
 * One frame's bytes to pixels. Lossless syntaxes are bit-exact; signed and unsigned samples come back in the array type
 * that BitsAllocated and PixelRepresentation ask for.
 */
export async function decodeFrame(bytes: Uint8Array, description: FrameDescription): Promise<DecodedFrame> {
  const method = methodOf(description.transferSyntaxUid);
  sampleCount(description);
  if (!method.startsWith('native') && method !== 'rle') checkSize(bytes, description);
  switch (method) {
    case 'native':
    case 'native-big-endian':
      return answer(decodeNative(bytes, description, method === 'native-big-endian'), description, nativePhotometric(description));
    case 'rle':
      return answer(samplesFromWords(decodeRle(bytes, description), description), description, description.photometricInterpretation);
    case 'jpeg':
      return fromCodec(await decodeJpeg(bytes, description, description.photometricInterpretation.startsWith('YBR')), description);
    case 'jpeg-ls':
      if (!isComplete(bytes)) throw new DecodeError('malformed-pixel-data', 'the compressed frame ends before its end marker');
      return fromCodec(await decodeJpegLs(bytes), description);
    case 'jpeg-2000':
      return fromCodec(await decodeJpeg2000(bytes), description);
    case 'htj2k':
      return fromCodec(await decodeHtJpeg2000(bytes), description);
    default:
      return method satisfies never;
  }
}

function checkSize(bytes: Uint8Array, { rows, columns }: FrameDescription): void {
  const size = codestreamSize(bytes);
  if (!size) throw new DecodeError('malformed-pixel-data', 'the compressed frame has no readable header');
  if (size.rows !== rows || size.columns !== columns) throw otherSize(`${size.rows} x ${size.columns}`, `${rows} x ${columns}`);
}

/** A frame of another size is not this image. */
const otherSize = (found: string, wanted: string): DecodeError =>
  new DecodeError('malformed-pixel-data', `the compressed frame is ${found}, the attributes say ${wanted}`);

function nativePhotometric({ photometricInterpretation }: FrameDescription): string {
  return photometricInterpretation === 'YBR_FULL_422' ? 'YBR_FULL' : photometricInterpretation;
}

function answer(pixels: DecodedFrame['pixels'], description: FrameDescription, photometricInterpretation: string): DecodedFrame {
  const { rows, columns, samplesPerPixel } = description;
  return { pixels, rows, columns, samplesPerPixel, photometricInterpretation };
}

/** What the codec answers must agree with the attributes too: its own header may have been spoilt past the size. */
function fromCodec(result: CodecResult, description: FrameDescription): DecodedFrame {
  const { rows, columns, samplesPerPixel } = description;
  if (result.rows !== rows || result.columns !== columns || result.samples !== samplesPerPixel) {
    throw otherSize(`${result.rows} x ${result.columns} x ${result.samples}`, `${rows} x ${columns} x ${samplesPerPixel}`);
  }
  const storedBits = Math.min(description.bitsAllocated, Math.max(description.bitsStored, result.bits));
  const words = widened(result, description);
  // A codec puts its samples at bit 0, wherever the attributes place HighBit.
  const pixels = samplesFromWords(words, { ...description, highBit: storedBits - 1 }, storedBits);
  const colour = description.photometricInterpretation;
  return answer(interleaved(pixels, { ...description, planarConfiguration: 0 }), description, colour.startsWith('YBR') ? 'RGB' : colour);
}

/** Codecs answer one byte a sample up to 8 bits, two above; BitsAllocated may be wider. */
function widened(result: CodecResult, description: FrameDescription): Uint8Array {
  const count = sampleCount(description);
  const given = result.bits <= 8 ? 1 : 2;
  const wanted = description.bitsAllocated / 8;
  if (given === wanted) return result.words;
  if (given > wanted) throw new DecodeError('malformed-pixel-data', `the compressed samples have ${result.bits} bits, BitsAllocated is ${description.bitsAllocated}`);
  const out = new Uint8Array(count * wanted);
  for (let i = 0; i < count; i++) {
    for (let b = 0; b < given; b++) out[i * wanted + b] = result.words[i * given + b] ?? 0;
  }
  return out;
}
