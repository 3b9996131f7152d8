import { parsedJson } from '../infra/json.ts';
import type { Manifest } from './manifest.ts';

/**
 * Holds a model card to the evaluation it was written from (`evaluation.json`): every number of a table row must be in that record
 * under the row's own name (and the column's, where the record has one of that name), rounded as printed, and so must the
 * thresholds and the summary in the manifest.
 * Answers what is wrong; nothing when the card can be believed.
 */
export function cardProblems(card: string, record: string, manifest: Pick<Manifest, 'sha256' | 'evaluation'>): string[] {
  const evaluation = parsedJson(record);
  if (evaluation === undefined) return ['evaluation.json is no JSON'];
  const problems: string[] = [];
  if (!card.includes(manifest.sha256)) problems.push('the card describes another model file');
  if (!isRecord(evaluation) || evaluation['sha256'] !== manifest.sha256) problems.push('evaluation.json is of another model file');
  for (const { row, column, numbers } of tableCells(card)) problems.push(...strangers(`the card's row ${row}`, numbers, knownOf(evaluation, row, column)));
  const settings = [...card.matchAll(/(?:reorder threshold|alert threshold|temperature) (\d+\.\d+)/gi)].map(([, number = '']) => number);
  problems.push(...strangers('the card', settings, numbersIn(evaluation)));
  for (const [part, summary] of Object.entries(manifest.evaluation)) {
    problems.push(...strangers(`the manifest's summary of ${part}`, [...numbersIn(summary)].map(String), knownOf(evaluation, part, '')));
  }
  return problems;
}

type TableCell = { readonly row: string; readonly column: string; readonly numbers: readonly string[] };

/** The cells of a card's tables that hold numbers, by the row's first cell and the column's head. */
function tableCells(card: string): TableCell[] {
  let head: string[] | undefined;
  return card.split('\n').flatMap((line) => {
    if (!line.startsWith('|')) {
      head = undefined;
      return [];
    }
    const cells = line.split('|').slice(1).map((cell) => cell.trim());
    const columns = head ?? cells;
    head = columns;
    const [row = '', ...values] = cells;
    return values.map((cell, i) => ({ row, column: (columns[i + 1] ?? '').toLowerCase(), numbers: cell.match(NUMBER) ?? [] })).filter(({ numbers }) => numbers.length > 0);
  });
}

/** What the record has under a row's name: of that column alone where it has a figure of that name. */
function knownOf(evaluation: unknown, row: string, column: string): Set<number> {
  const inRow = valuesUnder(evaluation, row);
  const inColumn = inRow.flatMap((value) => valuesUnder(value, column));
  return new Set((inColumn.length > 0 ? inColumn : inRow).flatMap((value) => [...numbersIn(value)]));
}

const NUMBER = /(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\w)/g;

function strangers(where: string, printed: readonly string[], known: ReadonlySet<number>): string[] {
  const wrong = printed.filter((text) => {
    const decimals = text.split('.')[1]?.length ?? 0;
    // Half a unit in the last place, and what rounding in two languages may differ by.
    return ![...known].some((value) => Math.abs(value - Number(text)) <= 0.5 * 10 ** -decimals + 1e-9);
  });
  return wrong.length > 0 ? [`${where} says ${wrong.join(', ')}, which is not in evaluation.json`] : [];
}

/** Every value under a key of that name, wherever it stands. */
function valuesUnder(value: unknown, name: string): unknown[] {
  return entries(value).flatMap(([key, inside]) => (key === name ? [inside] : valuesUnder(inside, name)));
}

/** Single images' probabilities are no figures: any number could be found among them. */
const NO_FIGURES = 'probabilities';

function numbersIn(value: unknown): Set<number> {
  if (typeof value === 'number') return new Set([value]);
  // A licence's version is a number too.
  if (typeof value === 'string') return new Set((value.match(NUMBER) ?? []).map(Number));
  return new Set(entries(value).flatMap(([, inside]) => [...numbersIn(inside)]));
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value).filter(([key]) => key !== NO_FIGURES) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
