import { expect, test } from 'vitest';
import { SECTIONS } from './report.ts';
import { templateFor } from './template.ts';

test('the template follows modality and body part in any case, DX like CR', () => {
  expect(templateFor('CR', 'CHEST').findings[0]).toBe('Lungs and pleura: ');
  expect(templateFor('dx', 'chest')).toEqual(templateFor('CR', 'CHEST'));
  expect(templateFor('CT', 'HEAD').findings[0]).toBe('Brain parenchyma: ');
  expect(templateFor('CT', 'ABDOMEN').findings[0]).toBe('Technique: ');
});

test('a modality without a template opens blank, with every section', () => {
  expect(Object.entries(templateFor('XX', ''))).toEqual(SECTIONS.map((section) => [section, []]));
});

test('no template claims anything: each line is a heading that ends in a colon', () => {
  for (const modality of ['CR', 'CT', 'MR', 'US']) {
    for (const part of ['CHEST', 'HEAD', '']) {
      for (const line of Object.values(templateFor(modality, part)).flat()) expect(line).toMatch(/^[A-Z][^.]*: $/);
    }
  }
});
