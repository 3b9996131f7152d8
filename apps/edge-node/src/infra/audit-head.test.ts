import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditHead } from '@readroom/shared/wire/edge-down';
import { openAuditHead } from './audit-head.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'readroom-audit-'));
  file = join(directory, 'audit-head.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function head(seq: number, letter: string): AuditHead {
  return { type: 'audit-head', seq, hash: letter.repeat(64), sealedAt: seq };
}

test('the last head is kept across lives of the node', async () => {
  const first = await openAuditHead(file);
  await first.keep(head(1, 'a'));
  await first.keep(head(5, 'b'));
  const second = await openAuditHead(file);
  expect([second.head()?.seq, second.broken()]).toEqual([5, false]);
});

test.each([
  ['goes back', head(3, 'c')],
  ['differs at the same place', head(5, 'c')],
])('a chain that %s is noticed, and the evidence is kept', async (_what, later) => {
  const keeper = await openAuditHead(file);
  await keeper.keep(head(5, 'b'));
  await keeper.keep(later);
  expect([keeper.broken(), keeper.head()]).toEqual([true, { seq: 5, hash: 'b'.repeat(64), sealedAt: 5 }]);
});

test('the same head told again is nothing new', async () => {
  const keeper = await openAuditHead(file);
  await keeper.keep(head(5, 'b'));
  await keeper.keep(head(5, 'b'));
  expect(keeper.broken()).toBe(false);
});

test('a file that is damaged is no head', async () => {
  writeFileSync(file, '{"seq":');
  expect((await openAuditHead(file)).head()).toBeNull();
});
