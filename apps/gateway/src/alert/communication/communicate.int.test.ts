import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Member } from '@readroom/shared/access/can';
import type { CommunicationRequest, Said } from '@readroom/shared/alert/communication';
import { canonicalJson } from '@readroom/shared/canonical-json';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { checkAudit } from '../../audit/audit-page.ts';
import { acknowledgeAlert } from '../acknowledge.ts';
import { bleed, head, openBrowser } from '../testing/bleeding.ts';
import { communicate } from './communicate.ts';

let gateway: TestGateway;
let reader: Member;
let cookie: string;
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
  ({ member: reader, cookie } = await gateway.signIn('attending'));
});
afterAll(() => gateway.stop());

type Told = Extract<Said, { outcome: 'told' }>;
const told = (change: Partial<Told> = {}): Told => ({ outcome: 'told', name: 'Dr Ward', role: 'covering-clinician', means: 'telephone', at: Date.now(), words: 'Intracranial haemorrhage', readBack: true, reason: '', ...change });
const asking = (alertId: string, said: Said = told(), corrects: string | null = null): CommunicationRequest => ({ id: randomUUID(), alertId, corrects, said });
const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;
const records = async (alertId: string) => (await client()).alertCommunication.count({ where: { alertId } });

async function taken(): Promise<{ id: string; studyUid: string }> {
  const study = head();
  const [message] = await study.tell(gateway, [bleed()]);
  await acknowledgeAlert(gateway.deps, reader, message!.alert.id);
  return { id: message!.alert.id, studyUid: study.studyUid };
}

test('[AL9] the first record closes the alert; every browser learns of it; the audit keeps coded words and the hash of the record', async () => {
  const browser = await openBrowser(gateway.url, cookie);
  const { id, studyUid } = await taken();
  const request = asking(id);
  const response = await fetch(`${gateway.url}/trpc/alert.communicate`, { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify(request) });
  expect(await response.json()).toMatchObject({ result: { data: { id, state: 'closed', communications: [{ id: request.id, corrects: null, by: { id: reader.userId, name: reader.name }, said: request.said }] } } });
  const { alert, step } = await browser.until((message) => message.alert.id === id && message.alert.state === 'closed');
  expect(step).toBeNull();
  expect(alert.communications).toHaveLength(1);
  browser.close();
  const audited = (await (await client()).auditEvent.findMany({ where: { action: 'alert.communicate', actor: reader.userId } })).find((event) => JSON.stringify(event.subject).includes(id));
  const sha256 = createHash('sha256').update(canonicalJson({ alertId: id, record: alert.communications[0] })).digest('hex');
  expect(audited?.subject).toEqual({ alertId: id, studyUid, communicationId: request.id, corrects: null, outcome: 'told', toldRole: 'covering-clinician', means: 'telephone', readBack: true, sha256 });
  expect(JSON.stringify(audited?.subject)).not.toContain('Dr Ward');
});

test('[AL9] one request sent many times, at once and later, writes one record; other words under its id are refused', async () => {
  const { id } = await taken();
  const request = asking(id);
  const answers = await Promise.all(Array.from({ length: 6 }, () => communicate(gateway.deps, reader, request)));
  for (const answer of [...answers, await communicate(gateway.deps, reader, request)]) expect(answer.communications).toHaveLength(1);
  expect(await records(id)).toBe(1);
  expect(await (await client()).auditEvent.count({ where: { action: 'alert.communicate', subject: { path: ['communicationId'], equals: request.id } } })).toBe(1);
  await expect(communicate(gateway.deps, reader, { ...request, said: told({ name: 'Dr Else' }) })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('stored with other words') });
  const other = await taken();
  await expect(communicate(gateway.deps, reader, { ...request, alertId: other.id })).rejects.toMatchObject({ code: 'conflict' });
});

test('[AL9] a correction names the record it corrects; of two at once one stands and the other learns who was first', async () => {
  const { id } = await taken();
  const wrong = asking(id, told({ name: 'Dr Wrong' }));
  await communicate(gateway.deps, reader, wrong);
  const { member: resident } = await gateway.signIn('resident');
  const outcomes = await Promise.allSettled([reader, resident].map((member) => communicate(gateway.deps, member, asking(id, told({ name: 'Dr Right' }), wrong.id))));
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: { code: 'conflict', message: expect.stringContaining('has corrected this record already') } });
  expect(await records(id)).toBe(2);
  const elsewhere = await taken();
  await expect(communicate(gateway.deps, reader, asking(elsewhere.id, told(), wrong.id))).rejects.toMatchObject({ code: 'not-found' });
});

test('[AL9] an open alert is acknowledged first; a record that lacks something, or has a time that cannot be, says what to mend', async () => {
  const [open] = await head().tell(gateway, [bleed()]);
  await expect(communicate(gateway.deps, reader, asking(open!.alert.id))).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Acknowledge it') });
  const { id } = await taken();
  const bad: [Said, RegExp][] = [
    [told({ name: '' }), /name of the person/],
    [told({ at: Date.now() + 3_600_000 }), /future/],
    [told({ at: Date.now() - 3_600_000 }), /before the alert/],
    [told({ readBack: false }), /why it was not read back/],
    [{ outcome: 'not-needed', reason: '' }, /why nobody/],
  ];
  for (const [said, text] of bad) await expect(communicate(gateway.deps, reader, asking(id, said))).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(text) });
  expect(await communicate(gateway.deps, reader, asking(id, { outcome: 'not-needed', reason: 'No bleed on the images' }))).toMatchObject({ state: 'closed' });
});

test('[AL9] records are not changed or deleted, by the application neither', async () => {
  const { id } = await taken();
  await communicate(gateway.deps, reader, asking(id));
  const hospital = await gateway.deps.hospital(gateway.organisation);
  const table = `${hospital.schema}.alert_communication`;
  for (const sql of [`update ${table} set told_name = 'X'`, `delete from ${table}`, `truncate ${table}`]) await expect(hospital.pool.query(sql)).rejects.toThrow(/permission denied/);
  expect(await records(id)).toBe(1);
});

test('[TN1] neither an admin, nor IT, nor a reader of another hospital records a communication', async () => {
  const { id } = await taken();
  for (const role of ['admin', 'it'] as const) await expect(communicate(gateway.deps, (await gateway.signIn(role)).member, asking(id))).rejects.toMatchObject({ code: 'forbidden' });
  await expect(communicate(gateway.deps, (await gateway.signIn('attending', 'org-two')).member, asking(id))).rejects.toMatchObject({ code: 'not-found' });
});

test('[AL9] the check of the audit finds a record that was changed, removed or put in behind its back', async () => {
  const { member: admin } = await gateway.signIn('admin');
  const { id: alertId } = await taken();
  const request = asking(alertId);
  await communicate(gateway.deps, reader, request);
  // Only what is sealed is compared: wait until everything is.
  await expect.poll(async () => (await client()).auditEvent.count({ where: { action: 'alert.communicate', seq: null } }), { timeout: 20_000 }).toBe(0);
  expect(await checkAudit(gateway.deps, admin)).toMatchObject({ ok: true, problem: null });
  const event = (await (await client()).auditEvent.findMany({ where: { action: 'alert.communicate' } })).find(({ subject }) => JSON.stringify(subject).includes(request.id));
  const table = 'h_one.alert_communication';
  const sql = (text: string, values: unknown[]) => gateway.db.pool.query(text, values);

  await sql(`update ${table} set told_name = 'Dr Other' where id = $1`, [request.id]);
  expect(await checkAudit(gateway.deps, admin)).toMatchObject({ ok: false, problem: { kind: 'record-edited', seq: Number(event?.seq) } });
  await sql(`update ${table} set told_name = 'Dr Ward' where id = $1`, [request.id]);
  expect(await checkAudit(gateway.deps, admin)).toMatchObject({ ok: true });

  const forged = randomUUID();
  await sql(`insert into ${table} (id, alert_id, by_id, by_name, recorded_at, outcome, reason) values ($1, $2, 'u', 'U', now() + interval '1 minute', 'not-needed', 'x')`, [forged, alertId]);
  expect(await checkAudit(gateway.deps, admin)).toMatchObject({ ok: false, problem: { kind: 'record-added', seq: null } });
  await sql(`delete from ${table} where id = any($1::uuid[])`, [[forged, request.id]]);
  expect(await checkAudit(gateway.deps, admin)).toMatchObject({ ok: false, problem: { kind: 'record-missing', seq: Number(event?.seq) } });
});
