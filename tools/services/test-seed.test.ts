import { expect, test } from 'vitest';
import { testSeed } from './test-seed.ts';

test('the seed of the fault tests is a fixed one, or the one asked for; anything else is refused in words', () => {
  expect(testSeed({})).toBe(testSeed({ READROOM_SEED: '' }));
  expect(testSeed({ READROOM_SEED: '7' })).toBe(7);
  for (const text of ['seven', '-1', '1.5', '4294967296']) expect(() => testSeed({ READROOM_SEED: text })).toThrow(`READROOM_SEED is "${text}"`);
});
