import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesSearch, searchTerms, searchWords } from './search.ts';

type Searched = Parameters<typeof searchTerms>[0];
const blank: Searched = { patientName: null, patientId: null, accessionNumber: null, description: '', modality: '', bodyPart: '', institution: '', topFinding: null };
const finds = (typed: string, row: Partial<Searched>): boolean => matchesSearch(searchTerms({ ...blank, ...row }), searchWords(typed));
const yamada = { patientName: { alphabetic: 'Yamada^Tarou', ideographic: '山田^太郎', phonetic: 'やまだ^たろう' } };
const hong = { patientName: { alphabetic: 'Hong^Gildong', ideographic: '洪^吉洞', phonetic: '홍^길동' } };

test.each([
  ['yamada taro', yamada], ['TAROU yam', yamada], ['Tarou^Yamada', yamada], ['山田', yamada], ['太郎 山田', yamada], ['山田太郎', yamada], ['やまだ', yamada], ['ヤマダ', yamada], ['ﾔﾏﾀﾞ ﾀﾛｳ', yamada],
  ['홍길동', hong], ['길동 홍', hong], ['吉洞', hong], ['gildong', hong],
  ['muller', { patientName: { alphabetic: 'Müller^Jürgen^^Dr.' } }], ['JÜRGEN MÜL', { patientName: { alphabetic: 'Muller^Jurgen' } }],
  ['vanderberg', { patientName: { alphabetic: 'van der Berg^Jan' } }], ['иван', { patientName: { alphabetic: 'Иванов^Пётр' } }],
  ['acc-2024 0042', { accessionNumber: 'ACC-2024-0042' }], ['ACC20240042', { accessionNumber: 'ACC-2024-0042' }], ['rr-0013', { patientId: 'RR-001334' }],
  ['thorax kontrast', { description: 'CT Thorax mit Kontrast' }],
])('[LF4] %s is found', (typed, row) => {
  expect(finds(typed, row)).toBe(true);
});

test.each([['yamada hanako', yamada], ['amada', yamada], ['길', { patientName: { alphabetic: 'Hong' } }], ['42', { accessionNumber: '0042' }]])('[LF4] %s is not', (typed, row) => {
  expect(finds(typed, row)).toBe(false);
});

test('[LF4] components in any order, case or form find the row; a word more only narrows', () => {
  const arbName = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(arbName, fc.constantFrom('NFC', 'NFD', 'NFKC'), fc.string({ maxLength: 10 }), (parts, form, more) => {
      const row = { patientName: { alphabetic: parts.join('^') } };
      const typed = [...parts].reverse().join(' ').normalize(form);
      if (searchWords(typed).length < 8) expect(finds(typed, row)).toBe(true);
      if (finds(`${typed} ${more}`, row)) expect(finds(typed, row)).toBe(true);
    }),
  );
});

test('what is typed is bounded', () => {
  expect(searchWords('a b c d e f g h i j')).toHaveLength(8);
  expect(searchWords(' ^ , ')).toEqual([]);
  expect(searchTerms({ ...blank, description: Array.from({ length: 500 }, (_, n) => `w${n}`).join(' ') })).toHaveLength(96);
});
