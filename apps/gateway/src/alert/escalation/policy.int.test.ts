import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_ESCALATION } from '@readroom/shared/alert/escalation-policy';
import type { EscalationPolicy } from '@readroom/shared/alert/escalation-policy';
import type { Member } from '@readroom/shared/access/can';
import { NO_ROTA } from '@readroom/shared/alert/rota';
import { MINUTE_MS } from '@readroom/shared/clock';
import { removeMember } from '../../admin/members.ts';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { acknowledgeAlert } from '../acknowledge.ts';
import { complianceReport } from '../compliance/report.ts';
import { setTimeZone } from '../compliance/time-zone.ts';
import { openAlerts } from '../list.ts';
import { changeRota, viewRota } from '../on-call/rota.ts';
import { bleed, head } from '../testing/bleeding.ts';
import { changePolicy, policyHistory, previewPolicy } from './change-policy.ts';
import { escalateHospital } from './escalate.ts';

/** A Tuesday, 10:00 UTC. */
let now = Date.UTC(2026, 10, 24, 10);
let gateway: TestGateway;
let admin: Member;
let attending: Member;
let resident: Member;
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'], clock: () => now });
  admin = (await gateway.signIn('admin')).member;
  attending = (await gateway.signIn('attending')).member;
  resident = (await gateway.signIn('resident')).member;
});
afterAll(() => gateway.stop());

const raise = async (): Promise<string> => (await head().tell(gateway, [bleed()]))[0]!.alert.id;
const later = (policy: Partial<EscalationPolicy['critical']>): EscalationPolicy => ({ ...DEFAULT_ESCALATION, critical: { ...DEFAULT_ESCALATION.critical, ...policy } });
const callsOf = async (id: string) => (await openAlerts(gateway.deps, attending)).find((alert) => alert.id === id)!.calls.map(({ name, asked }) => [name, asked?.map((person) => person.name) ?? null]);
const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;

test('[AL12] an alert climbs and is measured by the version it was raised under; the next one by the next', async () => {
  const before = await raise();
  const history = await changePolicy(gateway.deps, admin, { basedOn: 1, policy: later({ backupAfterMs: 10 * MINUTE_MS, endAfterMs: 20 * MINUTE_MS, acknowledgeWithinMs: MINUTE_MS }), reason: 'Agreed by the department' });
  expect(history.map(({ version, by }) => [version, by])).toEqual([[2, 'Test admin'], [1, 'Readroom']]);
  const after = await raise();
  now += 5 * MINUTE_MS;
  await escalateHospital(gateway.deps, gateway.organisation);
  expect((await callsOf(before)).map(([name]) => name)).toEqual(['primary', 'backup', 'end']);
  expect((await callsOf(after)).map(([name]) => name)).toEqual(['primary']);
  for (const id of [before, after]) await acknowledgeAlert(gateway.deps, attending, id);
  const { policies, report } = await complianceReport(gateway.deps, admin, { from: now - 60 * MINUTE_MS, until: now });
  expect(policies.map(({ version }) => version)).toEqual([2, 1]);
  expect(report.total.acknowledged).toMatchObject({ within: 1, late: 1 });
});

test('[AL12] a policy that may not stand, changes nothing, or was made over another’s head is refused; versions are for ever', async () => {
  const change = { basedOn: 2, policy: DEFAULT_ESCALATION, reason: 'Back to the first' };
  await expect(changePolicy(gateway.deps, admin, { ...change, policy: later({ maxRepeats: 0 }) })).rejects.toMatchObject({ code: 'bad-input' });
  await expect(changePolicy(gateway.deps, admin, { ...change, policy: later({ repeatEveryMs: MINUTE_MS }) })).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('call for 24 hours') });
  await expect(changePolicy(gateway.deps, admin, { ...change, basedOn: 1 })).rejects.toMatchObject({ code: 'conflict' });
  await expect(changePolicy(gateway.deps, attending, change)).rejects.toMatchObject({ code: 'forbidden' });
  const settled = await Promise.allSettled([1, 2, 3].map(() => changePolicy(gateway.deps, admin, change)));
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await policyHistory(gateway.deps, attending)).map(({ version }) => version)).toEqual([3, 2, 1]);
  await expect(changePolicy(gateway.deps, admin, { ...change, basedOn: 3 })).rejects.toMatchObject({ message: expect.stringContaining('nothing would change') });
  await expect((await client()).escalationPolicy.update({ where: { version: 1 }, data: { reason: 'x' } })).rejects.toThrow(/denied/);
  const audited = await (await client()).auditEvent.findMany({ where: { action: 'escalation.change' }, orderBy: { at: 'asc' } });
  expect(audited.map(({ subject }) => subject)).toEqual([{ from: 1, to: 2 }, { from: 2, to: 3 }]);
});

test('[AL12] what the last month would have been is said before the change', async () => {
  expect(await previewPolicy(gateway.deps, admin, later({ backupAfterMs: 10 * MINUTE_MS, endAfterMs: 20 * MINUTE_MS }))).toEqual({
    days: 30, before: { alerts: 2, backup: 2, end: 2, late: 0 }, after: { alerts: 2, backup: 0, end: 0, late: 0 },
  });
});

test('[AL13] who is on call by the hospital’s clock is asked by name; the assigned reader goes first; a role where nobody is left; everybody at the end', async () => {
  await setTimeZone(gateway.deps, admin, 'Europe/Stockholm');
  const asked = ({ userId, name }: Member) => [{ id: userId, name }];
  const view = await changeRota(gateway.deps, admin, {
    basedOn: 0,
    rota: { primary: { kind: 'weekly', shifts: [{ days: [2], from: 11 * 60, to: 12 * 60, people: [{ id: resident.userId, name: 'ignored' }] }] }, backup: { kind: 'people', people: asked(attending) } },
  });
  // 10:05 UTC is 11:05 in Stockholm.
  expect(view).toMatchObject({ version: 1, timeZone: 'Europe/Stockholm', now: { primary: [{ name: 'Test resident' }], backup: [{ name: 'Test attending' }] } });
  expect(view.candidates.map(({ name }) => name)).toEqual(['Test attending', 'Test resident']);
  const id = await raise();
  now += 5 * MINUTE_MS;
  await escalateHospital(gateway.deps, gateway.organisation);
  expect(await callsOf(id)).toEqual([['primary', ['Test resident']], ['backup', ['Test attending']], ['end', null]]);

  now += 60 * MINUTE_MS;
  expect(await callsOf(await raise())).toEqual([['primary', null]]);
  const study = head();
  await study.tell(gateway, []);
  await (await client()).worklistItem.update({ where: { studyUid: study.studyUid }, data: { assignedTo: attending.userId, assignedName: attending.name } });
  const [message] = await study.tell(gateway, [bleed()]);
  expect(message).toMatchObject({ alert: { calls: [{ asked: asked(attending) }] }, step: { userIds: [attending.userId] } });

  await changeRota(gateway.deps, admin, { basedOn: 1, rota: { ...NO_ROTA, primary: { kind: 'people', people: asked(resident) } } });
  await removeMember(gateway.deps, admin, resident.userId);
  expect((await viewRota(gateway.deps, attending)).now.primary).toBeNull();
  expect(await callsOf(await raise())).toEqual([['primary', null]]);
});

test('[AL13] a rota names only those who may acknowledge here, and is changed by an administrator, one at a time', async () => {
  const elsewhere = (await gateway.signIn('attending', 'org-two')).member;
  for (const stranger of [admin, elsewhere]) {
    const rota = { ...NO_ROTA, primary: { kind: 'people' as const, people: [{ id: stranger.userId, name: stranger.name }] } };
    await expect(changeRota(gateway.deps, admin, { basedOn: 2, rota })).rejects.toMatchObject({ code: 'bad-input' });
  }
  await expect(changeRota(gateway.deps, admin, { basedOn: 1, rota: NO_ROTA })).rejects.toMatchObject({ code: 'conflict' });
  await expect(changeRota(gateway.deps, attending, { basedOn: 2, rota: NO_ROTA })).rejects.toMatchObject({ code: 'forbidden' });
  expect((await viewRota(gateway.deps, elsewhere))).toMatchObject({ version: 0, history: [], candidates: [{ name: 'Test attending' }] });
});
