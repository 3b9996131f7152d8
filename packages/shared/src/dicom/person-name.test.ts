import { expect, test } from 'vitest';
import { displayName, parsePersonName } from './person-name.ts';

test('three groups are taken apart, and the list shows family and given names', () => {
  const name = parsePersonName('Yamada^Tarou=山田^太郎=やまだ^たろう');
  expect(name).toEqual({ alphabetic: 'Yamada^Tarou', ideographic: '山田^太郎', phonetic: 'やまだ^たろう' });
  expect(displayName(name)).toBe('Yamada, Tarou');
  expect(displayName(parsePersonName('=山田^太郎'))).toBe('山田, 太郎');
  for (const empty of ['', '^^^^', '==', ' ']) expect(displayName(parsePersonName(empty))).toBe('Name missing');
});

test('control characters and those that turn the direction of writing are no part of a name', () => {
  expect(parsePersonName('A\u0007\nCD\u0000^\u009bJos\u00e9').alphabetic).toBe('ACD^José');
  expect(parsePersonName('\u202eevil\u202c^x\u2066').alphabetic).toBe('evil^x');
  expect(parsePersonName('شرون^ليلى').alphabetic).toBe('شرون^ليلى');
});
