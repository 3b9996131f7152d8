import { expect, test } from 'vitest';
import { CATALOGUE, catalogueProblem } from './catalogue.ts';

const CHEXNET = ['Atelectasis', 'Cardiomegaly', 'Effusion', 'Infiltration', 'Mass', 'Nodule', 'Pneumonia', 'Pneumothorax', 'Consolidation', 'Edema', 'Emphysema', 'Fibrosis', 'Pleural_Thickening', 'Hernia'];
const entries = [...CATALOGUE.values()];
const spelling = (text: string): string => text.toLowerCase().replaceAll(/[\s_]+/g, '-');

test('each of the fourteen labels of CheXNet names one finding', () => {
  const found = CHEXNET.map((label) => entries.filter(({ code, label: own, aliases }) => [code, spelling(own), ...aliases].includes(spelling(label))).map(({ code }) => code));
  expect(found.every((codes) => codes.length === 1)).toBe(true);
  expect(new Set(found.flat()).size).toBe(14);
});

test('no name means two findings', () => {
  const names = entries.flatMap(({ code, label, aliases }) => [...new Set([code, spelling(label), ...aliases])]);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

/** Verhoeff's check digit, which ends every SNOMED CT identifier (SNOMED CT Technical Implementation Guide 5.5). */
function checks(id: string): boolean {
  const permutation = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]];
  for (let i = 2; i < 8; i++) permutation.push(permutation[1]!.map((to) => permutation[i - 1]![to]!));
  // The dihedral group D5: rotations 0 to 4, reflections 5 to 9.
  const product = (a: number, b: number): number => (a < 5 ? (b < 5 ? (a + b) % 5 : 5 + ((a + b - 5) % 5)) : b < 5 ? 5 + ((a - 5 - b + 5) % 5) : (a - b + 5) % 5);
  return [...id].reverse().reduce((sum, digit, i) => product(sum, permutation[i % 8]![Number(digit)]!), 0) === 0;
}

test('every SNOMED CT code is a concept\'s identifier with the right check digit, and no two findings share one', () => {
  const codes = entries.flatMap(({ snomed }) => snomed?.id ?? []);
  for (const id of codes) {
    expect(id).toMatch(/^[1-9]\d{3,15}0\d$/);
    expect(checks(id), id).toBe(true);
  }
  expect(new Set(codes).size).toBe(codes.length);
  expect(checks('36118009')).toBe(false);
});

test('a finding nobody knows, and a severity that contradicts the catalogue, are said', () => {
  expect(catalogueProblem('pneumothorax', 'urgent')).toBeNull();
  expect(catalogueProblem('pneumothorax', 'routine')).toBe('pneumothorax is given the severity routine, the finding catalogue says critical or urgent');
  expect(catalogueProblem('pox', 'routine')).toBe('pox is not in the finding catalogue');
});
