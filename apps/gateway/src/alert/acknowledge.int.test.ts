import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';
import { acknowledgeAlert } from './acknowledge.ts';
import { countAlerts, openAlerts } from './list.ts';
import { bleed, head, openBrowser } from './testing/bleeding.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
});
afterAll(() => gateway.stop());

const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;

async function raise(): Promise<{ id: string; studyUid: string }> {
  const study = head();
  const [message] = await study.tell(gateway, [bleed()]);
  return { id: message!.alert.id, studyUid: study.studyUid };
}

test('[AL5] says who and when; audited; the row and every browser learn of it', async () => {
  const { member, cookie } = await gateway.signIn('attending');
  const browser = await openBrowser(gateway.url, cookie);
  const { id, studyUid } = await raise();
  const response = await fetch(`${gateway.url}/trpc/alert.acknowledge`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ alertId: id }),
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ result: { data: { id, state: 'acknowledged', acknowledgedBy: { id: member.userId, name: member.name }, communications: [] } } });
  expect(await browser.until(({ alert }) => alert.id === id && alert.state === 'acknowledged')).toMatchObject({ step: null });
  browser.close();
  const audited = await (await client()).auditEvent.findMany({ where: { action: 'alert.acknowledge', actor: member.userId } });
  expect(audited.map((event) => event.subject)).toContainEqual({ alertId: id, studyUid });
  const row = await (await client()).worklistItem.findUniqueOrThrow({ where: { studyUid } });
  expect(row.item).toMatchObject({ openAlerts: 0 });
});

test('[AL5] two people at once: one acknowledgement, and the other learns who was first', async () => {
  const { id } = await raise();
  const people = [(await gateway.signIn('attending')).member, (await gateway.signIn('resident')).member];
  const outcomes = await Promise.allSettled(people.map((member) => acknowledgeAlert(gateway.deps, member, id)));
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: { code: 'conflict', message: expect.stringContaining('has acknowledged this alert already') } });
  expect(await (await client()).alertEvent.count({ where: { alertId: id, step: 'acknowledged' } })).toBe(1);
  const winner = (await (await client()).alert.findUniqueOrThrow({ where: { id } })).acknowledgedName ?? '';
  const loser = people.find((member) => member.name !== winner)!;
  await expect(acknowledgeAlert(gateway.deps, loser, id)).rejects.toThrow(`${winner} has acknowledged this alert already`);
});

test('[AL5] a double click of one person, at once or later, answers the same acknowledgement', async () => {
  const { id } = await raise();
  const { member } = await gateway.signIn('attending');
  const [first, second] = await Promise.all([acknowledgeAlert(gateway.deps, member, id), acknowledgeAlert(gateway.deps, member, id)]);
  expect(second.acknowledgedAt).toBe(first.acknowledgedAt);
  expect(await acknowledgeAlert(gateway.deps, member, id)).toMatchObject({ acknowledgedAt: first.acknowledgedAt });
  expect(await (await client()).auditEvent.count({ where: { action: 'alert.acknowledge', subject: { path: ['alertId'], equals: id } } })).toBe(1);
});

test('[TN1] neither an admin, nor IT, nor a reader of another hospital acknowledges', async () => {
  const { id } = await raise();
  for (const role of ['admin', 'it'] as const) {
    await expect(acknowledgeAlert(gateway.deps, (await gateway.signIn(role)).member, id)).rejects.toMatchObject({ code: 'forbidden' });
  }
  const elsewhere = (await gateway.signIn('attending', 'org-two')).member;
  await expect(acknowledgeAlert(gateway.deps, elsewhere, id)).rejects.toMatchObject({ code: 'not-found' });
  expect(await openAlerts(gateway.deps, elsewhere)).toEqual([]);
});

test('[AL9] the open ones come worst first, after them the critical ones nobody has communicated; IT gets their number and nothing else', async () => {
  await head().tell(gateway, [bleed({ severity: 'urgent', code: 'pneumonia', label: 'Pneumonia' })]);
  await raise();
  const { member: resident } = await gateway.signIn('resident');
  const taken = await raise();
  await acknowledgeAlert(gateway.deps, resident, taken.id);
  const all = await openAlerts(gateway.deps, resident);
  const open = all.filter((alert) => alert.state === 'open');
  expect(all.slice(0, open.length)).toEqual(open);
  expect(all.slice(open.length).map((alert) => alert.id)).toContain(taken.id);
  const firstUrgent = open.findIndex((alert) => alert.severity === 'urgent');
  expect(open.slice(firstUrgent).every((alert) => alert.severity === 'urgent')).toBe(true);
  const { member: it, cookie } = await gateway.signIn('it');
  expect(await countAlerts(gateway.deps, it)).toEqual({ open: open.length, escalated: 0, oldestOpenAt: Math.min(...open.map((alert) => alert.raisedAt)) });
  for (const path of ['alert.open', 'alert.findings']) {
    const response = await fetch(`${gateway.url}/trpc/${path}`, { headers: { cookie } });
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('Quist');
  }
});
