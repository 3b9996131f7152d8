import { expect, test } from 'vitest';
import { alertFilterSchema, EVERY_ALERT, filterKinds, searchWords } from './history.ts';

test('words are what people type of a name, in any order and with any of its marks', () => {
  expect(searchWords(' Lindqvist, Anna ')).toEqual(['Lindqvist', 'Anna']);
  expect(searchWords('LINDQVIST^ANNA')).toEqual(['LINDQVIST', 'ANNA']);
  expect(searchWords(' , ')).toEqual([]);
  expect(searchWords('a b c d e f g')).toHaveLength(5);
});

test('the audit learns the kinds of filter and never their text', () => {
  expect(filterKinds(EVERY_ALERT)).toEqual([]);
  const kinds = filterKinds({ ...EVERY_ALERT, states: ['closed'], until: 5, text: 'Lindqvist' });
  expect(kinds).toEqual(['state', 'time', 'text']);
  expect(kinds.join()).not.toContain('Lindqvist');
});

test('a text longer than any name is refused', () => {
  expect(alertFilterSchema.safeParse({ ...EVERY_ALERT, text: 'x'.repeat(65) }).success).toBe(false);
});
