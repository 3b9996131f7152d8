import { expect, test } from 'vitest';
import { ALLOW_EVERYBODY, compileAllowList, parseCaller } from './allow-list.ts';
import type { AllowedCaller, AllowPolicy } from './allow-list.ts';
import { parseNetwork } from './network.ts';

function policy(callers: readonly string[], addresses: readonly string[] = []): AllowPolicy {
  const must = <T extends object>(parsed: T | { readonly problem: string }): T => {
    if ('problem' in parsed) throw new Error(parsed.problem);
    return parsed;
  };
  return { callers: callers.map((text): AllowedCaller => must(parseCaller(text))), addresses: addresses.map((text) => must(parseNetwork(text))) };
}

test('an empty policy allows everybody', () => {
  const list = compileAllowList(ALLOW_EVERYBODY);
  expect(list.allowsAddress('203.0.113.9')).toBe(true);
  expect(list.caller('ANY', '203.0.113.9')).toBe('allowed');
});

test('a caller is asked by title, in its case, and by its network', () => {
  const list = compileAllowList(policy(['CT1', 'PACS@10.0.0.0/24', 'PACS@fd00::5', 'A@B@10.1.0.1']));
  expect(list.caller('CT1', '203.0.113.9')).toBe('allowed');
  expect(list.caller('ct1', '203.0.113.9')).toBe('unknown');
  expect(list.caller('PACS', '10.0.0.7')).toBe('allowed');
  expect(list.caller('PACS', '::ffff:10.0.0.7')).toBe('allowed');
  expect(list.caller('PACS', 'fd00::5')).toBe('allowed');
  expect(list.caller('PACS', '10.0.1.7')).toBe('elsewhere');
  expect(list.caller('A@B', '10.1.0.1')).toBe('allowed');
  expect(list.caller('CT2', '10.0.0.7')).toBe('unknown');
});

test('a list of addresses closes the node to every other', () => {
  const list = compileAllowList(policy([], ['10.0.0.0/24', '::1']));
  expect(['10.0.0.1', '::ffff:10.0.0.1', '::1'].map((address) => list.allowsAddress(address))).toEqual([true, true, true]);
  expect(['127.0.0.1', '10.0.1.1', '::2', ''].map((address) => list.allowsAddress(address))).toEqual([false, false, false, false]);
});

test('the policy can be posted to a worker', () => {
  const posted = structuredClone(policy(['PACS@10.0.0.0/24'], ['::1']));
  expect(compileAllowList(posted).caller('PACS', '10.0.0.1')).toBe('allowed');
});

test.each([
  ['LONGER_THAN_SIXTEEN', /no AE title|not an AE title/],
  ['BACK\\SLASH', /not an AE title/],
  ['@10.0.0.1', /not an AE title/],
  ['CT1@', /CT1@: .*no IPv4 or IPv6/],
  ['CT1@10.0.0.5/24', /CT1@10\.0\.0\.5\/24: .*first address/],
])('%s is refused with words', (text, problem) => {
  expect(parseCaller(text)).toEqual({ problem: expect.stringMatching(problem) });
});
