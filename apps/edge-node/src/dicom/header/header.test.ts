import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeDataSet, encodeElement, makeDataSet, sequence } from '../../testing/dicom-object.ts';
import type { Element } from '../../testing/dicom-object.ts';
import { bufferSource, sliceSource } from './byte-source.ts';
import { readHeader, readLeading } from './header.ts';
import { StructureError } from './structure.ts';

const PATIENT_NAME = 0x00100010;
const PIXELS = 0x7fe00010;

function chop(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** An encapsulated Pixel Data element: undefined length, items, sequence delimiter. */
function encapsulated(fragments: readonly Buffer[], isEnded = true): Buffer {
  const item = (bytes: Buffer): Buffer => {
    const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
    head.writeUInt32LE(bytes.length, 4);
    return Buffer.concat([head, bytes]);
  };
  const end = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
  return Buffer.concat([Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]), ...fragments.map(item), ...(isEnded ? [end] : [])]);
}

describe('structure', () => {
  test('a data set is read from slices cut anywhere', () => {
    const dataSet = makeDataSet({ patientName: 'Doe^Jane', sopInstanceUid: '1.2.3' });
    for (const size of [1, 3, 7, 64, 10_000]) {
      const header = readHeader(sliceSource(chop(dataSet, size)), 'explicit-le');
      expect([header.personName(PATIENT_NAME), header.code(0x00080018), header.uint16(0x00280010)]).toEqual(['Doe^Jane', '1.2.3', 16]);
    }
  });

  test('a deflated data set is inflated for reading', () => {
    const header = readHeader(bufferSource(deflateRawSync(makeDataSet({ patientName: 'Doe^Jane' }))), 'deflated');
    expect(header.personName(PATIENT_NAME)).toBe('Doe^Jane');
  });

  test('bytes that do not inflate are a StructureError', () => {
    expect(() => readHeader(bufferSource(Buffer.from('no deflate stream')), 'deflated')).toThrow(StructureError);
  });

  test('encapsulated Pixel Data is walked to its delimiter', () => {
    const header = readHeader(bufferSource(encapsulated([Buffer.alloc(0), Buffer.alloc(100, 1)])), 'explicit-le');
    expect(header.has(PIXELS)).toBe(true);
    expect(() => readHeader(bufferSource(encapsulated([Buffer.alloc(10)], false)), 'explicit-le')).toThrow(/no end/);
  });

  test.each([
    ['cut inside a value', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['cut inside an element header', (bytes: Buffer) => bytes.subarray(0, bytes.length - 518)],
    ['with a length that lies', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, bytes.length - 516), Buffer.from([0xff, 0xff, 0xff, 0x0f]), bytes.subarray(bytes.length - 512)])],
    ['with text after its last element', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('and some more bytes')])],
  ])('a data set %s is refused', (_what, damage) => {
    expect(() => readHeader(bufferSource(damage(makeDataSet())), 'explicit-le')).toThrow(StructureError);
  });

  test('zeros after the last element are padding', () => {
    const header = readHeader(bufferSource(Buffer.concat([makeDataSet({ patientName: 'Doe' }), Buffer.alloc(100_001)])), 'explicit-le');
    expect(header.personName(PATIENT_NAME)).toBe('Doe');
  });

  test('what is inside a sequence of defined length cannot spoil the object around it', () => {
    const broken: Element = [0x00400275, 'SQ', Buffer.from('this is no item at all')];
    const header = readHeader(bufferSource(makeDataSet({ patientName: 'Doe', extra: [broken] })), 'explicit-le');
    expect(header.personName(PATIENT_NAME)).toBe('Doe');
    expect(header.firstItem(0x00400275)).toBeNull();
  });

  test('the first item of a sequence is read, in the character set around it', () => {
    const dataSet = makeDataSet({ characterSet: 'ISO_IR 100', extra: [sequence(0x00400275, [[0x00321060, 'LO', Buffer.from('Schädel', 'latin1')]])] });
    expect(readHeader(bufferSource(dataSet), 'explicit-le').firstItem(0x00400275)?.text(0x00321060)).toBe('Schädel');
  });

  test('a private element of unknown VR and undefined length holds implicit VR (PS3.5 6.2.2)', () => {
    const inner = Buffer.from([0x09, 0x00, 0x01, 0x10, 2, 0, 0, 0, 0x41, 0x42]);
    const item = Buffer.concat([Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff]), inner, Buffer.from([0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0])]);
    const unknown = Buffer.concat([Buffer.from([0x09, 0x00, 0x02, 0x10, 0x55, 0x4e, 0, 0, 0xff, 0xff, 0xff, 0xff]), item, Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])]);
    const header = readHeader(bufferSource(Buffer.concat([unknown, encodeElement([PATIENT_NAME, 'PN', 'Doe'])])), 'explicit-le');
    expect(header.personName(PATIENT_NAME)).toBe('Doe');
  });

  test('sequences nested without end are refused, not followed until the stack is gone', () => {
    const open = Buffer.concat([Buffer.from([0x40, 0x00, 0x75, 0x02, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff]), Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff])]);
    expect(() => readHeader(bufferSource(Buffer.concat(Array.from({ length: 10_000 }, () => open))), 'explicit-le')).toThrow(/nested deeper/);
  });

  test('the leading attributes are read from a data set whose end is not there', () => {
    const header = readLeading(bufferSource(makeDataSet({ sopInstanceUid: '1.2.3' }).subarray(0, 200)), 'explicit-le', 0x00080019);
    expect(header.code(0x00080018)).toBe('1.2.3');
  });

  test('any bytes are either a data set or refused as a StructureError', () => {
    const good = encodeDataSet([[0x00080005, 'CS', 'ISO_IR 100'], [PATIENT_NAME, 'PN', 'Doe'], sequence(0x00400275, [[0x00401003, 'SH', 'STAT']]), [PIXELS, 'OW', Buffer.alloc(64)]]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(good.length), fc.constantFrom('explicit-le', 'implicit-le', 'explicit-be', 'deflated'), (changes, length, encoding) => {
        const bytes = Buffer.from(good.subarray(0, length));
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        try {
          const header = readHeader(sliceSource(chop(bytes, 13)), encoding);
          expect(typeof header.personName(PATIENT_NAME)).toBe('string');
          header.firstItem(0x00400275)?.code(0x00401003);
        } catch (error) {
          expect(error).toBeInstanceOf(StructureError);
        }
      }),
      { numRuns: 800 },
    );
  });
});
