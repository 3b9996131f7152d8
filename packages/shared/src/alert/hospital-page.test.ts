import { expect, test } from 'vitest';
import { isLanActor, lanActor, whoText } from './hospital-page.ts';

test('whoever acted at a node’s own page is told from a user, and named with the place', () => {
  const id = lanActor('4f9d4a5e-6a6f-4f5e-9d6c-0b8a3f1f2e11', 'ada');
  expect([isLanActor(id), isLanActor('u-1')]).toEqual([true, false]);
  expect(whoText({ id, name: 'Ada Quist' })).toBe('Ada Quist at the hospital’s own page');
  expect(whoText({ id: 'u-1', name: 'Ada Quist' })).toBe('Ada Quist');
});
