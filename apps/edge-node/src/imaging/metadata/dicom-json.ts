import { characterSetOf } from '../../dicom/header/character-set.ts';
import type { CharacterSet } from '../../dicom/header/character-set.ts';
import { decodeText } from '../../dicom/header/text.ts';
import type { OpenedImage } from '../decode/frames.ts';
import { vrOf } from './dictionary.ts';

type DataSet = OpenedImage['dataSet'];
type Element = DataSet['elements'][string];

export interface JsonPersonName {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}
export type JsonValue = string | number | null | JsonPersonName | DicomJson;
export interface JsonElement {
  readonly vr: string;
  readonly Value?: readonly JsonValue[];
  /** Base64, little endian (PS3.18 F.2.7). */
  readonly InlineBinary?: string;
}
/** One data set in the DICOM JSON Model (PS3.18 Annex F): keys are tags, `GGGGEEEE`. */
export type DicomJson = { readonly [tag: string]: JsonElement };

/** Longer values are bulk data and stay out; look-up tables, which a viewer needs at once, fit below. */
const MAX_TEXT_BYTES = 64 * 1024;
const MAX_INLINE_BYTES = 256 * 1024;
/** Palette and grey look-up table data: binary that changes how a pixel looks. Pixel data and all other binary stay out. */
const INLINE_BINARY = new Set([0x00281201, 0x00281202, 0x00281203, 0x00281221, 0x00281222, 0x00281223, 0x00283006]);
/** `DICM` as two little-endian words. */
const MAGIC = 0x49444d43;
const PIXEL_REPRESENTATION = 'x00280103';
const SPECIFIC_CHARACTER_SET = 'x00080005';

interface Reading {
  readonly bigEndian: boolean;
  readonly characterSet: CharacterSet;
  readonly signed: boolean;
}

/**
 * The data set of a Part 10 file as a viewer reads it: standard attributes, text decoded to Unicode whatever its character set,
 * without file meta information, private attributes and bulk data.
 */
export function dicomJsonOf(dataSet: DataSet): DicomJson {
  const syntax = dataSet.string('x00020010')?.trim();
  return objectOf(dataSet, { bigEndian: syntax === '1.2.840.10008.1.2.2', characterSet: characterSetOf([]), signed: false });
}

function objectOf(dataSet: DataSet, outer: Reading): DicomJson {
  const reading = readingOf(dataSet, outer);
  const entries = Object.values(dataSet.elements).flatMap((element): [string, JsonElement][] => {
    const tag = Number.parseInt(element.tag.slice(1), 16);
    const group = Math.floor(tag / 0x10000);
    // Read from its first byte, a deflated file shows its own magic as an element.
    if (tag === MAGIC || group < 0x0008 || group % 2 === 1 || tag % 0x10000 === 0) return [];
    const json = elementOf(dataSet, element, tag, reading);
    return json ? [[element.tag.slice(1).toUpperCase(), json]] : [];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An item inherits the character set of the data set around it (PS3.5 7.5.3). */
function readingOf(dataSet: DataSet, outer: Reading): Reading {
  const declared = dataSet.elements[SPECIFIC_CHARACTER_SET] ? bytesOf(dataSet, dataSet.elements[SPECIFIC_CHARACTER_SET]).toString('latin1') : null;
  return {
    bigEndian: outer.bigEndian,
    characterSet: declared === null ? outer.characterSet : characterSetOf(declared.split('\\').map((value) => value.replace(/[\0 ]+$/, '').trim())),
    signed: dataSet.elements[PIXEL_REPRESENTATION] ? dataSet.uint16(PIXEL_REPRESENTATION) === 1 : outer.signed,
  };
}

function elementOf(dataSet: DataSet, element: Element, tag: number, reading: Reading): JsonElement | null {
  const vr = resolvedVr(element, tag, reading);
  if (vr === 'SQ') return { vr, ...nonEmpty((element.items ?? []).flatMap((item) => (item.dataSet ? [objectOf(item.dataSet, reading)] : []))) };
  // The answer is UTF-8 and says so (PS3.18 F.2.2), whatever the object was written in.
  if (tag === 0x00080005) return { vr: 'CS', Value: ['ISO_IR 192'] };
  if (INLINE_BINARY.has(tag)) return binaryOf(dataSet, element, vr ?? 'OW', reading);
  if (vr === null || vr === 'UN' || vr.startsWith('O') || element.length > MAX_TEXT_BYTES) return null;
  return { vr, ...nonEmpty(valuesOf(dataSet, element, vr, reading)) };
}

/** The object's own word, else the dictionary's (implicit VR, or UN for an attribute that is known here). */
function resolvedVr(element: Element, tag: number, { signed }: Reading): string | null {
  if (element.vr && element.vr !== 'UN') return element.vr;
  if (element.items) return 'SQ';
  const known = vrOf(tag);
  return known === 'XS' ? (signed ? 'SS' : 'US') : known;
}

function nonEmpty(values: readonly JsonValue[]): Pick<JsonElement, 'Value'> {
  return values.length === 0 || (values.length === 1 && values[0] === null) ? {} : { Value: values };
}

const NUMBER_READERS: Readonly<Record<string, { readonly size: number; read(bytes: DataView, at: number, little: boolean): number }>> = {
  US: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  SS: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  UL: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  SL: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  FL: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  FD: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

function valuesOf(dataSet: DataSet, element: Element, vr: string, reading: Reading): JsonValue[] {
  const bytes = bytesOf(dataSet, element);
  const numeric = NUMBER_READERS[vr];
  if (numeric) return numbersOf(bytes, numeric.size, (view, at) => numeric.read(view, at, !reading.bigEndian));
  switch (vr) {
    case 'AT':
      return numbersOf(bytes, 4, (view, at) => view.getUint16(at, !reading.bigEndian) * 0x10000 + view.getUint16(at + 2, !reading.bigEndian)).map((tag) => Number(tag).toString(16).padStart(8, '0').toUpperCase());
    case 'PN':
      return decodeText(bytes, reading.characterSet, { multiValued: true, personName: true }).map(personName);
    case 'DS':
    case 'IS':
      return plain(bytes).map(numberOf);
    case 'LO':
    case 'SH':
    case 'UC':
      return decodeText(bytes, reading.characterSet, { multiValued: true, personName: false }).map(orNull);
    case 'ST':
    case 'LT':
    case 'UT':
      return decodeText(bytes, reading.characterSet, { multiValued: false, personName: false }).map(orNull);
    default:
      return plain(bytes).map(orNull);
  }
}

function plain(bytes: Buffer): string[] {
  return bytes.toString('latin1').split('\\').map((value) => value.replace(/[\0 ]+$/, '').replace(/^ +/, ''));
}

function orNull(value: string): string | null {
  return value === '' ? null : value;
}

/** PS3.18 F.2.3: DS and IS are numbers; what is no number keeps its place as text rather than becoming another value. */
function numberOf(value: string): string | number | null {
  if (value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

function personName(value: string): JsonPersonName | null {
  const [alphabetic = '', ideographic = '', phonetic = ''] = value.split('=');
  const name = { ...(alphabetic ? { Alphabetic: alphabetic } : {}), ...(ideographic ? { Ideographic: ideographic } : {}), ...(phonetic ? { Phonetic: phonetic } : {}) };
  return Object.keys(name).length === 0 ? null : name;
}

function numbersOf(bytes: Buffer, size: number, read: (view: DataView, at: number) => number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.byteLength / size) }, (_, i) => read(view, i * size));
}

function binaryOf(dataSet: DataSet, element: Element, vr: string, { bigEndian }: Reading): JsonElement | null {
  if (element.length > MAX_INLINE_BYTES || element.length === 0) return null;
  const bytes = Buffer.from(bytesOf(dataSet, element));
  // These tables are 16-bit words; InlineBinary is little endian.
  if (bigEndian && bytes.length % 2 === 0) bytes.swap16();
  return { vr: vr === 'UN' ? 'OW' : vr, InlineBinary: bytes.toString('base64') };
}

function bytesOf(dataSet: DataSet, element: Element): Buffer {
  const end = Math.min(dataSet.byteArray.length, element.dataOffset + element.length);
  const { buffer, byteOffset } = dataSet.byteArray;
  return Buffer.from(buffer, byteOffset + element.dataOffset, Math.max(0, end - element.dataOffset));
}
