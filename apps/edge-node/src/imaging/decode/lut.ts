import type { DataSet, Element } from 'dicom-parser';
import { DecodeError } from './frame.ts';

/** A lookup table (PS3.3 C.11.1.1): `first` is the input value that maps to `entries[0]`; inputs outside are clamped. */
export type Lut = { readonly entries: Uint16Array; readonly first: number; readonly bits: number };

/** The first item of a Modality or VOI LUT Sequence, `undefined` where there is none. */
export function readLut(dataSet: DataSet, sequenceTag: string): Lut | undefined {
  const item = dataSet.elements[sequenceTag]?.items?.[0]?.dataSet;
  if (!item) return undefined;
  const [descriptor, data] = [item.elements['x00283002'], item.elements['x00283006']];
  if (!descriptor || !data) throw new DecodeError('malformed-pixel-data', 'a LUT without LUTDescriptor or LUTData');
  const signed = dataSet.uint16('x00280103') === 1;
  return lutFrom(item, descriptor, data, signed);
}

/** One channel of a palette (PS3.3 C.7.6.3.1.5). */
export function readPaletteChannel(dataSet: DataSet, descriptorTag: string, dataTag: string): Lut {
  const [descriptor, data] = [dataSet.elements[descriptorTag], dataSet.elements[dataTag]];
  if (!descriptor || !data) throw new DecodeError('missing-attribute', 'the palette is missing or segmented');
  return lutFrom(dataSet, descriptor, data, false);
}

function lutFrom(dataSet: DataSet, descriptor: Element, data: Element, signed: boolean): Lut {
  const word = (index: number): number => dataSet.uint16(descriptor.tag, index) ?? 0;
  if (descriptor.length < 6) throw new DecodeError('malformed-pixel-data', 'LUTDescriptor needs three values');
  const count = word(0) || 65_536;
  const first = signed ? (dataSet.int16(descriptor.tag, 1) ?? 0) : word(1);
  const bits = word(2);
  const bytes = dataSet.byteArray.subarray(data.dataOffset, data.dataOffset + data.length) as Uint8Array;
  if (bytes.byteLength < count || bits < 1 || bits > 16) throw new DecodeError('malformed-pixel-data', 'LUTData is shorter than LUTDescriptor says');
  return { entries: lutEntries(dataSet, data, bytes, count), first, bits };
}

/** Entries are words; some writers pack 8-bit tables one byte an entry. */
function lutEntries(dataSet: DataSet, data: Element, bytes: Uint8Array, count: number): Uint16Array {
  if (bytes.byteLength < count * 2) return Uint16Array.from(bytes.subarray(0, count));
  return Uint16Array.from({ length: count }, (_, i) => dataSet.uint16(data.tag, i) ?? 0);
}
