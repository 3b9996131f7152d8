import { ValidationFailure } from './failure.ts';

/** One record of a table with the line it begins on (1-based, the header's is 1). */
export type CsvRow = { readonly line: number; readonly values: Readonly<Record<string, string>> };
export type CsvTable = { readonly columns: readonly string[]; readonly rows: readonly CsvRow[] };

/** A table of cases larger than this is a mistake. */
const MOST_ROWS = 200_000;

/**
 * RFC 4180: quoted fields may hold commas, line breaks and doubled quotes. The first record names the columns.
 * Throws ValidationFailure for an open quote, a record of another width, or a column named twice.
 */
export function parseCsv(text: string, name: string): CsvTable {
  const [header, ...records] = [...recordsOf(text.replace(/^\uFEFF/, ''), name)];
  if (!header) throw new ValidationFailure(`${name} is empty: its first line must name the columns.`);
  const columns = header.fields.map((field) => field.trim());
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) throw new ValidationFailure(`${name} names the column ${JSON.stringify(twice)} twice.`);
  const rows = records.map(({ line, fields }) => {
    if (fields.length !== columns.length) throw new ValidationFailure(`${name} line ${line} has ${fields.length} fields, the header ${columns.length}.`);
    return { line, values: Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? ''])) };
  });
  return { columns, rows };
}

type CsvRecord = { readonly line: number; readonly fields: readonly string[] };

function* recordsOf(text: string, name: string): Generator<CsvRecord> {
  let [at, line, count] = [0, 1, 0];
  while (at < text.length) {
    const began = line;
    const fields: string[] = [];
    for (let more = true; more;) {
      const field = fieldAt(text, at);
      if (!field) throw new ValidationFailure(`${name} line ${began}: a quote is never closed, or text follows it.`);
      fields.push(field.value);
      line += field.breaks;
      at = field.end;
      more = text[at] === ',';
      if (more) at += 1;
    }
    at += text[at] === '\r' ? 2 : 1;
    line += 1;
    if (fields.length === 1 && fields[0]?.trim() === '') continue;
    if (++count > MOST_ROWS + 1) throw new ValidationFailure(`${name} has more than ${MOST_ROWS} rows: validate in parts.`);
    yield { line: began, fields };
  }
}

type Field = { readonly value: string; readonly end: number; readonly breaks: number };

/** The field that begins at `at`; `end` is the comma or line end after it. */
function fieldAt(text: string, at: number): Field | undefined {
  if (text[at] !== '"') {
    let end = at;
    while (end < text.length && text[end] !== ',' && text[end] !== '\n' && !(text[end] === '\r' && text[end + 1] === '\n')) end++;
    return { value: text.slice(at, end), end, breaks: 0 };
  }
  let close = text.indexOf('"', at + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) return undefined;
  const end = close + 1;
  if (end < text.length && !/^(,|\n|\r\n)/.test(text.slice(end, end + 2))) return undefined;
  const value = text.slice(at + 1, close).replaceAll('""', '"');
  return { value, end, breaks: value.split('\n').length - 1 };
}
