import { expect, test } from 'vitest';
import { addressGuard, guardedLookup } from './address-guard.ts';

test('[AL14] public addresses are allowed, private, special and wrapped ones are not', () => {
  const guard = addressGuard([]);
  for (const open of ['8.8.8.8', '93.184.216.34', '2606:4700::1111']) expect(guard.allows(open), open).toBe(true);
  const closed = ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fd00::1', 'ff02::1', '::ffff:8.8.8.8', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::1', '2001:db8::1', 'localhost', ''];
  for (const address of closed) expect(guard.allows(address), address).toBe(false);
});

test('[AL14] the operator names networks of the house; a network that is none is named', () => {
  const guard = addressGuard(['10.1.0.0/16', 'fd00::/8']);
  expect(['10.1.9.9', 'fd12::1', '10.2.0.1', '8.8.8.8'].map((address) => [guard.allows(address), guard.isHouse(address)])).toEqual([[true, true], [true, true], [false, false], [true, false]]);
  for (const bad of ['10.1.0.0', '10.1.0.0/33', 'house/8', 'fd00::/129', '10.1.0.0/x']) expect(() => addressGuard([bad]), bad).toThrow(/READROOM_WEBHOOK_NETWORKS/);
});

test('[AL14] a name that resolves into the house is not connected to', async () => {
  const resolved = (networks: string[], all: boolean) => new Promise((done) => guardedLookup(addressGuard(networks))('localhost', { all }, (error, address) => done(error?.message ?? address)));
  expect(await resolved([], false)).toBe('address-refused');
  expect(await resolved([], true)).toBe('address-refused');
  expect(await resolved(['127.0.0.0/8'], false)).toBe('127.0.0.1');
  expect(await resolved(['127.0.0.0/8'], true)).toContainEqual({ address: '127.0.0.1', family: 4 });
});
