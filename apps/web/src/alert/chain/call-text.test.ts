import { expect, test } from 'vitest';
import { askedText, callText, latestAskedText } from './call-text.ts';

test('[AL13] a step says whom it asked, by name or by role', () => {
  const named = { name: 'primary', level: 'primary' as const, at: 0, asked: [{ id: 'a', name: 'Ann' }, { id: 'b', name: 'Ben' }] };
  const end = { name: 'end:3', level: 'end' as const, at: 1, asked: null };
  expect([askedText(named), askedText(end)]).toEqual(['Ann, Ben', 'everybody']);
  expect([callText('backup'), callText('end:3'), callText('path-broken'), callText('path-mended')]).toEqual(['Backup', 'End, repeated (3)', 'Alert path broken', 'Alert path mended']);
  expect([latestAskedText([]), latestAskedText([named]), latestAskedText([named, end])]).toEqual(['', 'calls Ann, Ben', 'calls everybody']);
});
