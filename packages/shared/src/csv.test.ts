import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('quotes, commas and line ends are kept inside quotes', () => {
  expect(csvLine(['a', 'b,c', 'say "x"', 'two\nlines', 1.5, null])).toBe('a,"b,c","say ""x""","two\nlines",1.5,\r\n');
});

test('nothing a spreadsheet takes for a formula stands at the start of a text', () => {
  for (const bad of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =HYPERLINK("x")']) expect(csvLine([bad])).toBe(`"'${bad.replaceAll('"', '""')}"\r\n`);
  expect(csvLine([-5])).toBe('-5\r\n');
});

test('whatever the texts are, they come back as they were, but for the guard', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (cells) => {
      const back = parse(csvLine(cells));
      expect(back.map((text, i) => (text === `'${cells[i]}` ? cells[i] : text))).toEqual(cells);
      for (const text of back) expect(text).not.toMatch(/^\s*[=+\-@]/);
    }),
  );
});

/** RFC 4180, one line. */
function parse(line: string): string[] {
  const cells: string[] = [];
  const text = line.slice(0, -2);
  for (let i = 0; i <= text.length; i += 1) {
    let value = '';
    if (text[i] === '"') {
      for (i += 1; text[i] !== '"' || text[i + 1] === '"'; i += 1) {
        if (text[i] === '"') i += 1;
        value += text[i];
      }
      i += 1;
    } else {
      for (; i < text.length && text[i] !== ','; i += 1) value += text[i];
    }
    cells.push(value);
  }
  return cells;
}
