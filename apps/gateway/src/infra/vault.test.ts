import { expect, test } from 'vitest';
import { createVault } from './vault.ts';

test('what one secret sealed, that secret opens, each time in other bytes, and no other secret or hand', () => {
  const vault = createVault('s'.repeat(32));
  const [first, second] = [vault.seal('https://hooks.test/token'), vault.seal('https://hooks.test/token')];
  expect(first).not.toBe(second);
  expect(first).not.toContain('token');
  expect([first, second].map((sealed) => createVault('s'.repeat(32)).open(sealed))).toEqual(Array(2).fill('https://hooks.test/token'));
  const flipped = `${first.slice(0, -2)}${first.endsWith('AA') ? 'BB' : 'AA'}`;
  for (const bad of [flipped, '', 'short']) expect(() => vault.open(bad)).toThrow(/add it again/);
  expect(() => createVault('t'.repeat(32)).open(first)).toThrow(/another auth secret/);
});
