import { expect, test } from 'vitest';
import { ageText, agoText, clockText, dateText, dueText, localDateTimeText, spanText } from './time.ts';

const MIN = 60_000;

test('spans are short and carry their unit', () => {
  expect([9_000, 4 * MIN, 185 * MIN, 49 * 60 * MIN].map(spanText)).toEqual(['9 s', '4 min', '3 h 05', '2 d']);
});

test('seconds are left out of how long ago', () => {
  expect(agoText(1_000, 30_000)).toBe('now');
  expect(agoText(0, 4 * MIN)).toBe('4 min');
});

test('a countdown says when time is short and when it has passed', () => {
  expect(dueText(60 * MIN, 0)).toEqual({ text: '1 h 00', state: 'calm' });
  expect(dueText(5 * MIN, 0)).toEqual({ text: '5 min', state: 'soon' });
  expect(dueText(0, 5 * MIN)).toEqual({ text: '−5 min', state: 'late' });
});

test('dates write the month as a word', () => {
  expect(dateText('1956-04-03')).toBe('3 Apr 1956');
  expect(dateText('unknown')).toBe('unknown');
  expect(localDateTimeText('2026-11-24T03:12:00')).toBe('24 Nov 2026 03:12');
  expect(localDateTimeText('2026-11-24')).toBe('24 Nov 2026');
});

test('age is in days, months or years, as paediatrics needs it', () => {
  const at = new Date(2026, 10, 24).getTime();
  expect(ageText('2026-11-14', at)).toBe('10 d');
  expect(ageText('2026-01-24', at)).toBe('10 mo');
  expect(ageText('1956-11-25', at)).toBe('69 y');
  expect(ageText('2030-01-01', at)).toBe('');
  expect(ageText('no date', at)).toBe('');
});

test('the clock has two digits', () => {
  expect(clockText(new Date(2026, 0, 1, 9, 5).getTime())).toBe('09:05');
});
