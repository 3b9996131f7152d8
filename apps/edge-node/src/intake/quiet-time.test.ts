import { expect, test } from 'vitest';
import { QUIET, createQuietTimes } from './quiet-time.ts';

test('a sender nobody knows is waited for a moment', () => {
  expect(createQuietTimes().waitMs('CT1', 'ended')).toBe(QUIET.ended.firstMs);
});

test('the wait follows the longest pause seen, with a margin', () => {
  const quiet = createQuietTimes();
  quiet.learn('CT1', 'ended', 4_000);
  quiet.learn('CT1', 'ended', 100);
  expect(quiet.waitMs('CT1', 'ended')).toBe(6_000);
  expect(quiet.waitMs('CT2', 'ended')).toBe(QUIET.ended.firstMs);
  expect(quiet.waitMs('CT1', 'open')).toBe(QUIET.open.firstMs);
});

test('it stays within its bounds, and a long break teaches nothing', () => {
  const quiet = createQuietTimes();
  quiet.learn('FAST', 'ended', 1);
  quiet.learn('SLOW', 'ended', 50_000);
  quiet.learn('BREAK', 'ended', 3_600_000);
  expect(quiet.waitMs('FAST', 'ended')).toBe(QUIET.ended.minMs);
  expect(quiet.waitMs('SLOW', 'ended')).toBe(QUIET.ended.maxMs);
  expect(quiet.waitMs('BREAK', 'ended')).toBe(QUIET.ended.firstMs);
});

test('old studies are forgotten', () => {
  const quiet = createQuietTimes();
  quiet.learn('CT1', 'ended', 8_000);
  for (let i = 0; i < 16; i += 1) quiet.learn('CT1', 'ended', 10);
  expect(quiet.waitMs('CT1', 'ended')).toBe(QUIET.ended.minMs);
});
