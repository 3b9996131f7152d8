import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openImage } from '../../apps/edge-node/src/imaging/decode/frames.ts';
import { CASES } from './cases.ts';
import type { Case } from './cases.ts';
import { encodeText } from './dicom/charset.ts';
import { makeDemoStudies } from './make-studies.ts';
import type { PhantomStudy } from './make-studies.ts';
import { picturesOf } from './images.ts';

let folder = '';
let studies: PhantomStudy[] = [];
const now = new Date('2026-03-02T09:30:00Z');

/** The demo's cases, with no more slices than the tests look at. */
const cases = CASES.map((one): Case => {
  const { anatomy } = one;
  if (anatomy.kind === 'head-ct') return { ...one, anatomy: { ...anatomy, slices: one.key === 'ct-bleed-large' ? 11 : 1 } };
  return anatomy.kind === 'head-mr' ? { ...one, anatomy: { ...anatomy, slices: 2 } } : one;
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readroom-phantom-'));
  studies = await makeDemoStudies(folder, { seed: 'test', now, cases });
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

const opened = async (path: string) => openImage(new Uint8Array(await readFile(path)));

test('a dozen studies of four modalities, with the truth told beside the files and not in them', async () => {
  expect(studies).toHaveLength(12);
  expect([...new Set(studies.map(({ modality }) => modality))].sort()).toEqual(['CR', 'CT', 'MR', 'US']);
  expect(studies.filter(({ truth }) => truth.haemorrhage)).toHaveLength(2);
  expect(studies.filter(({ truth }) => truth.pneumonia)).toHaveLength(3);
  for (const { files } of studies) {
    const { dataSet } = await opened(files[0]!);
    expect(dataSet.string('x0008001c')).toBe('YES');
    const text = Object.values(dataSet.elements).filter(({ tag, vr }) => tag !== 'x7fe00010' && vr !== 'SQ').map(({ tag }) => dataSet.string(tag) ?? '').join(' ').toLowerCase();
    expect(text).not.toMatch(/haemorrhage|hemorrhage|bleed|pneumonia|opacity/);
  }
});

test('every study has its own UID, accession number and patient id, and each image its own UID', async () => {
  const images = await Promise.all(studies.flatMap(({ files }) => files).map(async (path) => (await opened(path)).dataSet));
  const distinct = (tag: string): number => new Set(images.map((dataSet) => dataSet.string(tag))).size;
  expect([distinct('x0020000d'), distinct('x00080050'), distinct('x00100020')]).toEqual([12, 12, 12]);
  expect(distinct('x00080018')).toBe(images.length);
});

test('the same seed gives the same bytes; another gives others', () => {
  const hash = (seed: string): string => {
    const { anatomy } = CASES.find(({ key }) => key === 'us-kidney')!;
    const digest = createHash('sha256');
    for (const { attributes } of picturesOf(anatomy, seed, now)) digest.update(JSON.stringify(attributes.map((a) => (a.vr === 'OB' ? Buffer.from(a.value).toString('base64') : a))));
    return digest.digest('hex');
  };
  expect(hash('a')).toBe(hash('a'));
  expect(hash('a')).not.toBe(hash('b'));
});

test('a head series lies evenly along the body, and blood is where the truth says', async () => {
  const study = studies.find(({ folder: path }) => path.endsWith('ct-bleed-large'))!;
  const heights = await Promise.all(study.files.map(async (path) => Number((await opened(path)).dataSet.string('x00200032', 2))));
  expect(heights.slice(1).map((z, i) => z - heights[i]!)).toEqual(Array.from({ length: 10 }, () => 5));
  const { dataSet, description, frameBytes } = await opened(study.files[10]!);
  expect(dataSet.string('x00281054')).toBe('HU');
  const bytes = frameBytes(0);
  const pixels = new Int16Array(bytes.slice().buffer);
  // 27 mm to the left, 4 mm to the front, at 0.45 mm a pixel.
  const [column, row] = [Math.round(256 + 27 / 0.45), Math.round(256 - 4 / 0.45)];
  const patch = Array.from({ length: 81 }, (_, i) => pixels[(row + Math.floor(i / 9) - 4) * description.columns + column + (i % 9) - 4]!);
  const mean = patch.reduce((a, b) => a + b, 0) / patch.length;
  expect(mean).toBeGreaterThan(55);
  expect(mean).toBeLessThan(80);
});

describe('character sets', () => {
  test.each([
    ['ISO_IR 100', 'Ågren', 'c5 67 72 65 6e'],
    ['ISO_IR 144', 'Николай', 'bd d8 da de db d0 d9'],
    ['ISO_IR 192', '김', 'ea b9 80'],
    // PS3.5 6.1.2.5: back to ASCII before ^ and =.
    ['\\ISO 2022 IR 87', '鈴木^春', '1b 24 42 4e 6b 4c 5a 1b 28 42 5e 1b 24 42 3d 55 1b 28 42'],
  ] as const)('%s', (characterSet, text, hex) => {
    expect(encodeText(text, characterSet).toString('hex')).toBe(hex.replaceAll(' ', ''));
  });

  test('a character outside the set is an error, not a question mark', () => {
    expect(() => encodeText('鈴', 'ISO_IR 100')).toThrow('cannot be written');
  });
});

test('the command prints what it made and asks for a folder', () => {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts')], { encoding: 'utf8' });
  expect(run.status).toBe(2);
  expect(run.stderr).toContain('node tools/phantom/main.ts OUT');
});
