import { copyFile, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFile } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manifestSchema } from '../../apps/edge-node/src/inference/manifest.ts';
import { writeBrightnessModel } from '../../apps/edge-node/src/inference/testing/brightness-model.ts';
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

test('volumes with masks give overlap and volume error, and what cannot be compared is named', async () => {
  await writeBrightnessModel(folder, { shape: 'fixed', window: [64, 64, 64] });
  const side = 40;
  const bright = (i: number): boolean => Math.hypot((i % side) - 19.5, (Math.floor(i / side) % side) - 19.5, Math.floor(i / side ** 2) - 19.5) < 10;
  const voxels = Array.from({ length: side ** 3 }, (_, i) => bright(i));
  await writeFile(join(folder, 'a.nii'), nifti([side, side, side], voxels.map((inside) => (inside ? 900 : 100))));
  await writeFile(join(folder, 'b.nii.gz'), gzipSync(nifti([side, side, side], voxels.map((inside) => (inside ? 900 : 100)))));
  await writeFile(join(folder, 'true.nii'), nifti([side, side, side], voxels.map(Number)));
  // Half of what is there: the model draws twice as much.
  await writeFile(join(folder, 'half.nii'), nifti([side, side, side], voxels.map((inside, i) => Number(inside && i % side < 20))));
  await writeFile(join(folder, 'other.nii'), nifti([side, side, 8], voxels.slice(0, 8 * side * side).map(Number)));
  await writeFile(join(folder, 'torn.nii'), Buffer.alloc(400));
  await writeFile(join(folder, 'labels.csv'), 'file,mask,group\na.nii,true.nii,a\nb.nii.gz,half.nii,b\na.nii,other.nii,c\ntorn.nii,true.nii,d');
  const { code, out, error } = await run('--model', join(folder, 'brightness'), '--cases', folder, '--draws', '50', '--json', join(folder, 'out.json'), '--html', join(folder, 'out.html'));
  expect(error).toBe('');
  expect(code).toBe(0);
  expect(out).toContain('NOT SCORED: torn.nii: the file is no little-endian NIfTI-1 volume');
  expect(out).toContain('NOT SCORED: a.nii: its mask: the mask is 8 x 40 x 40 voxels, the volume 40 x 40 x 40');
  const report = await readJson('out.json') as never as { dice: { value: number; n: number }; volumeError: { value: number } };
  expect(report).toMatchObject({ cases: 2, patients: 2, auc: { value: null }, headline: 'segmentation', structures: [{ name: 'whole' }] });
  expect(report.dice).toMatchObject({ value: expect.closeTo((1 + 2 / 3) / 2, 2) as number, n: 2 });
  expect(report.volumeError.value).toBeCloseTo(0.5, 1);
  expect(await readFile(join(folder, 'out.html'), 'utf8')).toContain('<th scope="row">whole</th>');
  await writeFile(join(folder, 'labels.csv'), 'file,group\na.nii,a');
  expect(await run('--model', join(folder, 'brightness'), '--cases', folder)).toMatchObject({ code: 1, error: expect.stringContaining('no column mask or segmentation') as string });
}, 120_000);

test('the hippocampus model draws and measures volumes of the validation patients as its evaluation says', async () => {
  const { probabilities } = JSON.parse(await readFile(join(root, 'models/hippocampus/evaluation.json'), 'utf8')) as { probabilities: Record<string, Record<string, { dice: number; ml: number; truthMl: number }>> };
  const files = Object.keys(probabilities).filter((_, i) => i % 5 === 0);
  await writeFile(join(folder, 'some.csv'), ['file,mask,group', ...files.map((file, i) => `${file},${file.replace('/images/', '/labels/')},${i}`)].join('\n'));
  const { code, error } = await run('--model', 'hippocampus', '--cases', shared('volumes'), '--csv', join(folder, 'some.csv'), '--draws', '50', '--json', join(folder, 'out.json'));
  expect(error).toBe('');
  expect(code).toBe(0);
  const mean = (of: (one: { dice: number; ml: number; truthMl: number }) => number, part: string): number => files.reduce((sum, file) => sum + of(probabilities[file]![part]!), 0) / files.length;
  const { structures } = await readJson('out.json') as never as { structures: { name: string; dice: { value: number }; volumeError: { value: number } }[] };
  expect(structures.map(({ name }) => name)).toEqual(['whole', 'Anterior part', 'Posterior part']);
  for (const [i, part] of ['whole', 'anterior', 'posterior'].entries()) {
    expect(Math.abs((structures[i]?.dice.value ?? Number.NaN) - mean(({ dice }) => dice, part)), part).toBeLessThan(0.003);
    expect(Math.abs((structures[i]?.volumeError.value ?? Number.NaN) - mean(({ ml, truthMl }) => Math.abs(ml / truthMl - 1), part)), part).toBeLessThan(0.005);
  }
}, 120_000);

/** A NIfTI-1 file of float32 voxels of 1 mm, columns fastest. */
function nifti([columns, rows, slices]: readonly [number, number, number], values: readonly number[]): Buffer {
  const header = Buffer.alloc(352);
  header.writeInt32LE(348, 0);
  [3, columns, rows, slices, 1, 1, 1, 1].forEach((side, i) => header.writeInt16LE(side, 40 + 2 * i));
  header.writeInt16LE(16, 70);
  header.writeInt16LE(32, 72);
  [1, 1, 1, 1].forEach((mm, i) => header.writeFloatLE(mm, 76 + 4 * i));
  header.writeFloatLE(352, 108);
  return Buffer.concat([header, Buffer.from(Float32Array.from(values).buffer)]);
}

test('one class only, a model that is not there, and a wrong call say so and exit with an error', async () => {
  await write('cxr', (await rowsOf('cxr')).filter(({ split, label }) => split === 'val' && label === 'normal').slice(0, 3));
  expect(await validate('cxr')).toMatchObject({ code: 1, error: expect.stringContaining('One class only: 0 of 3 positive for pneumonia') });
  expect(await validate(folder)).toMatchObject({ code: 1, error: expect.stringContaining('There is no model in') });
  expect(await run()).toMatchObject({ code: 2, error: expect.stringContaining('npm run validate') });
}, 120_000);
