import { expect, test } from 'vitest';
import { parseDate, parseDecimal, parseInteger, parseTime } from './values.ts';

test.each([
  ['20260131', '2026-01-31'],
  ['2026.01.31', '2026-01-31'],
  ['2026-01-31', '2026-01-31'],
  [' 20260131 ', '2026-01-31'],
  ['20240229', '2024-02-29'],
  ['20230229', null],
  ['20261301', null],
  ['00000000', null],
  ['tomorrow', null],
  ['', null],
])('date %j is %j', (text, date) => expect(parseDate(text)).toBe(date));

test.each([
  ['101530.250000', '10:15:30'],
  ['101530', '10:15:30'],
  ['1015', '10:15:00'],
  ['10', '10:00:00'],
  ['10:15:30', '10:15:30'],
  ['235960', '23:59:59'],
  ['250000', null],
  ['106000', null],
  ['', null],
])('time %j is %j', (text, time) => expect(parseTime(text)).toBe(time));

test.each([
  ['12', 12],
  [' +12 ', 12],
  ['-3', -3],
  ['12.0', 12],
  ['12.5', null],
  ['99999999999', null],
  ['1e3', 1000],
  ['0x10', null],
  ['', null],
])('integer %j is %j', (text, number) => expect(parseInteger(text)).toBe(number));

test.each([
  ['-12.5', -12.5],
  ['1.5E-3', 0.0015],
  ['.5', 0.5],
  ['Infinity', null],
  ['1,5', null],
])('decimal %j is %j', (text, number) => expect(parseDecimal(text)).toBe(number));
