import { expect, test } from 'vitest';
import { EMPTY_FORM, filterOf } from './filter-form.ts';

test('nothing chosen asks for every alert', () => {
  expect(filterOf(EMPTY_FORM)).toEqual({ states: [], severities: [], findingCode: null, from: null, until: null, text: '' });
});

test('both days are included whole, and one day is one day', () => {
  const { from, until } = filterOf({ ...EMPTY_FORM, from: '2026-11-24', to: '2026-11-24' });
  expect(new Date(from ?? 0)).toEqual(new Date(2026, 10, 24));
  expect(new Date(until ?? 0)).toEqual(new Date(2026, 10, 25));
  expect(filterOf({ ...EMPTY_FORM, from: '24.11.2026' }).from).toBeNull();
});

test('what is chosen is asked for, and words without the space around them', () => {
  expect(filterOf({ ...EMPTY_FORM, state: 'closed', severity: 'critical', finding: 'ich', text: ' Quist ' })).toMatchObject({ states: ['closed'], severities: ['critical'], findingCode: 'ich', text: 'Quist' });
});
