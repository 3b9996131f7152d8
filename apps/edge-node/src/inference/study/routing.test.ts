import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sharedFile, sharedFolder } from '../../testing/shared-files.ts';
import { manifestSchema } from '../manifest.ts';
import { readHeader } from './header.ts';
import type { ImageHeader } from './header.ts';
import { route } from './routing.ts';
import { sortSlices } from './slice-order.ts';

const manifest = (id: string) => manifestSchema.parse(JSON.parse(readFileSync(fileURLToPath(new URL(`../../../../../models/${id}/manifest.json`, import.meta.url)), 'utf8')));
const [cxr, headCt, breastUs, brainMr] = [manifest('cxr'), manifest('head_ct'), manifest('breast_us'), manifest('brain_mr')];

const blank: ImageHeader = {
  sopInstanceUid: '1', seriesUid: '9', modality: 'CT', bodyPart: 'HEAD', descriptions: '', seriesDescription: '', laterality: '', ageYears: 60, sex: 'F', patientId: '', imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'], viewPosition: '', contrast: false,
  kernel: '', sliceThicknessMm: 5, instanceNumber: 1, frames: 1, samplesPerPixel: 1, rows: 512, columns: 512, hasRescale: true,
  position: [0, 0, 0], orientation: [1, 0, 0, 0, 1, 0], pixelSpacing: [0.45, 0.45], calibration: null,
};
const held = (change: Partial<ImageHeader> = {}) => ({ header: { ...blank, ...change } });
const chest = (change: Partial<ImageHeader> = {}) => held({ modality: 'CR', bodyPart: 'CHEST', hasRescale: false, position: null, orientation: null, ...change });

const breast = (change: Partial<ImageHeader> = {}) => chest({ modality: 'US', bodyPart: 'BREAST', ...change });
const brain = (change: Partial<ImageHeader> = {}) => held({ modality: 'MR', bodyPart: 'BRAIN', hasRescale: false, ...change });

describe('which study is a model\'s business', () => {
  test('another modality is not', () => {
    expect(route([held({ modality: 'MR' })], headCt).kind).toBe('not-applicable');
    expect(route([held()], cxr).kind).toBe('not-applicable');
  });

  test.each([
    ['body-part', held({ bodyPart: 'ABDOMEN' }), headCt],
    ['body-part', chest({ bodyPart: 'KNEE' }), cxr],
    ['body-part-unknown', chest({ bodyPart: '', descriptions: 'PORTABLE AP' }), cxr],
    ['view-not-supported', chest({ viewPosition: 'LL' }), cxr],
    ['contrast-agent', held({ contrast: true }), headCt],
    ['not-axial', held({ orientation: [1, 0, 0, 0, 0, -1] }), headCt],
    ['missing-attribute', held({ hasRescale: false }), headCt],
    ['colour-image', chest({ samplesPerPixel: 3 }), cxr],
    ['multi-frame', held({ frames: 12 }), headCt],
    ['body-part', breast({ bodyPart: 'ABDOMEN' }), breastUs],
    ['multi-frame', breast({ frames: 40 }), breastUs],
    ['contrast-agent', breast({ contrast: true }), breastUs],
    ['body-part', brain({ bodyPart: 'KNEE' }), brainMr],
    ['image-type', brain({ imageType: ['DERIVED', 'PRIMARY', 'ADC'] }), brainMr],
    ['colour-image', brain({ samplesPerPixel: 3 }), brainMr],
  ] as const)('refused: %s', (code, image, model) => {
    expect(route([image], model)).toMatchObject({ kind: 'refused', reason: { code } });
  });

  test('a body part found in a description is enough where the attribute is absent', () => {
    expect(route([chest({ bodyPart: '', descriptions: 'CHEST PA AND LATERAL' })], cxr).kind).toBe('accepted');
    // "CHESTNUT STREET CLINIC" is not a chest.
    expect(route([chest({ bodyPart: '', descriptions: 'CHESTNUT STREET CLINIC' })], cxr).kind).toBe('refused');
  });

  test('a lateral view beside a frontal one is left out, not a refusal', () => {
    const routed = route([chest({ viewPosition: 'LL', sopInstanceUid: '2' }), chest({ viewPosition: 'PA' })], cxr);
    expect(routed).toMatchObject({ kind: 'accepted', slices: [{ header: { viewPosition: 'PA' } }] });
  });

  test('a colour ultrasound still is read, and every still of the study', () => {
    expect(route([breast({ samplesPerPixel: 3 }), breast({ seriesUid: '8' })], breastUs)).toMatchObject({ kind: 'accepted', slices: [{}, {}], others: 0 });
  });

  test('of several brain series one is read, in any plane', () => {
    const sagittal = Array.from({ length: 20 }, () => brain({ orientation: [0, 1, 0, 0, 0, -1], seriesUid: 'sagittal' }));
    expect(route([...sagittal, brain()], brainMr)).toMatchObject({ kind: 'accepted', others: 1, slices: sagittal });
  });

  test('a localizer is nobody\'s business', () => {
    expect(route([held({ seriesDescription: '', laterality: '', ageYears: 60, sex: 'F', patientId: '', imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] })], headCt).kind).toBe('not-applicable');
  });

  test('of several head series the soft-tissue one of five millimetres is read, and the others are counted', () => {
    const series = (seriesUid: string, change: Partial<ImageHeader>, count: number) => Array.from({ length: count }, () => held({ seriesUid, ...change }));
    const routed = route([...series('bone', { kernel: 'BONEPLUS' }, 60), ...series('thin', { sliceThicknessMm: 0.6 }, 200), ...series('soft', { kernel: 'H30S' }, 28)], headCt);
    expect(routed).toMatchObject({ kind: 'accepted', others: 2 });
    if (routed.kind === 'accepted') expect(routed.slices.every(({ header }) => header.seriesUid === 'soft')).toBe(true);
  });

  test('a series of more slices than a head has is refused', () => {
    expect(route(Array.from({ length: 1025 }, () => held()), headCt)).toMatchObject({ kind: 'refused', reason: { code: 'too-many-slices' } });
  });
});

describe('slice order', () => {
  const heights = (slices: readonly { header: ImageHeader }[]): (number | null)[] => sortSlices(slices).map(({ header }) => header.position?.[2] ?? header.instanceNumber);

  test('along the normal, whatever order they came in', () => {
    expect(heights([held({ position: [0, 0, 30] }), held({ position: [0, 0, -10] }), held({ position: [0, 0, 5] })])).toEqual([-10, 5, 30]);
  });

  test('by number where one has no position', () => {
    const slices = [held({ instanceNumber: 3, position: null }), held({ instanceNumber: 1, position: null }), held({ instanceNumber: 2, position: null })];
    expect(heights(slices)).toEqual([1, 2, 3]);
  });

  test('a real series with a tilted gantry', () => {
    const slices = sharedFolder('samples/ct_series_head_ge').map((path) => ({ header: readHeader(sharedFile(path)) }));
    const sorted = sortSlices([...slices].reverse()).map(({ header }) => header.position?.[2] ?? Number.NaN);
    expect(sorted).toHaveLength(28);
    expect([...sorted].sort((a, b) => a - b)).toEqual(sorted);
  });
});
