import { mkdtempSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { DecodedFrame } from '../../imaging/decode/frame.ts';
import { loadModels } from '../models.ts';
import { decodeOnce } from './decode-once.ts';
import { openQuality } from './open-quality.ts';
import type { QualityPlace } from './open-quality.ts';
import { loadQuality, qualityManifestSchema } from './quality-manifest.ts';
import { median, sampled } from './sample.ts';

const shipped = fileURLToPath(new URL('../../../../../models/', import.meta.url));
const open = (modelsFolder: string, change: Partial<QualityPlace> = {}) => openQuality({ modelsFolder, signers: [], excluded: [], ...change });
const document = qualityManifestSchema.parse(JSON.parse(readFileSync(join(shipped, 'image_quality/manifest.json'), 'utf8')));

/** A folder of models with one quality model in it. */
function folderWith(manifest: object, model: Uint8Array | null = readFileSync(join(shipped, 'image_quality/model.onnx'))): string {
  const folder = mkdtempSync(join(tmpdir(), 'readroom-quality-'));
  mkdirSync(join(folder, 'image_quality'));
  writeFileSync(join(folder, 'image_quality/manifest.json'), JSON.stringify(manifest));
  if (model) writeFileSync(join(folder, 'image_quality/model.onnx'), model);
  return folder;
}

describe('the quality model of a folder', () => {
  test('is found beside the others, and is none of those that read studies', async () => {
    expect(await loadQuality(shipped)).toMatchObject({ manifest: { id: 'image_quality', purpose: 'quality' } });
    const { models, refused } = await loadModels(shipped);
    expect([...models.map(({ manifest }) => manifest.id), ...refused.map(({ id }) => id)]).not.toContain('image_quality');
  });

  test('is not one that is still on its way into the folder', async () => {
    const folder = folderWith(document);
    mkdirSync(join(folder, '.incoming-x'));
    writeFileSync(join(folder, '.incoming-x/manifest.json'), JSON.stringify(document));
    expect(await loadQuality(folder)).toMatchObject({ path: join(folder, 'image_quality/model.onnx') });
  });

  test('every flaw it names has its limits, the flag never below the warning', () => {
    for (const { flaws } of document.domains) for (const { warn, flag } of flaws) expect(flag).toBeGreaterThanOrEqual(warn);
    expect(document.domains.flatMap(({ modalities }) => modalities)).toEqual(['CR', 'DX', 'CT', 'MR', 'US']);
  });

  test('[QU3] one that is absent, damaged, wrongly described or no model at all is a reason, never an error', async () => {
    expect(await open(mkdtempSync(join(tmpdir(), 'readroom-quality-')))).toEqual({ problem: 'this node has no quality model' });
    expect(await open(join(tmpdir(), 'no such folder'))).toEqual({ problem: 'the quality model could not be opened' });
    expect(await open(folderWith(document, null))).toEqual({ problem: expect.stringContaining('cannot be read') as unknown });
    expect(await open(folderWith(document, new Uint8Array(9)))).toEqual({ problem: expect.stringContaining('damaged') as unknown });
    expect(await open(folderWith({ ...document, domains: [], id: 'IQ' }))).toEqual({ problem: expect.stringMatching(/manifest.json: id .*manifest.json: domains/) as unknown });
    expect(await open(folderWith({ ...document, id: 'another' }))).toEqual({ problem: expect.stringContaining('does not match its folder') as unknown });
    expect(await open(folderWith({ ...document, output: { probabilities: 'probs', good: 99 } }))).toEqual({ problem: 'the quality model could not be opened' });
  });
});

test('one that ended a process before is not opened again, and one of nobody we trust is not used where signatures are wanted', async () => {
  const opening: string[] = [];
  const excluded = [{ folder: 'image_quality', reason: 'it ended the inference process' }];
  expect(await openQuality({ modelsFolder: shipped, signers: [], excluded }, (name) => opening.push(name))).toEqual({ problem: 'the quality model is not opened: it ended the inference process' });
  expect(opening).toEqual([]);
  expect(await open(folderWith({ ...document, version: '9.9.9' }), { signers: ['a key'] })).toEqual({ problem: expect.stringContaining('manifest.sig is missing') as unknown });
  const shippedOne = await openQuality({ modelsFolder: shipped, signers: ['a key'], excluded: [] }, (name) => opening.push(name));
  expect([opening, 'run' in shippedOne]).toEqual([['image_quality'], true]);
  if ('run' in shippedOne) await shippedOne.release();
});

describe('which pictures are looked at', () => {
  test('all of a few, a bounded number of many, those of a stack from its middle', () => {
    const many = Array.from({ length: 300 }, (_, i) => i);
    expect(sampled([1, 2, 3], true)).toEqual([1, 2, 3]);
    expect(sampled([], false)).toEqual([]);
    expect(sampled(many, false)).toEqual([0, 100, 199, 299]);
    expect(sampled(many, true)).toEqual([60, 105, 150, 194, 239]);
    expect(new Set(sampled(many.slice(0, 6), true)).size).toBe(sampled(many.slice(0, 6), true).length);
  });

  test('the median of slices', () => {
    expect([median([]), median([0.3]), median([0.9, 0.1, 0.2]), median([0.1, 0.2, 0.3, 0.9])]).toEqual([0, 0.3, 0.2, 0.3]);
  });
});

test('a picture looked at before the analysis is decoded once, a failure is told to both, and only some are kept', async () => {
  const calls: number[] = [];
  const files = Array.from({ length: 10 }, (_, i) => Uint8Array.of(i));
  const { early, later } = decodeOnce(async ([id = 0]) => {
    calls.push(id);
    if (id === 1) throw new Error('broken');
    return { rows: id } as DecodedFrame;
  });
  for (const file of files) await early(file, 0).catch(() => undefined);
  expect(await later(files[0]!, 0)).toEqual({ rows: 0 });
  await expect(later(files[1]!, 0)).rejects.toThrow('broken');
  expect(calls).toHaveLength(10);
  await later(files[0]!, 0);
  await later(files[9]!, 0);
  await later(files[2]!, 1);
  expect(calls.slice(10)).toEqual([0, 9, 2]);
});
