import { expect, test } from 'vitest';
import { confidenceText } from './confidence.ts';

test('a probability is said in whole percent, with its half width where there is one', () => {
  expect(confidenceText(0.934, 0.03)).toBe('93 ± 3 %');
  expect(confidenceText(0.5)).toBe('50 %');
  expect(confidenceText(0.5, 0.001)).toBe('50 ± 1 %');
});

test('no model is certain: neither 100 % nor 0 % is ever said', () => {
  expect(confidenceText(0.999, 0.01)).toBe('> 99 %');
  expect(confidenceText(1)).toBe('> 99 %');
  expect(confidenceText(0.001)).toBe('< 1 %');
  expect(confidenceText(0)).toBe('< 1 %');
});
