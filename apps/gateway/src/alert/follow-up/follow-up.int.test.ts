import type { Member } from '@readroom/shared/access/can';
import { fhirBundleSchema } from '@readroom/shared/alert/follow-up';
import { HOUR_MS } from '@readroom/shared/clock';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { acknowledgeAlert } from '../acknowledge.ts';
import { bleed, head } from '../testing/bleeding.ts';
import { closeFollowUp, listFollowUps } from './follow-ups.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let gateway: TestGateway;
let reader: Member;
let other: Member;

beforeAll(async () => {
  gateway = await startTestGateway();
  reader = (await gateway.signIn('resident')).member;
  other = (await gateway.signIn('attending')).member;
});
afterAll(() => gateway.stop());

const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;
async function acknowledged(severity: 'critical' | 'urgent' | 'routine'): Promise<string> {
  const study = head();
  // A routine finding calls nobody: an alert becomes routine when a later analysis says so.
  const [raised] = await study.tell(gateway, [bleed({ severity: severity === 'critical' ? severity : 'urgent' })]);
  if (!raised) throw new Error('nothing raised');
  if (severity === 'routine') await study.tell(gateway, [bleed({ severity })]);
  await Promise.all([1, 2].map(() => acknowledgeAlert(gateway.deps, reader, raised.alert.id)));
  return raised.alert.id;
}

test('[AL15] an urgent and a routine result leave one task each when they are acknowledged, a critical one none, and it stays until somebody closes it', async () => {
  await acknowledged('critical');
  const [routine, urgent] = [await acknowledged('routine'), await acknowledged('urgent')];
  const { open } = await listFollowUps(gateway.deps, reader);
  expect(open.map(({ alert }) => alert.id)).toEqual([urgent, routine]);
  expect(open.map(({ alert, dueAt }) => (dueAt - alert.raisedAt) / HOUR_MS)).toEqual([24, 720]);
  const cookie = (await gateway.signIn('attending')).cookie;
  const answer = await fetch(`${gateway.url}/api/alerts/follow-up-tasks`, { headers: { cookie } });
  expect(fhirBundleSchema.parse(await answer.json())).toMatchObject({ total: 2, entry: [{ resource: { status: 'requested', priority: 'urgent' } }, { resource: { priority: 'routine' } }] });
  expect((await fetch(`${gateway.url}/api/alerts/follow-up-tasks`, { headers: { cookie: (await gateway.signIn('it')).cookie } })).status).toBe(403);
});

test('[AL15] it is closed once, by name and in words that stay out of the audit; sent again it answers the same, and another is told who was first', async () => {
  const [task] = (await listFollowUps(gateway.deps, reader)).open;
  if (!task) throw new Error('no task');
  const close = { id: task.id, status: 'completed' as const, note: 'Dr Hill told, CT in 3 months' };
  const [closed, again] = await Promise.all([closeFollowUp(gateway.deps, reader, close), closeFollowUp(gateway.deps, reader, close)]);
  expect(closed).toMatchObject({ status: 'completed', closed: { by: { id: reader.userId, name: reader.name }, note: close.note } });
  expect(again).toEqual(closed);
  await expect(closeFollowUp(gateway.deps, other, { ...close, status: 'cancelled', note: 'Known before' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(reader.name) });
  await expect(closeFollowUp(gateway.deps, (await gateway.signIn('admin')).member, close)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(closeFollowUp(gateway.deps, reader, { ...close, id: gateway.deps.makeId() })).rejects.toMatchObject({ code: 'not-found' });
  const after = await listFollowUps(gateway.deps, other);
  expect([after.open.length, after.closed.map(({ id }) => id)]).toEqual([1, [task.id]]);
  const events = await (await client()).auditEvent.findMany({ where: { action: { startsWith: 'follow-up.' } } });
  expect(events.map(({ action }) => action).toSorted()).toEqual(['follow-up.close', 'follow-up.open', 'follow-up.open']);
  expect(JSON.stringify(events.map(({ subject }) => subject))).not.toMatch(/Hill|quist/i);
});
