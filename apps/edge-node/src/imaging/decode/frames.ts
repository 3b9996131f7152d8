import { inflateRawSync } from 'node:zlib';
import dicomParser from 'dicom-parser';
import type { DataSet, Element } from 'dicom-parser';
import { DecodeError } from './frame.ts';
import type { FrameDescription } from './frame.ts';
import { encapsulatedFrame } from './encapsulated.ts';

/** A DICOM file opened for its pixels: description once, frames on demand (zero-based). Bytes are views, not copies. */
export type OpenedImage = {
  readonly dataSet: DataSet;
  readonly description: FrameDescription;
  readonly frameCount: number;
  frameBytes(index: number): Uint8Array;
};

/** 1 GiB: a deflated object may not inflate past it. */
const MAX_INFLATED_BYTES = 1024 ** 3;

export type { DataSet } from 'dicom-parser';

/** Parses a Part 10 file, or its attributes before Pixel Data. dicom-parser throws strings and plain objects: here they become DecodeError. */
export function parseFile(bytes: Uint8Array, untilPixels = false): DataSet {
  const readable = withKnownVrs(bytes);
  try {
    return dicomParser.parseDicom(readable, untilPixels ? { inflater: inflate, untilTag: 'x7fe00010' } : { inflater: inflate });
  } catch (cause) {
    throw new DecodeError('not-dicom', 'the object is not readable as a DICOM file (PS3.10)', cause);
  }
}

/** (7FE0,0001) and (7FE0,0002), the Extended Offset Table and its lengths, each with its VR. */
const EXTENDED_OFFSETS = [1, 2].map((element) => Buffer.from([0xe0, 0x7f, element, 0, 0x4f, 0x56, 0, 0]));

/**
 * dicom-parser takes the 64-bit VR OV (PS3.5 7.1.2, of 2019) for one with a 16-bit length and loses its way. OB has the same layout,
 * so those two attributes are given it, in a copy. Only encapsulated objects have them, and few of those.
 */
function withKnownVrs(bytes: Uint8Array): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = EXTENDED_OFFSETS.map((pattern) => view.indexOf(pattern)).filter((at) => at >= 0);
  if (places.length === 0) return bytes;
  const copy = Uint8Array.from(bytes);
  for (const at of places) copy[at + 5] = 0x42;
  return copy;
}

function inflate(bytes: Uint8Array, position: number): Uint8Array {
  const inflated = inflateRawSync(bytes.subarray(position), { maxOutputLength: MAX_INFLATED_BYTES });
  const whole = new Uint8Array(position + inflated.byteLength);
  whole.set(bytes.subarray(0, position));
  whole.set(inflated, position);
  return whole;
}

/** Opens the Pixel Data (7FE0,0010) of a file; refuses objects that have none, or float pixels. */
export function openImage(bytes: Uint8Array): OpenedImage {
  const dataSet = parseFile(bytes);
  const element = pixelElement(dataSet);
  const description = readDescription(dataSet);
  const frameCount = readFrameCount(dataSet);
  const frameBytes = (index: number): Uint8Array => {
    if (!Number.isInteger(index) || index < 0 || index >= frameCount) {
      throw new DecodeError('malformed-pixel-data', `frame ${index + 1} was asked for, the object has ${frameCount}`);
    }
    return element.encapsulatedPixelData ? encapsulatedFrame(dataSet, element, index, frameCount) : nativeFrame(dataSet, element, description, index);
  };
  return { dataSet, description, frameCount, frameBytes };
}

function pixelElement(dataSet: DataSet): Element {
  const element = dataSet.elements['x7fe00010'];
  if (element) return element;
  if (dataSet.elements['x7fe00008'] ?? dataSet.elements['x7fe00009']) {
    throw new DecodeError('unsupported-pixel-format', 'Float Pixel Data is not an image for display');
  }
  throw new DecodeError('no-pixel-data', 'the object has no Pixel Data');
}

function required(dataSet: DataSet, tag: string, keyword: string): number {
  const value = dataSet.elements[tag]?.length ? dataSet.uint16(tag) : undefined;
  if (value === undefined) throw new DecodeError('missing-attribute', `${keyword} is missing`);
  return value;
}

export function readDescription(dataSet: DataSet): FrameDescription {
  const bitsAllocated = required(dataSet, 'x00280100', 'BitsAllocated');
  const bitsStored = dataSet.uint16('x00280101') ?? bitsAllocated;
  const highBit = dataSet.uint16('x00280102') ?? bitsStored - 1;
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit + 1 < bitsStored || highBit >= bitsAllocated) {
    throw new DecodeError('unsupported-pixel-format', `BitsAllocated ${bitsAllocated}, BitsStored ${bitsStored} and HighBit ${highBit} contradict each other`);
  }
  const photometricInterpretation = dataSet.string('x00280004')?.trim();
  if (!photometricInterpretation) throw new DecodeError('missing-attribute', 'PhotometricInterpretation is missing');
  return {
    transferSyntaxUid: dataSet.string('x00020010')?.trim() ?? '',
    rows: required(dataSet, 'x00280010', 'Rows'),
    columns: required(dataSet, 'x00280011', 'Columns'),
    samplesPerPixel: dataSet.uint16('x00280002') ?? 1,
    bitsAllocated,
    bitsStored,
    highBit,
    pixelRepresentation: dataSet.uint16('x00280103') ?? 0,
    planarConfiguration: dataSet.uint16('x00280006') ?? 0,
    photometricInterpretation,
  };
}

function readFrameCount(dataSet: DataSet): number {
  const text = dataSet.string('x00280008')?.trim();
  if (!text) return 1;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new DecodeError('malformed-pixel-data', 'NumberOfFrames is not a positive whole number');
  return count;
}

/** Bits of one frame as stored: YBR_FULL_422 keeps two samples a pixel (PS3.3 C.7.6.3.1.2). */
function frameBits(description: FrameDescription): number {
  const samples = description.photometricInterpretation === 'YBR_FULL_422' ? 2 : description.samplesPerPixel;
  return description.rows * description.columns * samples * description.bitsAllocated;
}

function nativeFrame(dataSet: DataSet, element: Element, description: FrameDescription, index: number): Uint8Array {
  const bits = frameBits(description);
  const end = Math.min(dataSet.byteArray.length, element.dataOffset + element.length);
  const firstBit = index * bits;
  const start = element.dataOffset + Math.floor(firstBit / 8);
  const length = Math.ceil(((firstBit % 8) + bits) / 8);
  if (start + length > end) throw new DecodeError('malformed-pixel-data', `pixel data ends before frame ${index + 1} is complete`);
  const bytes = dataSet.byteArray.subarray(start, start + length) as Uint8Array;
  return firstBit % 8 === 0 ? bytes : shiftedBits(bytes, firstBit % 8);
}

/** Single-bit frames follow each other without padding (PS3.5 8.1.1): move the first bit to a byte's start. */
function shiftedBits(bytes: Uint8Array, by: number): Uint8Array {
  return Uint8Array.from(bytes, (byte, i) => ((byte >> by) | ((bytes[i + 1] ?? 0) << (8 - by))) & 0xff);
}
