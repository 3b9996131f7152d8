import { inflateRawSync } from 'node:zlib';
import type { DataSetEncoding } from '@readroom/shared/dicom/transfer-syntax';
import { bufferSource } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { characterSetOf } from './character-set.ts';
import type { CharacterSet } from './character-set.ts';
import { StructureError, walkDataSet, walkFirstItem, walkLeading } from './structure.ts';
import type { ElementEntry, PlainEncoding } from './structure.ts';
import { decodeText } from './text.ts';

/** No attribute read here is longer; a value that is gets cut. */
const MAX_VALUE_BYTES = 16 * 1024;
/** A deflated data set may not inflate past it. */
const MAX_INFLATED_BYTES = 1024 ** 3;

/** Attributes of one data set, read on demand by tag (`0xGGGGEEEE`). Absent and empty are the same: '' or null. */
export interface Header {
  /** Code strings, UIDs, numbers as text: the default repertoire, padding removed, first value. */
  code(tag: number): string;
  codes(tag: number): string[];
  /** LO, SH and the like in the object's character set, first value. */
  text(tag: number): string;
  personName(tag: number): string;
  /** US. */
  uint16(tag: number): number | null;
  /** The first item of a sequence. */
  firstItem(tag: number): Header | null;
  has(tag: number): boolean;
}

/** Opens a data set whose every byte is there. @throws StructureError when the bytes are not a data set in this encoding. */
export function readHeader(source: ByteSource, encoding: DataSetEncoding): Header {
  if (encoding === 'deflated') {
    const inflated = bufferSource(inflate(source));
    return headerOf(inflated, 'explicit-le', walkDataSet(inflated, 'explicit-le'), null);
  }
  return headerOf(source, encoding, walkDataSet(source, encoding), null);
}

/** The attributes before `until` of a data set whose end need not be there. @throws StructureError */
export function readLeading(source: ByteSource, encoding: PlainEncoding, until: number): Header {
  return headerOf(source, encoding, walkLeading(source, encoding, until), null);
}

function inflate(source: ByteSource): Buffer {
  try {
    return inflateRawSync(source.bytes(0, source.length), { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (cause) {
    throw Object.assign(new StructureError('the data set does not inflate (PS3.5 A.5)'), { cause });
  }
}

const SPECIFIC_CHARACTER_SET = 0x00080005;

function headerOf(source: ByteSource, encoding: PlainEncoding, elements: ReadonlyMap<number, ElementEntry>, outer: CharacterSet | null): Header {
  const bytesOf = (tag: number): Buffer => {
    const entry = elements.get(tag);
    if (!entry || entry.undefinedLength) return Buffer.alloc(0);
    return source.bytes(entry.position, Math.min(entry.length, MAX_VALUE_BYTES));
  };
  const codes = (tag: number): string[] => bytesOf(tag).toString('latin1').split('\\').map((value) => value.replace(/[\0 ]+$/, '').replace(/^ +/, ''));
  let set: CharacterSet | null = null;
  const characterSet = (): CharacterSet => (set ??= outer && !elements.has(SPECIFIC_CHARACTER_SET) ? outer : characterSetOf(codes(SPECIFIC_CHARACTER_SET)));
  return {
    codes,
    code: (tag) => codes(tag)[0] ?? '',
    text: (tag) => decodeText(bytesOf(tag), characterSet(), { multiValued: true, personName: false })[0] ?? '',
    personName: (tag) => decodeText(bytesOf(tag), characterSet(), { multiValued: true, personName: true })[0] ?? '',
    uint16: (tag) => {
      const bytes = bytesOf(tag);
      if (bytes.length < 2) return null;
      return encoding === 'explicit-be' ? bytes.readUInt16BE(0) : bytes.readUInt16LE(0);
    },
    firstItem: (tag) => {
      const entry = elements.get(tag);
      const item = entry && walkFirstItem(source, entry, encoding);
      return item ? headerOf(source, encoding, item, characterSet()) : null;
    },
    has: (tag) => (elements.get(tag)?.length ?? 0) > 0,
  };
}
