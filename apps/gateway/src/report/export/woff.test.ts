import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { FALLBACK, codePointText, fallbackFont, fontRuns, fontsOf } from './fonts.ts';
import { unpackWoff } from './woff.ts';

function woff(length: number, stored: Buffer): Buffer {
  const head = Buffer.alloc(64);
  head.writeUInt32BE(0x774f4646, 0);
  head.writeUInt32BE(0x00010000, 4);
  head.writeUInt16BE(1, 12);
  head.write('name', 44, 'latin1');
  head.writeUInt32BE(64, 48);
  head.writeUInt32BE(stored.length, 52);
  head.writeUInt32BE(length, 56);
  return Buffer.concat([head, stored]);
}

test('a packed table comes out as it went in, on a 4-byte boundary', () => {
  const table = Buffer.from('a table of a length that is no multiple of four, and repeats: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!');
  const font = unpackWoff(woff(table.length, deflateSync(table)));
  expect(font.readUInt32BE(0)).toBe(0x00010000);
  const offset = font.readUInt32BE(12 + 8);
  expect(font.subarray(offset, offset + table.length)).toEqual(table);
  expect(font.length % 4).toBe(0);
});

test('a table stored as it is is taken as it is', () => {
  const font = unpackWoff(woff(4, Buffer.from('abcd')));
  expect(font.subarray(-4).toString()).toBe('abcd');
});

test('what is no WOFF, and a table that lies about its length, are refused', () => {
  expect(() => unpackWoff(Buffer.from('no font'))).toThrow(/not a WOFF/);
  const table = Buffer.alloc(100, 1);
  expect(() => unpackWoff(woff(50, deflateSync(table)))).toThrow();
  expect(() => unpackWoff(woff(500, deflateSync(table)))).toThrow(/another length/);
});

test('text is cut where the font changes, and a mark that no font has is named by its code point', () => {
  expect(fontRuns('Doe Ж 鈴', 400).runs).toEqual([
    { font: 'inter-latin-400', text: 'Doe ' },
    { font: 'inter-cyrillic-400', text: 'Ж' },
    { font: 'inter-cyrillic-400', text: ' ' },
    { font: FALLBACK, text: '鈴' },
  ].reduce<{ font: string; text: string }[]>((runs, run) => {
    const last = runs.at(-1);
    if (last?.font === run.font) last.text += run.text;
    else runs.push({ ...run });
    return runs;
  }, []));
  expect(fontRuns('𠮷', 400)).toEqual({ runs: [{ font: 'inter-latin-400', text: '[U+20BB7]' }], missing: ['𠮷'] });
  expect(codePointText('a')).toBe('[U+0061]');
});

test('every font opens and holds what its name says', () => {
  const holds = (name: string, character: string): boolean | undefined => fontsOf(600).find((font) => font.name === name)?.font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
  expect([holds('inter-latin-600', 'a'), holds('inter-greek-600', 'Ω'), holds('inter-cyrillic-600', 'Ж'), holds('noto-hebrew-600', 'ש'), holds('noto-arabic-600', 'ع')]).toEqual([true, true, true, true, true]);
  expect(fallbackFont().font.hasGlyphForCodePoint('김'.codePointAt(0) ?? 0)).toBe(true);
});
