import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Member } from '@readroom/shared/access/can';
import type { Alert } from '@readroom/shared/alert/alert';
import { EVERY_ALERT } from '@readroom/shared/alert/history';
import type { AlertFilter } from '@readroom/shared/alert/history';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { acknowledgeAlert } from '../acknowledge.ts';
import { communicate } from '../communication/communicate.ts';
import { alertFindings, alertsOfStudy } from '../list.ts';
import { recordProof } from '../proof/proof.ts';
import { bleed, head } from '../testing/bleeding.ts';
import { readChain } from './read-chain.ts';
import { searchAlerts } from './search-alerts.ts';

let gateway: TestGateway;
let reader: Member;
let cookie: string;
const ids: string[] = [];
const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;

/** Six alerts: three critical, three urgent; the first acknowledged and communicated; one patient of another name. */
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
  ({ member: reader, cookie } = await gateway.signIn('attending'));
  for (const n of [0, 1, 2, 3, 4, 5]) {
    const [message] = await head().tell(gateway, [n % 2 === 0 ? bleed() : bleed({ severity: 'urgent', code: 'pneumonia', label: 'Pneumonia' })]);
    ids.push(message!.alert.id);
  }
  const { alert, study } = await client();
  const { studyId } = await alert.findUniqueOrThrow({ where: { id: ids[4]! } });
  await study.update({ where: { id: studyId }, data: { patientId: 'A_100%', accessionNumber: 'X\\7', patientName: { alphabetic: 'LINDQVIST^Åsa', ideographic: '山田^太郎' } } });
  await acknowledgeAlert(gateway.deps, reader, ids[0]!);
  await communicate(gateway.deps, reader, { id: randomUUID(), alertId: ids[0]!, corrects: null, said: { outcome: 'told', name: 'Dr Ward', role: 'nurse', means: 'telephone', at: Date.now(), words: 'Bleed', readBack: true, reason: '' } });
});
afterAll(() => gateway.stop());

const search = (filter: Partial<AlertFilter>, limit = 50, cursor: string | null = null, member = reader) => searchAlerts(gateway.deps, member, { ...EVERY_ALERT, ...filter, limit, cursor });
const found = async (filter: Partial<AlertFilter>) => (await search(filter)).items.map((alert) => ids.indexOf(alert.id)).sort();

test('filters combine; nothing chosen finds every alert', async () => {
  expect(await found({})).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await found({ states: ['closed'] })).toEqual([0]);
  expect(await found({ states: ['open'], severities: ['critical'] })).toEqual([2, 4]);
  expect(await found({ findingCode: 'pneumonia' })).toEqual([1, 3, 5]);
  expect(await found({ from: Date.now() + 60_000 })).toEqual([]);
  expect(await found({ until: Date.now() + 60_000, severities: ['urgent'] })).toEqual([1, 3, 5]);
  expect(await alertFindings(gateway.deps, reader)).toEqual([{ code: 'intracranial-haemorrhage', label: 'Intracranial haemorrhage' }, { code: 'pneumonia', label: 'Pneumonia' }]);
});

test('words find name, id and accession number in any case and order; wildcards are letters', async () => {
  for (const text of ['lindqvist', 'åsa, Lindqvist', '太郎', 'a_100%', 'x\\7', '100% lind']) expect(await found({ text }), text).toEqual([4]);
  for (const text of ['%', '_', 'A%100', 'lindqvist ada', '\\']) expect(await found({ text }), text).toEqual(text === '\\' || text === '%' || text === '_' ? [4] : []);
  expect(await found({ text: 'quist ada', states: ['closed'] })).toEqual([0]);
});

test('pages go through every alert once, the newest first, also where many were raised in one moment', async () => {
  const { alert } = await client();
  const moment = (await alert.findUniqueOrThrow({ where: { id: ids[1]! } })).raisedAt;
  await alert.updateMany({ where: { id: { in: [ids[2]!, ids[3]!] } }, data: { raisedAt: moment } });
  const seen: Alert[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof search>> = await search({}, 2, cursor);
    seen.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(ids.length);
  expect(seen.map(({ raisedAt }) => raisedAt)).toEqual(seen.map(({ raisedAt }) => raisedAt).toSorted((a, b) => b - a));
  await expect(search({}, 2, 'nonsense')).rejects.toMatchObject({ code: 'bad-input' });
});

test('[TN2] every page is audited: who, how many and the kinds of filter, never the text; so is the look at a study’s alerts', async () => {
  const { auditEvent, alert } = await client();
  await search({ text: 'Lindqvist', states: ['open'] }, 1);
  const rows = await auditEvent.findMany({ where: { action: 'alert.search', actor: reader.userId } });
  expect(rows.map((row) => row.subject)).toContainEqual({ shown: 1, filters: 'state text', firstPage: true });
  expect(JSON.stringify(rows.map((row) => row.subject)).toLowerCase()).not.toContain('lindqvist');
  const { studyId } = await alert.findUniqueOrThrow({ where: { id: ids[0]! } });
  expect(await alertsOfStudy(gateway.deps, reader, studyId)).toMatchObject([{ id: ids[0] }]);
  expect((await auditEvent.findMany({ where: { action: 'alert.list', actor: reader.userId } })).map((row) => row.subject)).toContainEqual({ studyId, shown: 1 });
});

test('a search is refused as a GET, whose address would hold the words', async () => {
  const input = encodeURIComponent(JSON.stringify({ ...EVERY_ALERT, text: 'Lindqvist', limit: 5, cursor: null }));
  expect((await fetch(`${gateway.url}/trpc/alert.search?input=${input}`, { headers: { cookie } })).status).toBe(405);
  const answer = await fetch(`${gateway.url}/trpc/alert.search`, { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify({ ...EVERY_ALERT, text: 'Lindqvist', limit: 5, cursor: null }) });
  expect(await answer.json()).toMatchObject({ result: { data: { items: [{ id: ids[4] }], nextCursor: null } } });
});

test('[TN1] another hospital finds nothing, and IT may not look', async () => {
  const { member: elsewhere } = await gateway.signIn('attending', 'org-two');
  expect((await search({}, 50, null, elsewhere)).items).toEqual([]);
  await expect(readChain(gateway.deps, elsewhere, ids[0]!)).rejects.toMatchObject({ code: 'not-found' });
  const { member: it } = await gateway.signIn('it');
  for (const look of [() => search({}, 50, null, it), () => readChain(gateway.deps, it, ids[0]!), () => alertsOfStudy(gateway.deps, it, randomUUID())]) await expect(look()).rejects.toMatchObject({ code: 'forbidden' });
});

test('[AL10] the chain of a stored alert has what the database has, and says what it has not', async () => {
  await recordProof(gateway.deps, reader, { alertId: ids[0]!, step: 'painted', at: Date.now() });
  const chain = Object.fromEntries((await readChain(gateway.deps, reader, ids[0]!)).map((link) => [link.step, link]));
  const { alert, auditEvent } = await client();
  const row = await alert.findUniqueOrThrow({ where: { id: ids[0]! }, include: { study: { include: { analyses: true } }, communications: true } });
  expect(chain).toMatchObject({
    stored: { state: 'recorded', at: row.study.lastInstanceAt.getTime() },
    analysed: { state: 'recorded', at: row.study.analyses[0]!.completedAt!.getTime() },
    raised: { at: row.raisedAt.getTime(), sinceRaisedMs: 0 },
    emitted: { state: 'missing', at: null },
    painted: { state: 'recorded', by: reader.name, count: 1 },
    sounded: { state: 'missing' },
    escalated: { state: 'not-due' },
    acknowledged: { at: row.acknowledgedAt!.getTime(), by: reader.name },
    communicated: { at: row.communications[0]!.toldAt!.getTime(), by: reader.name },
  });
  expect((await auditEvent.findMany({ where: { action: 'alert.chain' } })).map((event) => event.subject)).toContainEqual({ alertId: ids[0], studyUid: row.study.studyUid });
});
