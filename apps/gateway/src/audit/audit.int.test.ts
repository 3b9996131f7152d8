import { randomUUID } from 'node:crypto';
import type { Hospital } from '@readroom/db';
import { createTestDb } from '@readroom/db/testing';
import type { TestDb } from '@readroom/db/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { audit } from './audit.ts';
import { GENESIS } from './chain.ts';
import type { ChainHead } from './chain.ts';
import { sealBatch } from './seal.ts';
import { verifyChain } from './verify.ts';

let db: TestDb;
let hospital: Hospital;
beforeEach(async () => {
  db = await createTestDb();
  hospital = await db.hospital('one');
});
afterEach(() => db.close());

async function look(count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({ actor: `user-${index % 3}`, role: 'resident', action: 'study.view', subject: { z: index, a: randomUUID() } }));
  await hospital.client.auditEvent.createMany({ data: rows });
}

async function sealAll(): Promise<ChainHead> {
  for (;;) {
    const result = await sealBatch(db.pool, 'h_one', null);
    if (result && !result.more) return result.head;
  }
}

test('[TN2] rows get a place without a gap and a hash each, in batches, and the chain proves itself', async () => {
  await look(1_203);
  const head = await sealAll();
  expect(head.seq).toBe(1_203);
  await audit(hospital.client, { actor: 'user-9', role: 'attending', action: 'report.sign', subject: { reportId: randomUUID(), version: 1, final: true, note: null } });
  expect(await verifyChain(db.pool, 'h_one')).toEqual({ ok: true, checked: 1_203, head, problem: null });
  const next = await sealAll();
  expect(await verifyChain(db.pool, 'h_one', [head, next])).toMatchObject({ ok: true, checked: 1_204, head: next });
});

test('[TN2] an edited, a removed and a swapped row are found where they are', async () => {
  await look(30);
  const head = await sealAll();
  const edits: [string, string, { kind: string; seq: number }][] = [
    [`update h_one.audit_event set actor = 'nobody' where seq = 7`, `update h_one.audit_event set actor = 'user-' || (subject->>'z')::int % 3 where seq = 7`, { kind: 'edited', seq: 7 }],
    [`update h_one.audit_event set subject = subject || '{"z": 99}' where seq = 30`, '', { kind: 'edited', seq: 30 }],
    [`delete from h_one.audit_event where seq = 12`, '', { kind: 'missing', seq: 12 }],
  ];
  for (const [harm, mend, problem] of edits) {
    await db.pool.query(harm);
    expect((await verifyChain(db.pool, 'h_one')).problem).toEqual(problem);
    if (mend !== '') {
      await db.pool.query(mend);
      expect(await verifyChain(db.pool, 'h_one', [head])).toMatchObject({ ok: true, checked: 30 });
    }
  }
  // Two rows that change places, each keeping its own words and hash.
  await db.pool.query(`update h_one.audit_event set seq = seq + 1000 where seq in (3, 4)`);
  await db.pool.query(`update h_one.audit_event set seq = case seq when 1003 then 4 else 3 end where seq > 1000`);
  expect((await verifyChain(db.pool, 'h_one')).problem).toEqual({ kind: 'edited', seq: 3 });
});

test('[TN2] a chain rewritten from some point on, or cut short, contradicts the head a node holds', async () => {
  await look(20);
  const told = await sealAll();
  await db.pool.query(`delete from h_one.audit_event where seq > 15`);
  expect((await verifyChain(db.pool, 'h_one')).ok).toBe(true);
  expect((await verifyChain(db.pool, 'h_one', [told])).problem).toEqual({ kind: 'contradicts-witness', seq: 20 });
  const after = await sealBatch(db.pool, 'h_one', told);
  expect(after).toMatchObject({ contradiction: true });
  // The forger seals new rows over the gap: every hash fits again, the witness still objects.
  await look(8);
  await sealAll();
  expect((await verifyChain(db.pool, 'h_one')).ok).toBe(true);
  expect((await verifyChain(db.pool, 'h_one', [told])).problem).toEqual({ kind: 'contradicts-witness', seq: 20 });
});

test('[TN2] two sealers never give a place twice', async () => {
  await look(700);
  const heads = new Set<number>();
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let more = true; more; ) {
        const result = await sealBatch(db.pool, 'h_one', null);
        if (result) heads.add(result.head.seq);
        more = result === null || result.more;
      }
    }),
  );
  expect(await verifyChain(db.pool, 'h_one')).toMatchObject({ ok: true, checked: 700 });
  expect(Math.max(...heads)).toBe(700);
});

test('an empty chain is whole', async () => {
  expect(await verifyChain(db.pool, 'h_one')).toEqual({ ok: true, checked: 0, head: GENESIS, problem: null });
});
