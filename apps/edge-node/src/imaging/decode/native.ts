import { DecodeError, sampleCount } from './frame.ts';
import type { FrameDescription, PixelArray } from './frame.ts';

/**
 * Raw little-endian sample words to typed pixels: the stored bits alone, sign-extended where PixelRepresentation says so.
 * Bits above HighBit may hold retired overlays (PS3.5 8.1.1) and are cleared.
 */
export function samplesFromWords(words: Uint8Array, description: FrameDescription, storedBits = description.bitsStored): PixelArray {
  const count = sampleCount(description);
  const bytesPerSample = description.bitsAllocated / 8;
  if (words.byteLength < count * bytesPerSample) {
    throw new DecodeError('malformed-pixel-data', `pixel data is shorter than the frame: ${words.byteLength} of ${count * bytesPerSample} bytes`);
  }
  const aligned = alignedCopy(words, count * bytesPerSample);
  const shift = description.highBit + 1 - storedBits;
  const signed = description.pixelRepresentation === 1;
  switch (description.bitsAllocated) {
    case 8: return narrow(signed ? new Int8Array(aligned) : new Uint8Array(aligned), 8, storedBits, shift);
    case 16: return narrow(signed ? new Int16Array(aligned) : new Uint16Array(aligned), 16, storedBits, shift);
    case 32: return narrow(signed ? new Int32Array(aligned) : new Uint32Array(aligned), 32, storedBits, shift);
    default: throw new DecodeError('unsupported-pixel-format', `BitsAllocated ${description.bitsAllocated} is not decoded (1, 8, 16 and 32 are)`);
  }
}

function alignedCopy(bytes: Uint8Array, length: number): ArrayBuffer {
  const copy = new ArrayBuffer(length);
  new Uint8Array(copy).set(bytes.subarray(0, length));
  return copy;
}

function narrow<T extends PixelArray>(pixels: T, allocated: number, stored: number, shift: number): T {
  if (stored >= allocated) return pixels;
  const left = 32 - stored - Math.max(0, shift);
  const right = 32 - stored;
  if (pixels instanceof Int8Array || pixels instanceof Int16Array || pixels instanceof Int32Array) {
    for (let i = 0; i < pixels.length; i++) pixels[i] = ((pixels[i] ?? 0) << left) >> right;
  } else {
    for (let i = 0; i < pixels.length; i++) pixels[i] = ((pixels[i] ?? 0) << left) >>> right;
  }
  return pixels;
}

/** Uncompressed frame bytes to pixels (PS3.5 8.1). `bigEndian` is true for the retired Explicit VR Big Endian syntax. */
export function decodeNative(bytes: Uint8Array, description: FrameDescription, bigEndian: boolean): PixelArray {
  if (description.bitsAllocated === 1) return unpackBits(bytes, description);
  if (description.photometricInterpretation === 'YBR_FULL_422') {
    return samplesFromWords(upsample422(bytes, description), description);
  }
  const words = bigEndian ? swapped(bytes, description.bitsAllocated) : bytes;
  return interleaved(samplesFromWords(words, description), description);
}

/** One bit a pixel, least significant bit first (PS3.5 8.1.1); the caller has aligned the frame to its first bit. */
function unpackBits(bytes: Uint8Array, description: FrameDescription): Uint8Array {
  const count = sampleCount(description);
  if (bytes.byteLength * 8 < count) throw new DecodeError('malformed-pixel-data', 'pixel data is shorter than the frame');
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i++) out[i] = ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1;
  return out;
}

function swapped(bytes: Uint8Array, bitsAllocated: number): Uint8Array {
  const copy = Buffer.from(bytes.subarray(0, bytes.byteLength - (bytes.byteLength % (bitsAllocated / 8))));
  if (bitsAllocated === 16) copy.swap16();
  if (bitsAllocated === 32) copy.swap32();
  return copy;
}

/** Planar samples (RR GG BB) to interleaved ones. */
export function interleaved<T extends PixelArray>(pixels: T, description: FrameDescription): T {
  const { samplesPerPixel, planarConfiguration } = description;
  if (samplesPerPixel === 1 || planarConfiguration !== 1) return pixels;
  const plane = description.rows * description.columns;
  const out = pixels.slice() as T;
  for (let sample = 0; sample < samplesPerPixel; sample++) {
    for (let i = 0; i < plane; i++) out[i * samplesPerPixel + sample] = pixels[sample * plane + i] ?? 0;
  }
  return out;
}

/** Y1 Y2 Cb Cr for two pixels (PS3.3 C.7.6.3.1.2) to three bytes a pixel. */
function upsample422(bytes: Uint8Array, description: FrameDescription): Uint8Array {
  const pixels = description.rows * description.columns;
  if (bytes.byteLength < pixels * 2) throw new DecodeError('malformed-pixel-data', 'pixel data is shorter than the frame');
  const out = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const quad = (i >> 1) * 4;
    out[i * 3] = bytes[quad + (i & 1)] ?? 0;
    out[i * 3 + 1] = bytes[quad + 2] ?? 0;
    out[i * 3 + 2] = bytes[quad + 3] ?? 0;
  }
  return out;
}
