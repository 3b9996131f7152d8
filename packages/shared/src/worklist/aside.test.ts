import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { mayTakeUp, putAsideSchema } from './aside.ts';

test('[LF6] it needs a note, and ends within a day or when it is taken up', () => {
  const studyId = '00000000-0000-4000-8000-000000000001';
  const ok = (change: object) => putAsideSchema.safeParse({ studyId, note: 'waits for priors', forMs: null, ...change }).success;
  expect([{}, { forMs: 5 * MINUTE_MS }, { forMs: 24 * HOUR_MS }].map(ok)).toEqual([true, true, true]);
  expect([{ note: '  ' }, { note: 'x'.repeat(201) }, { forMs: MINUTE_MS }, { forMs: 25 * HOUR_MS }].map(ok)).toEqual([false, false, false, false]);
});

test('[LF6] author and holder take it up, anybody where nobody has it, an attending always', () => {
  const aside = { author: { id: 'a', name: 'Dr A' } };
  const may = (userId: string, role: string, holder: string | null) => mayTakeUp({ userId, role }, aside, holder);
  expect([may('a', 'resident', 'b'), may('b', 'resident', 'b'), may('c', 'resident', null), may('c', 'attending', 'b')]).toEqual([true, true, true, true]);
  expect(may('c', 'resident', 'b')).toBe(false);
});
