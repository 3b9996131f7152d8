import dicomParser from 'dicom-parser';
import type { DataSet, Element } from 'dicom-parser';
import { DecodeError } from './frame.ts';

type Fragment = { readonly offset: number; readonly position: number; readonly length: number };

/**
 * The bytes of one compressed frame out of the fragments of encapsulated Pixel Data (PS3.5 A.4).
 * Where the frame begins is read from the Extended Offset Table, else the Basic Offset Table, else one fragment a frame,
 * else the JPEG markers; if none of them says it, the object is refused rather than guessed at.
 */
export function encapsulatedFrame(dataSet: DataSet, element: Element, index: number, frameCount: number): Uint8Array {
  const fragments = element.fragments ?? [];
  if (fragments.length === 0) throw new DecodeError('malformed-pixel-data', 'the encapsulated pixel data has no fragment');
  if (frameCount === 1) return joined(dataSet, fragments);
  const starts = frameStarts(dataSet, element, fragments, frameCount);
  const start = starts[index] ?? 0;
  const end = starts[index + 1] ?? Number.POSITIVE_INFINITY;
  const own = fragments.filter((fragment) => fragment.offset >= start && fragment.offset < end);
  if (own.length === 0) throw new DecodeError('malformed-pixel-data', `no fragment holds frame ${index + 1}`);
  return joined(dataSet, own);
}

function frameStarts(dataSet: DataSet, element: Element, fragments: readonly Fragment[], frameCount: number): readonly number[] {
  const extended = extendedOffsets(dataSet, frameCount);
  if (extended) return extended;
  const basic = element.basicOffsetTable ?? [];
  if (basic.length === frameCount) return basic;
  if (fragments.length === frameCount) return fragments.map((fragment) => fragment.offset);
  const marked = markedOffsets(dataSet, element);
  if (marked.length === frameCount) return marked;
  throw new DecodeError('malformed-pixel-data', `${fragments.length} fragments and no usable offset table for ${frameCount} frames`);
}

/** Extended Offset Table (7FE0,0001), 64-bit little-endian offsets (PS3.3 C.7.6.3.1.8). */
function extendedOffsets(dataSet: DataSet, frameCount: number): readonly number[] | undefined {
  const element = dataSet.elements['x7fe00001'];
  if (!element || element.length !== frameCount * 8) return undefined;
  const view = new DataView(dataSet.byteArray.buffer, dataSet.byteArray.byteOffset + element.dataOffset, element.length);
  return Array.from({ length: frameCount }, (_, i) => Number(view.getBigUint64(i * 8, true)));
}

function markedOffsets(dataSet: DataSet, element: Element): readonly number[] {
  try {
    return dicomParser.createJPEGBasicOffsetTable(dataSet, element);
  } catch {
    return [];
  }
}

function joined(dataSet: DataSet, fragments: readonly Fragment[]): Uint8Array {
  const parts = fragments.map((fragment) => dataSet.byteArray.subarray(fragment.position, fragment.position + fragment.length) as Uint8Array);
  const [only] = parts;
  return parts.length === 1 && only ? only : new Uint8Array(Buffer.concat(parts));
}
