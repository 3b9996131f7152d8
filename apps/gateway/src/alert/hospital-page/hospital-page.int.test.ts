import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lanActor } from '@readroom/shared/alert/hospital-page';
import type { AlertAcknowledged } from '@readroom/shared/wire/alert-acknowledged';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import { PROTOCOL_VERSION } from '@readroom/shared/wire/version';
import { checkAudit } from '../../audit/audit-page.ts';
import { ingest } from '../../study/ingest.ts';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { acknowledgeAlert } from '../acknowledge.ts';
import { escalateHospital } from '../escalation/escalate.ts';
import { readChain } from '../history/read-chain.ts';
import { bleed, head } from '../testing/bleeding.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;
const nodeEpoch = randomUUID();
let seq = 0;

/** Says it as a node does whose clock is an hour behind. */
async function say(body: EdgeUpBody, clockOffsetMs = 3_600_000) {
  seq += 1;
  const speaker = { nodeId: gateway.nodeId, organisation: gateway.organisation, clockOffsetMs };
  const now = gateway.deps.clock();
  return ingest(gateway.deps, speaker, { v: PROTOCOL_VERSION, id: randomUUID(), nodeEpoch, seq, queuedAt: now, traceparent: null, body });
}

/** Acknowledged two minutes ago; the node's clock an hour behind. */
function taken(studyUid: string, change: Partial<AlertAcknowledged> = {}): AlertAcknowledged {
  return { type: 'alert-acknowledged', study: { studyUid }, findingCode: 'intracranial-haemorrhage', side: null, acknowledgement: { id: randomUUID(), by: { account: 'ada', name: 'Ada Quist' }, at: gateway.deps.clock() - 3_720_000 }, communication: null, ...change };
}

async function alertOf(studyUid: string) {
  const rows = await (await client()).alert.findMany({ where: { study: { studyUid } }, include: { events: true, communications: true, notifications: true } });
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

const steps = (events: readonly { step: string }[]): string[] => events.map(({ step }) => step).sort();

test('[AL7] an acknowledgement from the hospital’s own page that comes before its result, twice: one alert, acknowledged, that calls nobody', async () => {
  const study = head();
  const body = taken(study.studyUid);
  expect((await say(body)).ack.outcome).toBe('applied');
  expect((await say(body)).ack.outcome).toBe('applied');
  const [message] = await study.tell(gateway, [bleed()]);
  expect(message).toMatchObject({ step: null, alert: { state: 'acknowledged', acknowledgedBy: { name: 'Ada Quist' } } });
  await say(body);
  await escalateHospital(gateway.deps, gateway.organisation);
  const alert = await alertOf(study.studyUid);
  expect(alert).toMatchObject({ state: 'acknowledged', acknowledgedBy: lanActor(gateway.nodeId, 'ada'), acknowledgedName: 'Ada Quist', notifications: [] });
  expect(steps(alert.events)).toEqual(['acknowledged', 'raised']);
  // The time of the act, in the gateway's clock.
  expect(alert.acknowledgedAt?.getTime()).toBe(body.acknowledgement.at + 3_600_000);
  const actions = await (await client()).auditEvent.findMany({ where: { actor: lanActor(gateway.nodeId, 'ada') }, select: { action: true }, orderBy: { at: 'asc' } });
  expect(actions.map(({ action }) => action)).toEqual(['alert.acknowledge-at-node', 'alert.acknowledge']);
  const chain = await readChain(gateway.deps, (await gateway.signIn('attending')).member, alert.id);
  expect(Object.fromEntries(chain.map(({ step, state, by }) => [step, by ?? state]))).toMatchObject({ acknowledged: 'Ada Quist at the hospital’s own page', emitted: 'not-due', sounded: 'not-due', escalated: 'not-due', communicated: 'waiting' });
});

test('[AL7] one that comes after stops the calling; the communication that follows closes the alert once, with its record', async () => {
  const study = head();
  await study.tell(gateway, [bleed()]);
  const body = taken(study.studyUid);
  const { alerts, patch } = await say(body);
  expect(alerts).toMatchObject([{ step: null, alert: { state: 'acknowledged' } }]);
  expect(patch?.upserts).toHaveLength(1);
  const communication = { id: randomUUID(), by: { account: 'ada', name: 'Ada Quist' }, at: body.acknowledgement.at + 1_000, said: { outcome: 'told' as const, name: 'Dr Ward', role: 'covering-clinician' as const, means: 'telephone' as const, at: body.acknowledgement.at, words: 'Bleed', readBack: true, reason: '' } };
  for (let n = 0; n < 2; n += 1) await say({ ...body, communication });
  const alert = await alertOf(study.studyUid);
  expect(alert).toMatchObject({ state: 'closed', communications: [{ id: communication.id, toldName: 'Dr Ward', byName: 'Ada Quist', toldAt: new Date(body.acknowledgement.at + 3_600_000) }] });
  expect(steps(alert.events)).toEqual(['acknowledged', 'escalated', 'raised']);
  await expect.poll(async () => (await client()).auditEvent.count({ where: { seq: null } }), { timeout: 20_000 }).toBe(0);
  expect(await checkAudit(gateway.deps, (await gateway.signIn('admin')).member)).toMatchObject({ ok: true });
});

test('[AL7] whoever was first in Readroom stands, and the deed at the page is in the audit', async () => {
  const study = head();
  const [message] = await study.tell(gateway, [bleed()]);
  const { member } = await gateway.signIn('attending');
  await acknowledgeAlert(gateway.deps, member, message!.alert.id);
  const body = taken(study.studyUid, { acknowledgement: { id: randomUUID(), by: { account: 'bo', name: 'Bo Lind' }, at: gateway.deps.clock() } });
  expect(await say(body, 0)).toMatchObject({ ack: { outcome: 'applied' }, alerts: [] });
  expect(await alertOf(study.studyUid)).toMatchObject({ acknowledgedBy: member.userId });
  expect(await (await client()).auditEvent.count({ where: { action: 'alert.acknowledge-at-node', actor: lanActor(gateway.nodeId, 'bo') } })).toBe(1);
});

test('[TN2] what was done at the page is audited once, as that person’s, however often it is told', async () => {
  const body = { type: 'lan-audit' as const, id: randomUUID(), account: 'ada', deed: 'view' as const, at: gateway.deps.clock() };
  for (let n = 0; n < 2; n += 1) await say(body, 0);
  const events = await (await client()).auditEvent.findMany({ where: { action: 'hospital-page.view' } });
  expect(events).toMatchObject([{ id: body.id, actor: lanActor(gateway.nodeId, 'ada'), role: 'hospital-page', subject: { nodeId: gateway.nodeId, at: new Date(body.at).toISOString() } }]);
});
