import { encodeText } from './charset.ts';
import type { CharacterSet } from './charset.ts';

/** One attribute: tag as `ggggeeee`, value representation, value. Sequences hold items of attributes. */
export type Attribute =
  | { readonly tag: string; readonly vr: TextVr; readonly value: string }
  | { readonly tag: string; readonly vr: 'US'; readonly value: readonly number[] }
  | { readonly tag: string; readonly vr: 'FD'; readonly value: readonly number[] }
  | { readonly tag: string; readonly vr: 'OB' | 'OW'; readonly value: Uint8Array }
  | { readonly tag: string; readonly vr: 'SQ'; readonly value: readonly (readonly Attribute[])[] };

type TextVr = 'AE' | 'AS' | 'CS' | 'DA' | 'DS' | 'IS' | 'LO' | 'LT' | 'PN' | 'SH' | 'ST' | 'TM' | 'UI';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const IMPLEMENTATION_CLASS_UID = '2.25.217583164905113386412760114370411204513';

/** A Part 10 file (PS3.10) in Explicit VR Little Endian; attributes are sorted by tag. */
export function writeFile(sopClassUid: string, sopInstanceUid: string, attributes: readonly Attribute[], characterSet: CharacterSet): Buffer {
  const meta = encodeAll([
    { tag: '00020001', vr: 'OB', value: Uint8Array.of(0, 1) },
    { tag: '00020002', vr: 'UI', value: sopClassUid },
    { tag: '00020003', vr: 'UI', value: sopInstanceUid },
    { tag: '00020010', vr: 'UI', value: EXPLICIT_LITTLE_ENDIAN },
    { tag: '00020012', vr: 'UI', value: IMPLEMENTATION_CLASS_UID },
    { tag: '00020013', vr: 'SH', value: 'READROOM_PHANTOM' },
  ], characterSet);
  const groupLength = Buffer.alloc(12);
  groupLength.write('\x02\x00\x00\x00UL\x04\x00', 'latin1');
  groupLength.writeUInt32LE(meta.length, 8);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), groupLength, meta, encodeAll(attributes, characterSet)]);
}

function encodeAll(attributes: readonly Attribute[], characterSet: CharacterSet): Buffer {
  const sorted = [...attributes].sort((a, b) => (a.tag < b.tag ? -1 : 1));
  return Buffer.concat(sorted.map((attribute) => encode(attribute, characterSet)));
}

function encode(attribute: Attribute, characterSet: CharacterSet): Buffer {
  const value = padded(valueBytes(attribute, characterSet), attribute.vr);
  const long = attribute.vr === 'OB' || attribute.vr === 'OW' || attribute.vr === 'SQ';
  const header = Buffer.alloc(long ? 12 : 8);
  header.writeUInt16LE(Number.parseInt(attribute.tag.slice(0, 4), 16), 0);
  header.writeUInt16LE(Number.parseInt(attribute.tag.slice(4), 16), 2);
  header.write(attribute.vr, 4, 'latin1');
  if (long) header.writeUInt32LE(value.length, 8);
  else header.writeUInt16LE(value.length, 6);
  return Buffer.concat([header, value]);
}

function valueBytes(attribute: Attribute, characterSet: CharacterSet): Buffer {
  switch (attribute.vr) {
    case 'US': return Buffer.from(new Uint16Array(attribute.value).buffer);
    case 'FD': return Buffer.from(new Float64Array(attribute.value).buffer);
    case 'OB':
    case 'OW': return Buffer.from(attribute.value.buffer, attribute.value.byteOffset, attribute.value.byteLength);
    case 'SQ': return Buffer.concat(attribute.value.map((item) => encodeItem(item, characterSet)));
    case 'PN':
    case 'LO':
    case 'LT':
    case 'SH':
    case 'ST': return encodeText(attribute.value, characterSet);
    default: return Buffer.from(attribute.value, 'latin1');
  }
}

function encodeItem(item: readonly Attribute[], characterSet: CharacterSet): Buffer {
  const body = encodeAll(item, characterSet);
  const header = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body]);
}

/** Values have an even length: UIDs and bytes are filled with NUL, text with a space (PS3.5 6.2). */
function padded(value: Buffer, vr: Attribute['vr']): Buffer {
  if (value.length % 2 === 0) return value;
  return Buffer.concat([value, Buffer.from(vr === 'UI' || vr === 'OB' ? '\0' : ' ')]);
}
