import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { parseCsv } from './csv.ts';
import type { CsvTable } from './csv.ts';
import { ValidationFailure } from './failure.ts';
import type { Options } from './options.ts';
import { truthReader } from './truth.ts';
import type { Truth } from './truth.ts';

/** One row of the table. `leftOut` is why it is in no figure; it may still be a neighbour of a slice that is. */
export type Case = {
  /** As the table names it. */
  readonly file: string;
  readonly path: string;
  /** The patient, or what stands for one: never split by an interval. */
  readonly group: string;
  /** Place in its patient's stack, where the table has one. */
  readonly slice: number | undefined;
  readonly truth: Truth;
  /** Of a segmentation: the file with what is really there. */
  readonly mask: string | undefined;
  readonly values: Readonly<Record<string, string>>;
  readonly leftOut: string | undefined;
};
export type CaseTable = { readonly name: string; readonly columns: readonly string[]; readonly cases: readonly Case[] };

const FILE_COLUMNS = ['file', 'filename', 'path', 'image'];
const MASK_COLUMNS = ['mask', 'segmentation'];
const GROUP_COLUMNS = ['group', 'patient', 'patient_id'];
/** `--group file`: every case is its own patient. */
const EACH_CASE = 'file';

/** Reads the table of the cases. Throws ValidationFailure for what is missing in it. */
export async function readCases(options: Options, modelCodes: readonly string[], segments: boolean): Promise<CaseTable> {
  const name = options.csv ?? join(options.cases, 'labels.csv');
  const text = await readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ValidationFailure(`${name} cannot be read (${error.code ?? 'error'}): the cases need a table with the columns file, label and group. Name another with --csv.`);
  });
  const table = parseCsv(text, name);
  if (table.rows.length === 0) throw new ValidationFailure(`${name} names no case.`);
  const file = columnOf(table, name, FILE_COLUMNS, 'the image of each case');
  // A mask says what a case shows; without masks a label must.
  const label = segments ? null : columnOf(table, name, [options.label], 'what each case shows; name it with --label');
  const mask = segments ? columnOf(table, name, MASK_COLUMNS, 'what is really there: a NIfTI file of the size of the volume') : null;
  const group = options.group === EACH_CASE ? file : columnOf(table, name, options.group === undefined ? GROUP_COLUMNS : [options.group], 'the patient of each case; name it with --group, or say --group file when every case is another patient');
  for (const column of [...options.by, ...options.where.map(([wanted]) => wanted)]) columnOf(table, name, [column], 'asked for by --by or --where');
  const truthOf = label === null ? () => ({ codes: new Set(modelCodes), skip: false }) : truthReader(table.rows.map(({ values }) => values[label] ?? ''), options.map, modelCodes);
  const cases = table.rows.map(({ line, values }): Case => {
    const truth = truthOf(values[label ?? ''] ?? '');
    const named = values[file] ?? '';
    if ((values[group] ?? '') === '') throw new ValidationFailure(`${name} line ${line} has no ${group}: an image of nobody cannot be kept with its patient.`);
    return { file: named, path: pathIn(options.cases, named, `${name} line ${line}`), group: values[group] ?? '', slice: sliceOf(values), truth, mask: mask === null ? undefined : pathIn(options.cases, values[mask] ?? '', `${name} line ${line}`), values, leftOut: leftOut(values, truth, options) };
  });
  return { name, columns: table.columns, cases };
}

function columnOf({ columns }: CsvTable, name: string, wanted: readonly string[], what: string): string {
  const found = wanted.find((column) => columns.includes(column));
  if (found === undefined) throw new ValidationFailure(`${name} has no column ${wanted.join(' or ')} (${what}). It has: ${columns.join(', ')}.`);
  return found;
}

function pathIn(folder: string, file: string, where: string): string {
  const path = resolve(folder, file);
  const inside = relative(resolve(folder), path);
  if (file === '' || inside.startsWith('..') || isAbsolute(inside)) throw new ValidationFailure(`${where}: ${JSON.stringify(file)} is not a path inside ${folder}.`);
  return path;
}

function sliceOf(values: Readonly<Record<string, string>>): number | undefined {
  const text = values['slice']?.trim() ?? '';
  const slice = Number(text);
  return text !== '' && Number.isFinite(slice) ? slice : undefined;
}

function leftOut(values: Readonly<Record<string, string>>, truth: Truth, { where }: Options): string | undefined {
  if (where.length === 0 && values['split'] === 'train') return 'split is train: the model may have learned from it (--where split=train asks for it)';
  const other = where.find(([column, value]) => values[column] !== value);
  if (other) return `not ${other.join('=')}`;
  if (truth.skip) return 'the label does not say whether the finding is there';
  if (values['adjacent_to_positive'] === '1' && truth.codes.size === 0) return 'a negative slice beside a positive one, where annotators disagree';
  return undefined;
}
