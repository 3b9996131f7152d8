import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadModels } from './models.ts';

const shipped = fileURLToPath(new URL('../../../../models/', import.meta.url));
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readroom-models-'));
  await mkdir(join(folder, 'head_ct'));
  await copyFile(`${shipped}head_ct/model.onnx`, join(folder, 'head_ct', 'model.onnx'));
});
afterEach(() => rm(folder, { recursive: true }));

async function manifest(change: (manifest: Record<string, unknown>) => void): Promise<void> {
  const parsed = JSON.parse(await readFile(`${shipped}head_ct/manifest.json`, 'utf8')) as Record<string, unknown>;
  change(parsed);
  await writeFile(join(folder, 'head_ct', 'manifest.json'), JSON.stringify(parsed));
}

test('the shipped models load, each under 4 MB', async () => {
  const { models, refused } = await loadModels(shipped);
  expect(refused).toEqual([]);
  expect(models.map(({ manifest: { id } }) => id)).toEqual(expect.arrayContaining(['brain_mr', 'breast_us', 'cxr', 'head_ct', 'hippocampus']));
  for (const { path } of models) expect((await readFile(path)).byteLength).toBeLessThan(4 * 1024 * 1024);
});

test('a model file that is not the evaluated one is refused, with both hashes', async () => {
  await manifest(() => undefined);
  await writeFile(join(folder, 'head_ct', 'model.onnx'), 'not the model');
  const { models, refused } = await loadModels(folder);
  expect(models).toEqual([]);
  expect(refused).toMatchObject([{ id: 'head_ct', modalities: ['CT'] }]);
  expect(refused[0]?.reasons[0]).toMatch(/sha256 [0-9a-f]{64}, the manifest says [0-9a-f]{64}/);
});

test('a manifest is refused with every reason at once: its shape, its folder, its file, its findings and its thresholds', async () => {
  await manifest((m) => {
    m['id'] = 'other';
    m['temperature'] = -1;
    m['sha256'] = '0'.repeat(64);
    m['labels'] = [
      { index: 0, code: 'no-such-finding', severity: 'critical', threshold: 0.5, alertThreshold: 2 },
      { index: 0, code: 'pneumonia', severity: 'routine', threshold: 0.8, alertThreshold: 0.4 },
    ];
    m['surprise'] = true;
  });
  const { refused } = await loadModels(folder);
  const reasons = refused[0]?.reasons.join('\n') ?? '';
  for (const part of [
    'temperature', 'labels.0.alertThreshold', 'surprise', 'id other does not match its folder head_ct', 'model.onnx has sha256', 'no-such-finding is not in the finding catalogue',
    'labels.1: pneumonia is given the severity routine, the finding catalogue says urgent', 'pneumonia alerts below the threshold', 'two labels have the index 0',
  ]) expect(reasons).toContain(part);
  expect(refused[0]).toMatchObject({ id: 'other', version: '1.0.0', modalities: ['CT'] });
});

test('half a volume contract, and a class the output does not have, are refused', async () => {
  await manifest((m) => {
    m['output'] = { kind: 'segmentation', probabilities: 'probs', classes: [{ index: 1, name: 'Blood' }], keep: 'all', smallestMl: 0, volumeError: null };
  });
  expect((await loadModels(folder)).refused[0]?.reasons).toEqual(['manifest.json: an input of the kind volume and a segmentation go together', 'manifest.json: a label names the class 0, the output does not']);
});

test('a manifest that is no object, or whose file lies elsewhere, is refused and nothing is opened', async () => {
  await writeFile(join(folder, 'head_ct', 'manifest.json'), '[]');
  expect((await loadModels(folder)).refused).toMatchObject([{ id: 'head_ct', version: 'unknown', modalities: null }]);
  await manifest((m) => {
    m['file'] = '../../etc/passwd.onnx';
  });
  expect((await loadModels(folder)).refused[0]?.reasons).toEqual(['manifest.json: file must be an .onnx file name in the same folder']);
});

test('reasons past the schema come together too', async () => {
  await manifest((m) => {
    m['id'] = 'other';
    m['sha256'] = '0'.repeat(64);
    m['labels'] = [{ index: 0, code: 'pneumonia', severity: 'urgent', threshold: 0.8, alertThreshold: 0.4 }];
  });
  expect((await loadModels(folder)).refused[0]?.reasons).toHaveLength(3);
});

test('a manifest that is no JSON, and a model file that is missing, are refused', async () => {
  await writeFile(join(folder, 'head_ct', 'manifest.json'), '{');
  expect((await loadModels(folder)).refused).toMatchObject([{ id: 'head_ct', modalities: null }]);
  await manifest(() => undefined);
  await rm(join(folder, 'head_ct', 'model.onnx'));
  expect((await loadModels(folder)).refused[0]?.reasons).toEqual(['model.onnx cannot be read']);
});

test('a folder without a manifest is not a model', async () => {
  expect(await loadModels(folder)).toEqual({ models: [], refused: [] });
});
