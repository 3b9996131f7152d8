import type { DataSetEncoding } from '@readroom/shared/dicom/transfer-syntax';

/** One key of a query: tag `0xGGGGEEEE`, VR, and the value to match; an empty one only asks for the attribute (PS3.4 C.2.2.2.3). */
export type IdentifierKey = readonly [tag: number, vr: 'CS' | 'DA' | 'IS' | 'LO' | 'SH' | 'TM' | 'UI', value: string];

const SPECIFIC_CHARACTER_SET = 0x00080005;
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** The identifier of a query. Values beyond ASCII go out as UTF-8, and the identifier says so. */
export function encodeIdentifier(keys: readonly IdentifierKey[], encoding: Extract<DataSetEncoding, 'implicit-le' | 'explicit-le'>): Buffer {
  const isPlain = keys.every(([, , value]) => isAscii(value));
  const all: IdentifierKey[] = isPlain ? [...keys] : [[SPECIFIC_CHARACTER_SET, 'CS', 'ISO_IR 192'], ...keys];
  return Buffer.concat(all.sort(([a], [b]) => a - b).map((key) => encodeKey(key, encoding === 'explicit-le')));
}

function encodeKey([tag, vr, text]: IdentifierKey, isExplicit: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const value = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')]);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  if (isExplicit) {
    head.write(vr, 4, 'latin1');
    head.writeUInt16LE(value.length, 6);
  } else {
    head.writeUInt32LE(value.length, 4);
  }
  return Buffer.concat([head, value]);
}
