import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { lesionSize } from './lesion.ts';
import type { MaskSlice } from './volume.ts';

/** Real masks of ../shared/data/volumes with the volume and diameter that were counted from them when they were published. */
const folder = fileURLToPath(new URL('../../../../../shared/data/volumes/', import.meta.url));
if (!existsSync(folder)) throw new Error('../shared/data/volumes is missing: this test reads real masks from ../shared beside the repository');

type Case = { readonly mask: string; readonly volumeMl: number; readonly longestMm: number };
const [header = '', ...lines] = readFileSync(`${folder}labels.csv`, 'utf8').trim().split('\n');
const column = (name: string): number => header.split(',').indexOf(name);
const cases: Case[] = lines.map((line) => line.split(',')).map((cells) => ({ mask: cells[column('mask')] ?? '', volumeMl: Number(cells[column('volume_ml')]), longestMm: Number(cells[column('recist_longest_axial_mm')]) }));

/** A NIfTI-1 mask (uint8 or float32) as slices along its third axis. */
function slicesOf(path: string): { slices: MaskSlice[]; pixelMm: number } {
  const bytes = gunzipSync(readFileSync(`${folder}${path}`));
  const [columns, rows, count] = [42, 44, 46].map((at) => bytes.readInt16LE(at)) as [number, number, number];
  const [columnMm, rowMm, stepMm] = [80, 84, 88].map((at) => bytes.readFloatLE(at)) as [number, number, number];
  const [type, first, total] = [bytes.readInt16LE(70), bytes.readFloatLE(108), columns * rows * count];
  const voxels = Uint8Array.from({ length: total }, (_, i) => (type === 16 ? bytes.readFloatLE(first + 4 * i) : bytes.readUInt8(first + i)));
  const slices = Array.from({ length: count }, (_, k): MaskSlice => ({
    sopInstanceUid: `1.${k}`, instanceNumber: k, position: [0, 0, k * stepMm], orientation: [1, 0, 0, 0, 1, 0], spacing: { rowMm, columnMm },
    mask: { rows, columns, values: voxels.subarray(k * rows * columns, (k + 1) * rows * columns) },
  }));
  return { slices, pixelMm: Math.max(rowMm, columnMm) };
}

test('every volume is within 0.5 % of its mask\'s, every longest diameter within a voxel', () => {
  expect(cases.length).toBeGreaterThan(200);
  for (const { mask, volumeMl, longestMm } of cases) {
    const { slices, pixelMm } = slicesOf(mask);
    const size = lesionSize(slices);
    if (!size.ok) throw new Error(`${mask}: ${size.reason.text}`);
    expect(Math.abs(size.value.volumeMl / volumeMl - 1), mask).toBeLessThan(0.005);
    expect(Math.abs(size.value.diameters.longestMm - longestMm), mask).toBeLessThan(pixelMm);
  }
});
