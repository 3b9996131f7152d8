import { parseArgs } from 'node:util';
import { MOST_DRAWS } from '@readroom/shared/evaluation/bootstrap';

export const USAGE = `Measures a model on labelled cases, through the edge node's own pipeline.

  npm run validate -- --model M --cases FOLDER [--json FILE] [--html FILE]

  --model M           a folder with manifest.json and its .onnx, or the name of one in models/
  --cases FOLDER      pictures or DICOM files with labels.csv: columns file, label and group (the patient);
                      for a model that segments NIfTI volumes or folders of DICOM files, and a column mask
  --csv FILE          the table of the cases (default FOLDER/labels.csv)
  --json FILE, --html FILE   where to write the report; the HTML holds patients' images
  --label COLUMN      the truth (default label); several findings in a cell are parted by |
  --group COLUMN      the patient (default group, patient or patient_id); --group file takes every case as its own
  --map VALUE=CODE    what a label of yours is in the finding catalogue, or none, or skip; may be repeated
  --where COLUMN=VALUE  only these cases; may be repeated. Without one, split=train is left out
  --by COLUMN         figures per value of a column (default source and split, where they exist); may be repeated
  --single            every slice by itself, without its neighbours
  --prevalence P      share of positives for PPV and NPV, 0 to 1 (default: that of the cases)
  --bins N            bins of the calibration error (default 10)
  --draws N           bootstrap samples (default 1000, at most ${MOST_DRAWS})
  --seed N            of the bootstrap (default 7)`;

export type Options = {
  readonly model: string;
  readonly cases: string;
  readonly csv: string | undefined;
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly label: string;
  readonly group: string | undefined;
  readonly map: ReadonlyMap<string, string>;
  readonly where: readonly (readonly [column: string, value: string])[];
  readonly by: readonly string[];
  readonly single: boolean;
  readonly prevalence: number | null;
  readonly bins: number;
  readonly draws: number;
  readonly seed: number;
};

/** The options, or what is wrong with the call. */
export function readOptions(args: readonly string[]): Options | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        model: { type: 'string' }, cases: { type: 'string' }, csv: { type: 'string' }, json: { type: 'string' }, html: { type: 'string' },
        label: { type: 'string', default: 'label' }, group: { type: 'string' }, map: { type: 'string', multiple: true, default: [] },
        where: { type: 'string', multiple: true, default: [] }, by: { type: 'string', multiple: true, default: [] }, single: { type: 'boolean', default: false },
        prevalence: { type: 'string' }, bins: { type: 'string', default: '10' }, draws: { type: 'string', default: '1000' }, seed: { type: 'string', default: '7' },
      },
    });
    if (values.model === undefined || values.cases === undefined) return { problem: '--model and --cases are needed.' };
    return {
      model: values.model, cases: values.cases, csv: values.csv, json: values.json, html: values.html, label: values.label, group: values.group,
      map: new Map(values.map.map((text) => pair(text, '--map'))), where: values.where.map((text) => pair(text, '--where')), by: values.by, single: values.single,
      prevalence: values.prevalence === undefined ? null : inRange(values.prevalence, '--prevalence', 0, 1, false),
      bins: inRange(values.bins, '--bins', 2, 100, true), draws: inRange(values.draws, '--draws', 1, MOST_DRAWS, true), seed: inRange(values.seed, '--seed', 0, 2 ** 32 - 1, true),
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function pair(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`${option} ${text}: write it as NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function inRange(text: string, option: string, low: number, high: number, whole: boolean): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= low && value <= high) || (whole && !Number.isInteger(value))) throw new Error(`${option} ${text}: must be ${whole ? 'a whole number ' : ''}from ${low} to ${high}.`);
  return value;
}
