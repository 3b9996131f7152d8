import { describe, expect, test } from 'vitest';
import { DecodeError } from './frame.ts';
import { openImage } from './frames.ts';

/** An encapsulated object (PS3.5 A.4) of 2 x 2 pixels whose fragments are given byte for byte. */
function encapsulated(frames: number, fragments: readonly number[][], offsets: readonly number[] = [], extended?: readonly number[]): Uint8Array {
  const u16 = (value: number): number[] => [value & 0xff, value >> 8];
  const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
  const text = (value: string): number[] => [...Buffer.from(value.length % 2 ? `${value} ` : value, 'latin1')];
  const short = (group: number, element: number, vr: string, value: number[]): number[] => [...u16(group), ...u16(element), ...text(vr), ...u16(value.length), ...value];
  const long = (group: number, element: number, vr: string, value: number[], length = value.length): number[] => [...u16(group), ...u16(element), ...text(vr), 0, 0, ...u32(length), ...value];
  const item = (value: number[]): number[] => [...u16(0xfffe), ...u16(0xe000), ...u32(value.length), ...value];
  const meta = short(2, 0x10, 'UI', [...text('1.2.840.10008.1.2.5')]);
  const table = extended ? long(0x7fe0, 1, 'OV', extended.flatMap((offset) => [...u32(offset), 0, 0, 0, 0])) : [];
  return Uint8Array.from([
    ...new Array<number>(128).fill(0), ...text('DICM'), ...short(2, 0, 'UL', u32(meta.length)), ...meta,
    ...short(0x28, 2, 'US', u16(1)), ...short(0x28, 4, 'CS', text('MONOCHROME2')), ...short(0x28, 8, 'IS', text(String(frames))),
    ...short(0x28, 0x10, 'US', u16(2)), ...short(0x28, 0x11, 'US', u16(2)), ...short(0x28, 0x100, 'US', u16(8)), ...short(0x28, 0x101, 'US', u16(8)),
    ...short(0x28, 0x102, 'US', u16(7)), ...short(0x28, 0x103, 'US', u16(0)), ...table,
    ...long(0x7fe0, 0x10, 'OB', [...item(offsets.flatMap(u32)), ...fragments.flatMap(item), ...u16(0xfffe), ...u16(0xe0dd), ...u32(0)], 0xffff_ffff),
  ]);
}

const frame = (file: Uint8Array, index: number): number[] => [...openImage(file).frameBytes(index)];

describe('where a compressed frame begins', () => {
  test('one frame is all its fragments', () => {
    expect(frame(encapsulated(1, [[1, 2], [3, 4], [5, 6]]), 0)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('the Basic Offset Table tells frames of several fragments apart', () => {
    const file = encapsulated(2, [[1, 2], [3, 4], [5, 6]], [0, 20]);
    expect([frame(file, 0), frame(file, 1)]).toEqual([[1, 2, 3, 4], [5, 6]]);
  });

  test('the Extended Offset Table does too', () => {
    const file = encapsulated(2, [[1, 2], [3, 4], [5, 6]], [], [0, 10]);
    expect([frame(file, 0), frame(file, 1)]).toEqual([[1, 2], [3, 4, 5, 6]]);
  });

  test('without a table, one fragment is one frame', () => {
    expect(frame(encapsulated(3, [[1, 2], [3, 4], [5, 6]]), 2)).toEqual([5, 6]);
  });

  test('without a table and with other counts nothing is guessed', () => {
    expect(() => frame(encapsulated(2, [[1, 2], [3, 4], [5, 6]]), 0)).toThrow(DecodeError);
  });

  test('no fragment at all is refused', () => {
    expect(() => frame(encapsulated(1, []), 0)).toThrow('no fragment');
  });
});

test('an RLE header that lies about its segments is refused', async () => {
  const { decodeRle } = await import('./rle.ts');
  const { description } = openImage(encapsulated(1, [[0, 0]]));
  const header = new Uint8Array(70);
  for (const [count, offset] of [[2, 64], [1, 9999], [1, 3]] as const) {
    new DataView(header.buffer).setUint32(0, count, true);
    new DataView(header.buffer).setUint32(4, offset, true);
    expect(() => decodeRle(header, description)).toThrow(DecodeError);
  }
});

test('runs and literals of an RLE segment expand in order', async () => {
  const { decodeRle } = await import('./rle.ts');
  const { description } = openImage(encapsulated(1, [[0, 0]]));
  const bytes = new Uint8Array(69);
  new DataView(bytes.buffer).setUint32(0, 1, true);
  new DataView(bytes.buffer).setUint32(4, 64, true);
  // One literal (7), then 9 three times, after a no-operation.
  bytes.set([0x80, 0x00, 7, 0xfe, 9], 64);
  expect([...decodeRle(bytes, description)]).toEqual([7, 9, 9, 9]);
});
