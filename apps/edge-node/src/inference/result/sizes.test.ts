import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { manifestSchema } from '../manifest.ts';
import type { ImageHeader } from '../study/header.ts';
import { findingsOf } from './findings.ts';
import type { ScoredImage } from './findings.ts';
import { withSizes } from './sizes.ts';

const manifest = manifestSchema.parse(JSON.parse(readFileSync(fileURLToPath(new URL('../../../../../models/head_ct/manifest.json', import.meta.url)), 'utf8')));
// Cells 10 to 17 across and 4 to 9 down of a 40 x 40 map over a crop of 400 pixels: a box of 80 x 60 pixels.
const values = Float32Array.from({ length: 1600 }, (_, i) => (i % 40 >= 10 && i % 40 < 18 && i >= 160 && i < 400 ? 0.9 : 0.1));
const scored: ScoredImage = { sopInstanceUid: '1.2', sliceIndex: 0, image: { rows: 512, columns: 512 }, crop: { left: 40, top: 80, side: 400 }, cell: { width: 10, height: 10 }, confidences: [0.99], map: { rows: 40, columns: 40, values }, detections: [] };
const header: ImageHeader = {
  sopInstanceUid: '1.2', seriesUid: '9', modality: 'CT', bodyPart: 'HEAD', descriptions: '', seriesDescription: '', laterality: '', ageYears: undefined, sex: '', patientId: '', imageType: [], viewPosition: '', contrast: false, kernel: '', sliceThicknessMm: 5,
  instanceNumber: 1, frames: 1, samplesPerPixel: 1, rows: 512, columns: 512, hasRescale: true, position: [0, 0, 0], orientation: [1, 0, 0, 0, 1, 0], pixelSpacing: [0.5, 0.4], calibration: null,
};
const sizeOf = (change: Partial<ImageHeader>) => withSizes(findingsOf([scored], manifest, 'e'.repeat(64), '1'), [scored], [{ ...header, ...change }])[0]?.marks[0];

test('a box is measured along rows and columns, give or take a cell of the map', () => {
  expect(sizeOf({})).toMatchObject({ kind: 'box', box: { width: 80, height: 60 }, size: { widthMm: 32, heightMm: 30, uncertaintyMm: 5 } });
});

test('[MS1] without a spacing in the patient a box has no size', () => {
  for (const pixelSpacing of [null, [0, 0.4]]) expect(sizeOf({ pixelSpacing })).not.toHaveProperty('size');
  expect(sizeOf({ modality: 'DX' })).not.toHaveProperty('size');
});

test('an attention area has none either', () => {
  if (manifest.output.kind !== 'classification' || !manifest.output.map) throw new Error('head_ct draws boxes');
  const attention = { ...manifest, output: { ...manifest.output, map: { ...manifest.output.map, use: 'attention' as const } } };
  expect(withSizes(findingsOf([scored], attention, 'e'.repeat(64), '1'), [scored], [header])[0]?.marks[0]).not.toHaveProperty('size');
});
