import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Finding } from '@readroom/shared/finding/finding';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import { createCanary } from '../flow/canary.ts';
import { openOutbox } from '../outbox/outbox.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { FINDING, analysed, received } from '../outbox/testing/bodies.ts';
import { AppError } from '@readroom/shared/error';
import { makeTestKeys } from '../testing/test-keys.ts';
import type { StudyKeys } from '../vault/study-keys.ts';
import { createCriticalWatch } from './critical-watch.ts';
import type { CriticalWatch } from './critical-watch.ts';
import type { LanMailText } from './mail.ts';
import { createLanMailer } from './mailer.ts';
import { rankedList, shownAlert } from './ranked-list.ts';
import { openLanRecord } from './record.ts';
import type { LanRecord } from './record.ts';

const MINUTE = 60_000;
const ADA = { account: 'ada', name: 'Ada Quist' };
const BLEED: Finding = { ...FINDING, id: 'ich', code: 'intracranial-haemorrhage', label: 'Intracranial haemorrhage', severity: 'critical', confidence: 0.97, alert: true };
const IDENTITY = { studyUid: '1.1', code: BLEED.code, side: 'none' as const };
const bleeding = (findings: readonly Finding[] = [BLEED], evidence = 'e'.repeat(64), role: 'active' | 'shadow' = 'active'): EdgeUpBody =>
  analysed('1.1', { findings: [...findings], evidence, role }, { studyClass: 'emergency', patient: { id: 'P-77', issuer: '', name: { alphabetic: 'Quist^Ada' }, birthDate: null, sex: null } });

let folder: string;
let now: number;
let keys: StudyKeys;
let outbox: Outbox;
let record: LanRecord;
let critical: CriticalWatch;
let raised = 0;
let failed: unknown[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readroom-lan-'));
  now = 1_000_000;
  [raised, failed] = [0, []];
  open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): void {
  keys = makeTestKeys(folder);
  outbox = openOutbox({ file: join(folder, 'outbox.sqlite'), clock: () => now, makeId: randomUUID, keys });
  record = openLanRecord(join(folder, 'lan.sqlite'), keys);
  critical = createCriticalWatch({ record, outbox, clock: () => now, setTimer: () => () => undefined, afterMs: MINUTE, hasMail: true, watch: { raised: () => (raised += 1), failed: (error) => failed.push(error) } });
}

async function close(): Promise<void> {
  record.close();
  await outbox.close();
  keys.close();
}

async function after(ms: number): Promise<void> {
  now += ms;
  await critical.look();
}

/** The gateway takes everything that waits. */
async function deliver(outcome: 'applied' | 'refused' = 'applied'): Promise<EdgeUpBody[]> {
  const messages = outbox.claim(100);
  await outbox.settle(messages.map(({ id }) => ({ id, outcome, code: null })));
  await critical.look();
  return messages.map(({ body }) => body);
}

test('[AL7] a critical result alerts after 60 s without the gateway, once, also over a restart; one the gateway took in time never does', async () => {
  await critical.put(bleeding());
  await after(MINUTE - 1);
  expect(critical.open()).toEqual([]);
  await close();
  open();
  await after(1);
  expect(critical.open()).toMatchObject([{ ...IDENTITY, severity: 'critical', raisedAt: now }]);
  await after(MINUTE);
  expect(raised).toBe(1);
  await deliver();
  expect(critical.standing()).toEqual([]);

  await critical.put(analysed('1.2', { findings: [BLEED] }));
  await after(MINUTE - 1);
  await deliver();
  await after(MINUTE);
  expect([raised, critical.open(), failed]).toEqual([1, [], []]);
});

test('[AL7][AL8] a later result updates or withdraws it and rings nothing again; it stays to be looked at', async () => {
  await critical.put(bleeding());
  await after(MINUTE);
  await critical.put(bleeding([{ ...BLEED, id: 'ich2', confidence: 0.8 }], 'f'.repeat(64)));
  await after(MINUTE);
  expect(critical.open()).toMatchObject([{ confidence: 0.8, withdrawn: false }]);
  await critical.put(bleeding([], 'a'.repeat(64)));
  await after(MINUTE);
  expect(critical.open()).toMatchObject([{ withdrawn: true }]);
  expect(raised).toBe(1);
  // The gateway has it: the next result of the same finding is its matter.
  await deliver();
  await critical.put(bleeding([BLEED], 'b'.repeat(64)));
  await after(2 * MINUTE);
  expect([raised, critical.open()]).toEqual([1, []]);
});

test.each([
  ['an urgent finding', bleeding([{ ...BLEED, severity: 'urgent' }])],
  ['a critical finding below its alert threshold', bleeding([{ ...BLEED, alert: false }])],
  ['a result in shadow', bleeding([BLEED], 'e'.repeat(64), 'shadow')],
  ['a received study', received('1.1')],
])('[AL7] %s does not alert', async (_what, body) => {
  await critical.put(body);
  await after(2 * MINUTE);
  expect([raised, failed]).toEqual([0, []]);
});

test('[AL6][AL7] a canary that the gateway does not acknowledge is no patient and does not alert', async () => {
  const canary = createCanary({ outbox, clock: () => now, clockOffsetMs: () => 0, log: { info: () => undefined, warn: () => undefined } });
  await canary({ type: 'canary', runId: randomUUID(), token: 'a'.repeat(64), expiresAt: now + MINUTE });
  await after(2 * MINUTE);
  expect([outbox.depth(), raised, rankedList(record)]).toEqual([1, 0, []]);
});

test.each([
  ['the outbox has no room for', async (): Promise<void> => {
    const full = createCriticalWatch({ record, outbox: { ...outbox, put: () => Promise.reject(new Error('full')) }, clock: () => now, setTimer: () => () => undefined, afterMs: MINUTE, watch: { raised: () => (raised += 1), failed: () => undefined } });
    await expect(full.put(bleeding())).rejects.toThrow('full');
  }],
  ['the gateway refused for good', async (): Promise<void> => {
    await critical.put(bleeding());
    await deliver('refused');
  }],
  ['was found before the clock was set back', async (): Promise<void> => {
    await critical.put(bleeding());
    now -= 120 * MINUTE;
  }],
])('[AL7] a critical result that %s alerts', async (_what, happen) => {
  await happen();
  await after(MINUTE);
  expect(critical.open()).toHaveLength(1);
});

test('[AL7] one person acknowledges; it is told after a restart too, whole again with what was communicated, and once', async () => {
  await critical.put(bleeding());
  await after(MINUTE);
  await expect(critical.acknowledge({ ...IDENTITY, studyUid: '1.9' }, ADA, null)).rejects.toMatchObject({ code: 'not-found' });
  await critical.acknowledge(IDENTITY, ADA, null);
  await expect(critical.acknowledge(IDENTITY, { account: 'bo', name: 'Bo Lind' }, null)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Ada Quist has acknowledged this alert already') });
  expect([critical.open(), critical.standing().length]).toEqual([[], 1]);
  await close();
  open();
  const said = { outcome: 'told' as const, name: 'Dr Ward', role: 'nurse' as const, means: 'telephone' as const, at: now, words: 'Bleed', readBack: true, reason: '' };
  await critical.acknowledge(IDENTITY, { account: 'bo', name: 'Bo Lind' }, said);
  const told = await deliver();
  expect(told.map(({ type }) => type)).toEqual(['alert-acknowledged', 'study-analysed']);
  expect(told[0]).toMatchObject({ study: { studyUid: '1.1' }, findingCode: BLEED.code, side: null, acknowledgement: { by: ADA, at: now }, communication: { by: { account: 'bo' }, said } });
  await after(MINUTE);
  expect([outbox.depth(), record.unsettled()]).toEqual([0, []]);
});

test('[AL7] an acknowledgement the outbox has no room for now is told later', async () => {
  await critical.put(bleeding());
  await after(MINUTE);
  const put = outbox.put;
  const full = createCriticalWatch({ record, outbox: { ...outbox, put: () => Promise.reject(new Error('full')) }, clock: () => now, setTimer: () => () => undefined, afterMs: MINUTE, watch: { raised: () => undefined, failed: (error) => failed.push(error) } });
  await full.acknowledge(IDENTITY, ADA, null);
  expect([failed.length, outbox.depth(), put]).toEqual([1, 1, outbox.put]);
  await critical.look();
  expect(outbox.depth()).toBe(2);
});

test('[AL7] a mail for each alert, that names nobody; tried again with growing pauses up to a bound, then given up in sight', async () => {
  const sent: LanMailText[] = [];
  let answer: AppError | null = new AppError('smtp-450', { class: 'transient' });
  const givenUp: string[] = [];
  const mailer = createLanMailer({
    record, page: () => 'https://node.north.example:8443/', node: 'READROOM', clock: () => now, setTimer: () => () => undefined,
    send: (mail) => {
      sent.push(mail);
      return answer === null ? Promise.resolve() : Promise.reject(answer);
    },
    watch: { sent: () => undefined, failed: (error, isGivenUp) => void (isGivenUp && givenUp.push(error.code)) },
  });
  await critical.put(bleeding());
  await after(MINUTE);
  for (let n = 0; n < 40; n += 1) {
    await mailer.look();
    now += MINUTE;
  }
  expect([sent.length, new Set(sent.map(({ id }) => id)).size, givenUp, record.deadMails(now - 60 * MINUTE), record.deadMails(now)]).toEqual([9, 1, ['smtp-450'], 1, 0]);
  expect(sent[0]?.text).toMatch(/^Critical: Intracranial haemorrhage, edge node READROOM .*\nFound at 1970-01-01T00:16:40.000Z\..*\nhttps:\/\/node/s);
  expect(JSON.stringify(sent)).not.toMatch(/Quist|P-77/);
  // One that somebody took meanwhile needs none; the next is sent once.
  await critical.put(analysed('1.5', { findings: [BLEED] }));
  await critical.put(analysed('1.6', { findings: [BLEED] }));
  await after(MINUTE);
  await critical.acknowledge({ ...IDENTITY, studyUid: '1.5' }, ADA, null);
  answer = null;
  sent.length = 0;
  for (let n = 0; n < 3; n += 1) await mailer.look();
  expect(sent).toHaveLength(1);
});

test('[ED4] the record at rest names nobody, and a deleted study leaves none', async () => {
  await critical.put(bleeding());
  await after(MINUTE);
  await critical.acknowledge(IDENTITY, ADA, { outcome: 'not-needed', reason: 'Known since yesterday' });
  for (const file of ['lan.sqlite', 'lan.sqlite-wal']) {
    const text = readFileSync(join(folder, file)).toString('latin1');
    for (const secret of ['Quist', 'P-77', 'haemorrhage"', 'yesterday']) expect(text).not.toContain(secret);
  }
  record.forget('1.1');
  expect([record.studies(10), record.alertsOf('1.1')]).toEqual([[], []]);
});

test('the node’s own list stands in the order of the hospital’s, with reasons', async () => {
  await critical.put(received('1.3', { receivedAt: 1, studyClass: 'outpatient' }));
  await critical.put(received('1.2', { receivedAt: 2, studyClass: 'stat' }));
  await critical.put(bleeding());
  await critical.put(analysed('1.1', { status: 'failed', findings: [], evidence: 'c'.repeat(64) }, { studyClass: 'emergency' }));
  const list = rankedList(record);
  expect(list.map(({ studyUid, tier }) => [studyUid, tier])).toEqual([['1.1', 0], ['1.2', 1], ['1.3', 2]]);
  expect(list[0]).toMatchObject({ findings: [{ label: BLEED.label, severity: 'critical' }], reasons: expect.arrayContaining([expect.objectContaining({ text: 'AI: Intracranial haemorrhage, 97 %', minutes: -240 })]) });
  await after(MINUTE);
  expect(shownAlert(record, critical.open()[0]!)).toMatchObject({ label: BLEED.label, acknowledged: null, isCommunicated: false, patient: { patientId: 'SYN-1' } });
});
