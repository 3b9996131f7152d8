import { expect, test } from 'vitest';
import type { ChainLink } from '@readroom/shared/alert/chain';
import { absentText, intervalText, whoText } from './chain-text.ts';

const link = (change: Partial<ChainLink>): ChainLink => ({ step: 'painted', state: 'recorded', at: 1, by: 'Dr A', count: 1, sinceRaisedMs: 1, sincePreviousMs: 1, ...change });

test('intervals say their direction, tenths of a second below a minute, seconds below an hour', () => {
  expect(intervalText(2_140)).toBe('+2.1 s');
  expect(intervalText(-9_000)).toBe('−9.0 s');
  expect(intervalText(59_990)).toBe('+59.9 s');
  expect(intervalText(270_000)).toBe('+4 min 30 s');
  expect(intervalText(3_900_000)).toBe('+1 h 05');
  expect(intervalText(null)).toBe('');
});

test('[AL10] a link without a record says so', () => {
  expect(absentText(link({ state: 'missing', at: null }))).toBe('No record');
  expect(absentText(link({ state: 'waiting', at: null }))).toBe('Not yet');
  expect(absentText(link({ state: 'not-due', at: null }))).toBe('Not needed');
});

test('the first by name, the others counted', () => {
  expect(whoText(link({}))).toBe('Dr A');
  expect(whoText(link({ count: 3 }))).toBe('Dr A, 2 more');
  expect(whoText(link({ by: null, count: 2 }))).toBe('');
});
