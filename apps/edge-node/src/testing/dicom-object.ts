import { readFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { encodePart10Head } from '../intake/part10.ts';

/** Small real data sets for tests: explicit VR little endian, elements in the order of their tags. */
export interface ObjectOptions {
  readonly sopClassUid?: string | null;
  readonly sopInstanceUid?: string | null;
  readonly studyUid?: string | null;
  readonly seriesUid?: string | null;
  readonly patientName?: Buffer | string;
  readonly patientId?: string;
  readonly characterSet?: string;
  readonly modality?: string;
  /** `YYYYMMDD`. */
  readonly studyDate?: string;
  readonly instanceNumber?: number;
  /** Millimetres along the z axis of an axial slice. */
  readonly z?: number;
  readonly pixelBytes?: number;
  readonly fill?: number;
  readonly extra?: readonly Element[];
}

export type Element = readonly [tag: number, vr: string, value: Buffer | string | number];

const LONG_VRS = new Set(['OB', 'OW', 'OF', 'SQ', 'UN', 'UT']);
export const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';

function valueOf(vr: string, value: Buffer | string | number): Buffer {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    return bytes;
  }
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  if (bytes.length % 2 === 0) return bytes;
  return Buffer.concat([bytes, Buffer.from(vr === 'UI' || vr === 'OB' ? '\0' : ' ')]);
}

export function encodeElement([tag, vr, raw]: Element): Buffer {
  const value = valueOf(vr, raw);
  const long = LONG_VRS.has(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(value.length, 8);
  else head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
}

export function encodeDataSet(elements: readonly Element[]): Buffer {
  return Buffer.concat([...elements].sort(([a], [b]) => a - b).map(encodeElement));
}

/** A sequence with one item of defined length. */
export function sequence(tag: number, item: readonly Element[]): Element {
  const content = encodeDataSet(item);
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(content.length, 4);
  return [tag, 'SQ', Buffer.concat([head, content])];
}

let counter = 0;

/** A UID no other call in this process gives. */
export function testUid(): string {
  counter += 1;
  return `2.25.${process.pid}${counter}${Math.floor(performance.timeOrigin)}`;
}

/** `null` leaves an identifier out. */
export function makeDataSet(options: ObjectOptions = {}): Buffer {
  const elements: (Element | null)[] = [
    options.characterSet === undefined ? null : [0x00080005, 'CS', options.characterSet],
    uid(0x00080016, options.sopClassUid, CT_IMAGE_STORAGE),
    uid(0x00080018, options.sopInstanceUid, testUid()),
    [0x00080020, 'DA', options.studyDate ?? '20260102'],
    [0x00080030, 'TM', '101530.25'],
    [0x00080060, 'CS', options.modality ?? 'CT'],
    [0x00100010, 'PN', options.patientName ?? 'Test^Patient'],
    [0x00100020, 'LO', options.patientId ?? 'T-1'],
    uid(0x0020000d, options.studyUid, testUid()),
    uid(0x0020000e, options.seriesUid, testUid()),
    [0x00200013, 'IS', String(options.instanceNumber ?? 1)],
    options.z === undefined ? null : [0x00200032, 'DS', `0\\0\\${options.z}`],
    options.z === undefined ? null : [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
    [0x00280010, 'US', 16],
    [0x00280011, 'US', 16],
    [0x7fe00010, 'OW', Buffer.alloc(options.pixelBytes ?? 512, options.fill ?? 7)],
    ...(options.extra ?? []),
  ];
  return encodeDataSet(elements.filter((element) => element !== null));
}

function uid(tag: number, given: string | null | undefined, otherwise: string): Element | null {
  return given === null ? null : [tag, 'UI', given ?? otherwise];
}

/** A Part 10 file around a data set. */
export function makeFile(dataSet: Buffer, identifiers: { sopClassUid?: string; sopInstanceUid: string; transferSyntaxUid?: string }): Buffer {
  const { sopClassUid = CT_IMAGE_STORAGE, sopInstanceUid, transferSyntaxUid = '1.2.840.10008.1.2.1' } = identifiers;
  return Buffer.concat([encodePart10Head({ sopClassUid, sopInstanceUid, transferSyntaxUid }, 'TEST'), dataSet]);
}

export interface SplitFile {
  readonly meta: Buffer;
  readonly dataSet: Buffer;
}

/** A Part 10 file cut where its data set begins, by the group length of its meta information. */
export function splitFile(file: Buffer): SplitFile {
  const at = 144 + file.readUInt32LE(140);
  return { meta: file.subarray(0, at), dataSet: file.subarray(at) };
}

const DEFLATED = '1.2.840.10008.1.2.1.99';

/** The same file with one UID in place of another of the same length, in meta and data set, deflated or not. */
export function withUid(path: string, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error('a UID can only be replaced by one of its length');
  const { meta, dataSet } = splitFile(readFileSync(path));
  const isDeflated = meta.includes(DEFLATED);
  const plain = replaceAll(isDeflated ? inflateRawSync(dataSet) : dataSet, from, to);
  const packed = isDeflated ? deflateRawSync(plain) : plain;
  return Buffer.concat([replaceAll(meta, from, to), packed.length % 2 === 0 ? packed : Buffer.concat([packed, Buffer.alloc(1)])]);
}

function replaceAll(bytes: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + to.length)) copy.write(to, at, 'latin1');
  return copy;
}
