import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sample } from '../../testing/samples.ts';
import { splitFile } from '../../testing/dicom-object.ts';
import { bufferSource } from './byte-source.ts';
import { characterSetOf } from './character-set.ts';
import { readHeader } from './header.ts';
import { decodeText } from './text.ts';

const NAME = { multiValued: true, personName: true };
const TEXT = { multiValued: true, personName: false };

/** The names as PS3.5 Annexes H to K and the makers of the files print them. */
test.each([
  ['chrArab.dcm', 'قباني^لنزار'],
  ['chrFren.dcm', 'Buc^Jérôme'],
  ['chrGB2312.dcm', 'Zhang^XiaoDong=张^小东='],
  ['chrGerm.dcm', 'Äneas^Rüdiger'],
  ['chrGreek.dcm', 'Διονυσιος'],
  ['chrH31.dcm', 'Yamada^Tarou=山田^太郎=やまだ^たろう'],
  ['chrH32.dcm', 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう'],
  ['chrHbrw.dcm', 'שרון^דבורה'],
  ['chrI2.dcm', 'Hong^Gildong=洪^吉洞=홍^길동'],
  ['chrJapMulti.dcm', 'やまだ^たろう'],
  ['chrJapMultiExplicitIR6.dcm', 'やまだ^たろう'],
  ['chrKoreanMulti.dcm', '김희중'],
])('%s names its patient as its maker meant', (file, name) => {
  const { dataSet } = splitFile(readFileSync(sample(`edge/charset/${file}`)));
  expect(readHeader(bufferSource(dataSet), 'explicit-le').personName(0x00100010)).toBe(name);
});

describe('sets by their defined terms', () => {
  test.each([
    [['ISO_IR 101'], 'Wałęsa', Buffer.from([0x57, 0x61, 0xb3, 0xea, 0x73, 0x61])],
    [['ISO_IR 144'], 'Люкceмбypг', Buffer.from([0xbb, 0xee, 0xda, 0x63, 0x65, 0xdc, 0xd1, 0x79, 0x70, 0xd3])],
    [['ISO_IR 148'], 'Şahin', Buffer.from([0xde, 0x61, 0x68, 0x69, 0x6e])],
    [['ISO_IR 166'], 'ไทย', Buffer.from([0xe4, 0xb7, 0xc2])],
    [['ISO_IR 203'], '€', Buffer.from([0xa4])],
    [['ISO_IR 192'], '王^小東', Buffer.from('王^小東')],
    [['GB18030'], '王^小东', Buffer.from([0xcd, 0xf5, 0x5e, 0xd0, 0xa1, 0xb6, 0xab])],
    [['GBK'], '王^小东', Buffer.from([0xcd, 0xf5, 0x5e, 0xd0, 0xa1, 0xb6, 0xab])],
  ])('%j', (terms, text, bytes) => {
    expect(decodeText(bytes, characterSetOf(terms), NAME)).toEqual([text]);
  });

  test('spellings seen in the field are understood', () => {
    expect(characterSetOf(['ISO-IR 100'])).toEqual(characterSetOf(['ISO_IR 100']));
    expect(characterSetOf(['utf8'])).toEqual(characterSetOf(['ISO_IR 192']));
    expect(characterSetOf(['nonsense'])).toEqual({ kind: 'undeclared' });
  });

  test('text without a declared set is UTF-8 where it can be, else Latin-1', () => {
    expect(decodeText(Buffer.from('Jérôme'), characterSetOf(['']), NAME)).toEqual(['Jérôme']);
    expect(decodeText(Buffer.from('Jérôme', 'latin1'), characterSetOf(['']), NAME)).toEqual(['Jérôme']);
  });
});

describe('delimiters', () => {
  test('a backslash separates values; in the second byte of a GB18030 character it does not', () => {
    // 0x81 0x5c is one character of GB18030.
    expect(decodeText(Buffer.from([0x41, 0x5c, 0x81, 0x5c, 0x5c, 0x42]), characterSetOf(['GB18030']), TEXT)).toEqual(['A', '乗', 'B']);
  });

  test('a two-byte character of JIS X 0208 may contain the codes of ^, = and backslash', () => {
    const escaped = Buffer.concat([Buffer.from('A\x1b$B', 'latin1'), Buffer.from([0x30, 0x5c, 0x25, 0x3d, 0x25, 0x5e]), Buffer.from('\x1b(B^B', 'latin1')]);
    expect(decodeText(escaped, characterSetOf(['', 'ISO 2022 IR 87']), NAME)).toEqual(['A移ソマ^B']);
  });

  test('each value and each component begins again with the first set (PS3.5 6.1.2.5.3)', () => {
    const hangul = Buffer.from('\x1b$)C\xb1\xe8^\xc8\xf1', 'latin1');
    // Without a second escape the bytes after ^ are no longer Korean.
    expect(decodeText(hangul, characterSetOf(['', 'ISO 2022 IR 149']), NAME)).toEqual(['김^Èñ']);
    expect(decodeText(hangul, characterSetOf(['', 'ISO 2022 IR 149']), TEXT)).toEqual(['김^희']);
  });

  test('padding goes, inner spaces stay', () => {
    expect(decodeText(Buffer.from(' A  B \0'), characterSetOf(['ISO_IR 6']), TEXT)).toEqual(['A  B']);
    expect(decodeText(Buffer.from(' A '), characterSetOf(['ISO_IR 6']), { multiValued: false, personName: false })).toEqual([' A']);
  });
});

test('any bytes in any set are some text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.subarray(['', 'ISO_IR 100', 'ISO 2022 IR 87', 'ISO 2022 IR 149', 'ISO 2022 IR 58', 'ISO_IR 192', 'GB18030', 'ISO 2022 IR 13', 'ISO 2022 IR 159']), (bytes, terms) => {
      const values = decodeText(Buffer.from(bytes), characterSetOf(terms), NAME);
      expect(values.every((value) => typeof value === 'string')).toBe(true);
    }),
    { numRuns: 800 },
  );
});
