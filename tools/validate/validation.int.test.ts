import { copyFile, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFile } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manifestSchema } from '../../apps/edge-node/src/inference/manifest.ts';
import { parseCsv } from './csv.ts';
import { pictureAsDicom } from './wrap.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const shared = (path: string): string => join(root, '..', 'shared', 'data', path);
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readroom-validate-'));
});
afterEach(() => rm(folder, { recursive: true }));

type Ran = { readonly code: number; readonly out: string; readonly error: string };
const run = (...args: string[]): Promise<Ran> => new Promise((resolve) => {
  execFile(process.execPath, [join(root, 'tools/validate/main.ts'), ...args], { maxBuffer: 16 * 1024 * 1024 }, (failure, out, error) => resolve({ code: Number(failure?.code ?? 0), out, error }));
});
const validate = (model: string, ...args: string[]): Promise<Ran> => run('--model', model, '--cases', folder, '--draws', '50', ...args);
const readJson = async (name: string): Promise<Record<string, never>> => JSON.parse(await readFile(join(folder, name), 'utf8')) as Record<string, never>;

type Row = Record<string, string>;
async function rowsOf(name: string): Promise<Row[]> {
  return parseCsv(await readFile(shared(`${name}/labels.csv`), 'utf8'), name).rows.map(({ values }) => values);
}
const line = (row: Row): string => [row['file']?.split('/').at(-1), row['label'], row['group'], row['source'] ?? '', row['slice'] ?? '', row['adjacent_to_positive'] ?? ''].join(',');
async function write(name: string, rows: readonly Row[], more: readonly string[] = []): Promise<void> {
  for (const row of rows) await copyFile(shared(`${name}/${row['file']}`), join(folder, row['file']?.split('/').at(-1) ?? ''));
  await writeFile(join(folder, 'labels.csv'), ['file,label,group,source,slice,adjacent_to_positive', ...rows.map(line), ...more].join('\n'));
}
const evaluation = async (model: string): Promise<{ probabilities: Record<string, Record<string, number>>; temperature: number }> => JSON.parse(await readFile(join(root, 'models', model, 'evaluation.json'), 'utf8')) as never;

test('radiographs give figures with intervals, and what cannot be scored is named, never dropped', async () => {
  const rows = (await rowsOf('cxr')).filter(({ split }) => split === 'val');
  const chosen = [...rows.filter(({ label }) => label === 'normal').slice(0, 12), ...rows.filter(({ label }) => label === 'pneumonia').slice(0, 12), ...rows.filter(({ source }) => source === 'nih').slice(0, 10)];
  await writeFile(join(folder, 'torn.jpg'), 'no picture');
  await write('cxr', chosen, ['missing.jpg,normal,m1,kermany,,', 'torn.jpg,pneumonia,m2,<b>nih</b>,,']);
  const { code, out } = await validate('cxr', '--json', join(folder, 'out.json'), '--html', join(folder, 'out.html'), '--prevalence', '0.05');
  expect(code).toBe(0);
  expect(out).toContain('NOT SCORED: missing.jpg: the file is missing');
  const report = await readJson('out.json') as never as { auc: unknown; cases: number; table: { notScored: unknown }; labels: { prevalence: number }[]; subgroups: { by: string; value: string }[]; dice: unknown };
  expect(report).toMatchObject({ cases: 34, auc: { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number), n: 34 }, ece: { n: 34 }, kappa: { n: 34 }, dice: null, headline: 'pneumonia' });
  expect(report.table.notScored).toEqual([{ file: 'missing.jpg', reason: 'the file is missing' }, { file: 'torn.jpg', reason: 'the file is not readable as a picture (JPEG, PNG)' }]);
  expect(report.labels[0]?.prevalence).toBe(0.05);
  expect(report.subgroups.map(({ by, value }) => `${by} ${value}`)).toEqual(['source kermany', 'source nih']);
  const page = await readFile(join(folder, 'out.html'), 'utf8');
  expect(page).toContain('This file holds patients\' images');
  expect(page).toContain('data:image/jpeg;base64,');
  expect(page).not.toMatch(/https?:\/\//);
  expect((await stat(join(folder, 'out.html'))).mode & 0o077).toBe(0);
}, 120_000);

test('the slices of a patient are read with their neighbours, as the evaluation did, and alone with --single', async () => {
  const { probabilities, temperature } = await evaluation('head_ct');
  const rows = await rowsOf('head_ct');
  const patients = [...new Set(rows.filter(({ split }) => split === 'val').map(({ group }) => group))].slice(0, 2);
  const chosen = rows.filter(({ group }) => patients.includes(group));
  await write('head_ct', chosen);
  for (const part of ['stack', 'single'] as const) {
    const { code, error } = await validate('head_ct', '--json', join(folder, 'out.json'), ...(part === 'single' ? ['--single'] : []));
    expect(error).toBe('');
    expect(code).toBe(0);
    const scored = chosen.filter((row) => probabilities[part]?.[row['file'] ?? ''] !== undefined);
    const logit = (p: number): number => Math.log(p / (1 - p)) / temperature;
    const expected = scored.map((row) => ({ p: 1 / (1 + Math.exp(-logit(probabilities[part]?.[row['file'] ?? ''] ?? 0.5))), y: Number(row['label'] === 'hemorrhage') }));
    const report = await readJson('out.json') as never as { cases: number; brier: { value: number } };
    expect(report.cases).toBe(scored.length);
    expect(report.brier.value).toBeCloseTo(expected.reduce((sum, { p, y }) => sum + (p - y) ** 2, 0) / expected.length, 3);
  }
}, 120_000);

test('DICOM files and folders of them are cases too; a study of another modality is named as not the model\'s', async () => {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(root, 'models/cxr/manifest.json'), 'utf8')));
  const rows = (await rowsOf('cxr')).filter(({ split }) => split === 'val');
  const two = [rows.find(({ label }) => label === 'normal'), rows.find(({ label }) => label === 'pneumonia')].filter((row) => row !== undefined);
  for (const [i, row] of two.entries()) await writeFile(join(folder, `${i}.dcm`), await pictureAsDicom(await readFile(shared(`cxr/${row['file']}`)), manifest, { sopInstanceUid: `2.25.7.${i}`, seriesUid: '2.25.7', position: i }));
  await cp(join(root, '../shared/samples/ct_series_head_ge'), join(folder, 'ct'), { recursive: true });
  await writeFile(join(folder, 'labels.csv'), 'file,label,patient\n0.dcm,normal,a\n1.dcm,pneumonia,b\nct,normal,c');
  const { code, error, out } = await validate('cxr', '--json', join(folder, 'out.json'));
  expect(error).toBe('');
  expect(code).toBe(0);
  expect(out).toContain('NOT SCORED: ct: its modality is not the model\'s');
  expect(await readJson('out.json')).toMatchObject({ cases: 2, patients: 2 });
}, 120_000);

test('one class only, a model that is not there, and a wrong call say so and exit with an error', async () => {
  await write('cxr', (await rowsOf('cxr')).filter(({ split, label }) => split === 'val' && label === 'normal').slice(0, 3));
  expect(await validate('cxr')).toMatchObject({ code: 1, error: expect.stringContaining('One class only: 0 of 3 positive for pneumonia') });
  expect(await validate(folder)).toMatchObject({ code: 1, error: expect.stringContaining('There is no model in') });
  expect(await run()).toMatchObject({ code: 2, error: expect.stringContaining('npm run validate') });
}, 120_000);
