import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '@readroom/shared/canonical-json';
import { GENESIS, link } from './chain.ts';
import type { AuditRow } from './chain.ts';

const row: AuditRow = { id: '6f7d0a2c-52c4-4b0a-9d4b-3f9d1c8a0001', at: 1_700_000_000_123, actor: 'user-1', role: 'attending', action: 'study.view', subject: { studyId: 's1', b: 2 } };

test('canonical JSON does not depend on the order keys were written in', () => {
  expect(canonicalJson({ b: 1, a: [true, null, { d: 'x', c: 0.5 }] })).toBe('{"a":[true,null,{"c":0.5,"d":"x"}],"b":1}');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('[TN2] every field of a row, its place and the row before it are in the hash', () => {
  const first = link(GENESIS, row);
  expect(first.seq).toBe(1);
  expect(first.hash).toMatch(/^[0-9a-f]{64}$/);
  const changes: Partial<AuditRow>[] = [{ id: 'x' }, { at: row.at + 1 }, { actor: 'user-2' }, { role: 'admin' }, { action: 'study.claim' }, { subject: { studyId: 's2', b: 2 } }];
  const others = changes.map((change) => link(GENESIS, { ...row, ...change }).hash);
  others.push(link({ seq: 1, hash: GENESIS.hash }, row).hash, link({ seq: 0, hash: first.hash }, row).hash);
  expect(new Set([first.hash, ...others]).size).toBe(others.length + 1);
});
