import { expect, test } from 'vitest';
import { addressMatcher, parseNetwork, plainAddress } from './network.ts';
import type { Network } from './network.ts';

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

test.each([
  ['10.0.0.0/24', { family: 'ipv4', address: '10.0.0.0', prefix: 24 }],
  ['10.0.0.7', { family: 'ipv4', address: '10.0.0.7', prefix: 32 }],
  ['0.0.0.0/0', { family: 'ipv4', address: '0.0.0.0', prefix: 0 }],
  ['fd00::/8', { family: 'ipv6', address: 'fd00::', prefix: 8 }],
  ['[fd00::5]', { family: 'ipv6', address: 'fd00::5', prefix: 128 }],
  ['2001:db8:0:1::/64', { family: 'ipv6', address: '2001:db8:0:1::', prefix: 64 }],
  ['::ffff:10.0.0.0/104', { family: 'ipv4', address: '10.0.0.0', prefix: 8 }],
  ['::ffff:a00:7', { family: 'ipv4', address: '10.0.0.7', prefix: 32 }],
])('%s is read', (text, expected) => {
  expect(parseNetwork(text)).toEqual(expected);
});

test.each([
  ['10.0.0', /no IPv4 or IPv6/],
  ['10.0.0.0/', /no IPv4 or IPv6/],
  ['10.0.0.0/33', /longer than the 32 bits/],
  ['fd00::/129', /longer than the 128 bits/],
  ['10.0.0.5/24', /write the network's first address, or 10\.0\.0\.5\/32/],
  ['2001:db8::1/64', /or 2001:db8::1\/128/],
  ['010.0.0.1', /no IPv4 or IPv6/],
  ['fe80::1%eth0', /no IPv4 or IPv6/],
  ['pacs.example', /no IPv4 or IPv6/],
  ['', /no IPv4 or IPv6/],
])('%s is refused with words', (text, problem) => {
  expect(parseNetwork(text)).toEqual({ problem: expect.stringMatching(problem) });
});

test.each([
  ['10.0.0.0/24', '10.0.0.255', true],
  ['10.0.0.0/24', '10.0.1.0', false],
  ['10.0.0.0/24', '::ffff:10.0.0.9', true],
  ['10.0.0.0/24', '::ffff:10.0.1.9', false],
  ['::ffff:10.0.0.0/120', '10.0.0.9', true],
  ['10.0.0.0/24', 'fd00::1', false],
  ['fd00::/8', 'fdff::1', true],
  ['fd00::/8', 'fe80::1', false],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['0.0.0.0/0', '::1', false],
  ['0.0.0.0/0', '', false],
])('%s and %s: %s', (inside, address, expected) => {
  expect(addressMatcher([network(inside)])(address)).toBe(expected);
});

test.each([['::ffff:10.0.0.1', '10.0.0.1'], ['10.0.0.1', '10.0.0.1'], ['fd00::ffff:1', 'fd00::ffff:1'], ['', '']])('%s is shown as %s', (address, shown) => {
  expect(plainAddress(address)).toBe(shown);
});
