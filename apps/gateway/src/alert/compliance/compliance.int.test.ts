import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Member } from '@readroom/shared/access/can';
import { sealBatch } from '../../audit/seal.ts';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { acknowledgeAlert } from '../acknowledge.ts';
import { communicate } from '../communication/communicate.ts';
import { bleed, head } from '../testing/bleeding.ts';
import { complianceReport, exportCompliance } from './report.ts';
import { setTimeZone } from './time-zone.ts';

let gateway: TestGateway;
let attending: Member;
let admin: Member;
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
  attending = (await gateway.signIn('attending')).member;
  admin = (await gateway.signIn('admin')).member;
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) ids.push((await head().tell(gateway, [bleed()]))[0]!.alert.id);
  for (const id of ids.slice(0, 2)) await acknowledgeAlert(gateway.deps, attending, id);
  await communicate(gateway.deps, attending, { id: randomUUID(), alertId: ids[0]!, corrects: null, said: { outcome: 'told', name: 'Dr Ward', role: 'nurse', means: 'telephone', at: Date.now(), words: 'Bleed', readBack: true, reason: '' } });
});
afterAll(() => gateway.stop());

const today = () => ({ from: Date.now() - 3_600_000, until: Date.now() + 3_600_000 });
const hospital = () => gateway.deps.hospital(gateway.organisation);

test('[AL11] what is stored is counted, with no patient in it', async () => {
  const sealed = await complianceReport(gateway.deps, attending, today());
  expect(sealed.report.total).toMatchObject({ alerts: 3, acknowledged: { within: 2, running: 1, percent: 100 }, communicated: { within: 1, running: 2 } });
  expect(sealed.report.sites).toMatchObject([{ group: 'North', alerts: 3 }]);
  expect(sealed).toMatchObject({ madeBy: attending.name, timeZone: 'UTC' });
  expect(JSON.stringify(sealed)).not.toMatch(/quist|P-77|ACC-1/i);
  expect((await complianceReport(gateway.deps, attending, { from: 0, until: 1_000 })).report.total.alerts).toBe(0);
});

test('[AL11] the file stands on the head of the audit chain, and the audit keeps the file’s hash', async () => {
  const { schema, client } = await hospital();
  await sealBatch(gateway.deps.pool, schema, null);
  const last = await client.auditEvent.findFirstOrThrow({ where: { seq: { not: null } }, orderBy: { seq: 'desc' } });
  const { csv, sha256 } = await exportCompliance(gateway.deps, admin, today());
  expect(createHash('sha256').update(csv).digest('hex')).toBe(sha256);
  const [, stated] = /Audit chain: sha256,([0-9a-f]{64})/.exec(csv) ?? [];
  const named = await client.auditEvent.findFirstOrThrow({ where: { hash: stated ?? '' } });
  expect(Number(named.seq)).toBeGreaterThanOrEqual(Number(last.seq));
  const audited = await client.auditEvent.findFirstOrThrow({ where: { action: 'alert.report-export' } });
  expect(audited).toMatchObject({ actor: admin.userId, subject: { alerts: 3, headHash: stated, sha256 } });
});

test('a period that is none, or too long, is refused with what to do', async () => {
  await expect(complianceReport(gateway.deps, admin, { from: 5, until: 5 })).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('ends before it begins') });
  await expect(complianceReport(gateway.deps, admin, { from: 0, until: Date.now() })).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('400 days') });
});

test('the hospital’s clock is set by an administrator to a zone that exists, and audited once', async () => {
  await setTimeZone(gateway.deps, admin, 'Europe/Stockholm');
  await setTimeZone(gateway.deps, admin, 'Europe/Stockholm');
  expect((await complianceReport(gateway.deps, attending, today())).timeZone).toBe('Europe/Stockholm');
  await expect(setTimeZone(gateway.deps, admin, 'Mars/Base')).rejects.toMatchObject({ code: 'bad-input' });
  await expect(setTimeZone(gateway.deps, attending, 'UTC')).rejects.toMatchObject({ code: 'forbidden' });
  const { client } = await hospital();
  expect((await client.auditEvent.findMany({ where: { action: 'hospital.time-zone' } })).map((row) => row.subject)).toEqual([{ from: 'UTC', to: 'Europe/Stockholm' }]);
});

test('[TN1] a resident and IT may not make the report, and another hospital has its own', async () => {
  for (const role of ['resident', 'it'] as const) await expect(complianceReport(gateway.deps, (await gateway.signIn(role)).member, today())).rejects.toMatchObject({ code: 'forbidden' });
  const elsewhere = (await gateway.signIn('attending', 'org-two')).member;
  expect((await complianceReport(gateway.deps, elsewhere, today())).report.total.alerts).toBe(0);
});
