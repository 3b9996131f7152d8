import { expect, test } from 'vitest';
import type { Manifest } from '../manifest.ts';
import type { ImageHeader } from '../study/header.ts';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { qualityOf, withPatientsCompared } from './quality.ts';

const manifest = { inputs: [{ kind: 'slice', neighbours: 1, rows: 160, columns: 160 }] } as unknown as Manifest;
const AXIAL = [1, 0, 0, 0, 1, 0] as const;

function stack(places: readonly (number | null)[], orientation: ImageHeader['orientation'] = AXIAL): ImageHeader[] {
  return places.map((z, i) => ({ ...({} as ImageHeader), sopInstanceUid: `2.25.${i}`, instanceNumber: i, rows: 512, columns: 512, position: z === null ? null : [0, 0, z], orientation }));
}

function codesOf(headers: readonly ImageHeader[]): string[] {
  return qualityOf({ headers, unreadable: 0, others: 0 }, manifest).warnings.map(({ code }) => code);
}

const REGULAR = [0, 5, 10, 15, 20, 25, 30, 35, 40];

test('a regular stack has nothing to be warned of, in whatever order it comes', () => {
  expect(codesOf(stack(REGULAR))).toEqual([]);
  expect(codesOf(stack(REGULAR).reverse())).toEqual([]);
  expect(qualityOf({ headers: stack(REGULAR), unreadable: 0, others: 0 }, manifest).score).toBe(1);
});

test('missing slices and slices in one place are said, each with its number', () => {
  expect(codesOf(stack([0, 5, 10, 20, 25, 30, 35, 40, 45]))).toEqual(['slice-gap']);
  expect(codesOf(stack([...REGULAR, 20]))).toEqual(['duplicate-slices']);
  expect(codesOf(stack([...REGULAR, 20, 60]))).toEqual(['duplicate-slices', 'slice-gap']);
});

test('thicker steps at the base of the head are no gap when they are the usual ones, and one place for all is no division by zero', () => {
  expect(codesOf(stack([0, 2.5, 5, 7.5, 10, 13, 16, 19, 22]))).toEqual([]);
  expect(codesOf(stack([7, 7, 7, 7, 7, 7, 7, 7]))).toEqual(['duplicate-slices']);
});

test('slices without a position, and slices tilted against each other, are told apart', () => {
  expect(codesOf(stack([...REGULAR, null]))).toEqual(['no-positions']);
  expect(codesOf([...stack(REGULAR), ...stack([50], [1, 0, 0, 0, 0, -1])])).toEqual(['mixed-orientation']);
});

test('images that carry different Patient IDs are said, before everything else and without the IDs; an absent one contradicts nothing', () => {
  const headers = (ids: readonly string[]) => stack(REGULAR).map((header, i) => ({ ...header, patientId: ids[i % ids.length] ?? '' }));
  const result = { quality: qualityOf({ headers: stack([...REGULAR, 20]), unreadable: 0, others: 0 }, manifest) } as AnalysisResult;
  expect(withPatientsCompared(result, headers(['P-1', '']))).toBe(result);
  const warned = withPatientsCompared(result, headers(['P-1', 'P-2'])).quality;
  expect(warned?.warnings.map(({ code }) => code)).toEqual(['patients-differ', 'duplicate-slices']);
  expect(warned?.score).toBeCloseTo(0.6);
  expect(JSON.stringify(warned)).not.toContain('P-1');
});
