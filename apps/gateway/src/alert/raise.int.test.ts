import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';
import { bleed, head } from './testing/bleeding.ts';
import type { Head } from './testing/bleeding.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;
const alertsOf = async ({ studyUid }: Head) => (await client()).alert.findMany({ where: { study: { studyUid } }, include: { events: { orderBy: { at: 'asc' } } } });
const findingsOf = async ({ studyUid }: Head) => (await client()).analysisFinding.count({ where: { analysis: { study: { studyUid } } } });

test('[AL1] finding and alert are committed together, with the first call recorded and the deed audited', async () => {
  const study = head();
  const [message] = await study.tell(gateway, [bleed()]);
  const [alert] = await alertsOf(study);
  expect(alert).toMatchObject({ state: 'open', level: 'primary', severity: 'critical', findingCode: 'intracranial-haemorrhage', side: 'none', withdrawn: false });
  expect(alert!.events.map((event) => event.key)).toEqual(expect.arrayContaining(['raised', 'primary']));
  expect(message).toMatchObject({ alert: { id: alert!.id, patientName: { alphabetic: 'Quist^Ada' } }, step: { key: `${alert!.id}:primary`, roles: ['resident', 'attending'] } });
  const audited = await (await client()).auditEvent.findMany({ where: { action: 'alert.raise' } });
  expect(audited.map((event) => event.subject)).toContainEqual(expect.objectContaining({ alertId: alert!.id }));
});

test('[AL1] an alert that cannot be stored takes the finding with it; told again, both are there', async () => {
  const hospital = await gateway.db.hospital('one');
  await gateway.db.pool.query(`
    create function "${hospital.schema}".refuse() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$;
    create trigger refuse before insert on "${hospital.schema}".alert for each row execute function "${hospital.schema}".refuse()`);
  const study = head();
  await expect(study.tell(gateway, [bleed()])).rejects.toThrow();
  expect(await findingsOf(study)).toBe(0);
  expect(await alertsOf(study)).toEqual([]);

  await gateway.db.pool.query(`drop trigger refuse on "${hospital.schema}".alert; drop function "${hospital.schema}".refuse()`);
  await study.tell(gateway, [bleed()]);
  expect(await findingsOf(study)).toBe(1);
  expect(await alertsOf(study)).toHaveLength(1);
});

test('[AL8] a later revision updates the alert and calls nobody', async () => {
  const study = head();
  await study.tell(gateway, [bleed()]);
  const [message] = await study.tell(gateway, [bleed({ id: 'f-ich-2', confidence: 0.991 })]);
  expect(message).toMatchObject({ alert: { confidence: 0.991, findingId: 'f-ich-2' }, step: null });
  const alerts = await alertsOf(study);
  expect(alerts).toHaveLength(1);
  expect(alerts[0]!.events.filter((event) => event.step === 'escalated')).toHaveLength(1);
});

test('[AL8] a finding that is gone is said to be withdrawn, and the alert stays open', async () => {
  const study = head();
  await study.tell(gateway, [bleed()]);
  const [message] = await study.tell(gateway, []);
  expect(message).toMatchObject({ alert: { withdrawn: true, state: 'open' }, step: null });
  const [back] = await study.tell(gateway, [bleed()]);
  expect(back).toMatchObject({ alert: { withdrawn: false }, step: null });
});

test('[AL8] below the alert threshold nobody is called, and the study stands in tier 0 all the same', async () => {
  const study = head();
  expect(await study.tell(gateway, [bleed({ alert: false })])).toEqual([]);
  const row = await (await client()).worklistItem.findUniqueOrThrow({ where: { studyUid: study.studyUid } });
  expect(row.tier).toBe(0);
});

test('[PR9] a shadow result raises no alert', async () => {
  const study = head();
  expect(await study.tell(gateway, [bleed()], { role: 'shadow' })).toEqual([]);
  expect(await findingsOf(study)).toBe(1);
  expect(await alertsOf(study)).toEqual([]);
});
