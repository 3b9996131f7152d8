import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '@readroom/shared/clock';
import { DEFAULT_POLICY } from '@readroom/shared/priority/policy';
import { termsOf, valuesOf, type PolicyValues } from '@readroom/shared/priority/policy-change';
import type { WorklistPatch } from '@readroom/shared/worklist/events';
import { openBrowser } from '../../alert/testing/bleeding.ts';
import { analysed, received } from '../../edge/testing/bodies.ts';
import { greetedEdge, type EdgeSpeaker } from '../../edge/testing/edge-speaker.ts';
import { apiClient } from '../../testing/api-client.ts';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { replayAt } from '../journal.ts';
import { readPage } from '../page/read-page.ts';
import { rerankList } from './rerank.ts';

/** Moved by the tests; the journal's own clock is the database's. */
let now = Date.now();
let gateway: TestGateway;
let edge: EdgeSpeaker;
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'], clock: () => now });
  edge = await greetedEdge(gateway.url, gateway.nodeKey);
  const at = (minutesAgo: number) => ({ receivedAt: now - minutesAgo * MINUTE_MS, lastInstanceAt: now });
  await edge.say(
    analysed('1.1', {}, at(30)),
    received('1.2', { ...at(90), studyClass: 'inpatient' }),
    received('1.3', { ...at(80), studyClass: 'inpatient' }),
    received('1.4', { ...at(70), studyClass: 'outpatient', description: 'Knee' }),
    received('1.5', { ...at(10), studyClass: 'stat' }),
  );
  now = Date.now() + 1_000;
});
afterAll(async () => {
  edge.terminate();
  await gateway.stop();
});

const hospital = () => gateway.deps.hospital(gateway.organisation);
const items = async () => (await readPage(await hospital(), { limit: 200 })).items;
const order = async () => (await items()).map(({ studyUid }) => studyUid);
const { version: _version, ...DEFAULT_TERMS } = DEFAULT_POLICY;
const terms = (over: Partial<PolicyValues>) => termsOf({ ...valuesOf(DEFAULT_TERMS), ...over });
const clients = new Map<string, ReturnType<typeof signedIn>>();
async function signedIn(role: 'admin' | 'attending' | 'it', organisation?: string) {
  const { cookie } = await gateway.signIn(role, organisation);
  const { worklist, study } = apiClient(gateway.url, cookie);
  return { cookie, worklist, study };
}
/** One session a role: hashing a password is slow on purpose. */
function clientOf(...who: Parameters<typeof signedIn>): ReturnType<typeof signedIn> {
  const client = clients.get(who.join()) ?? signedIn(...who);
  clients.set(who.join(), client);
  return client;
}
/** An outpatient may wait as long as an inpatient. */
const LEVEL = terms({ outpatient: 4 * HOUR_MS });

test('[PR10] the preview says of the last day’s real list who would have stood where, and why, and whose it is not', async () => {
  const { worklist } = await clientOf('admin');
  expect(await order()).toEqual(['1.1', '1.5', '1.2', '1.3', '1.4']);
  expect(await worklist.policy.preview.query(terms({ stat: 20 * MINUTE_MS }))).toMatchObject({ from: now - 24 * HOUR_MS, until: now, studies: 5, moved: 0, most: [], fallen: [] });
  await edge.say(received('1.6', { receivedAt: now - 100 * MINUTE_MS, lastInstanceAt: now, studyClass: 'outpatient', description: 'Knee' }));
  now = Date.now() + 2_000;
  const level = await worklist.policy.preview.query(LEVEL);
  expect(level).toMatchObject({ studies: 6, moved: 3, fallen: [] });
  expect(level.most[0]).toEqual({ studyUid: '1.6', from: 5, to: 3, at: now, reason: 'Outpatient: may wait 4 h, until now 24 h', modality: 'CT', bodyPart: 'HEAD', description: 'Knee' });
  expect(level.most.slice(1).map(({ studyUid, reason }) => [studyUid, reason])).toEqual([['1.2', 'Unchanged itself: others pass it'], ['1.3', 'Unchanged itself: others pass it']]);
  expect(JSON.stringify(level)).not.toMatch(/SYN/);
});

test('[PR10] a change is a version with author and reason, ranks the open list anew in every browser, and the past replays byte for byte', async () => {
  const { worklist, cookie } = await clientOf('admin');
  const then = Date.now();
  const past = JSON.stringify(await replayAt(await hospital(), then));
  const browser = await openBrowser(gateway.url, cookie);
  const heard: WorklistPatch[] = [];
  browser.socket.on('rt:patch', (patch: WorklistPatch) => heard.push(patch));
  const history = await worklist.policy.change.mutate({ basedOn: 1, terms: LEVEL, reason: 'Agreed by the department' });
  expect(history.map(({ version, by, reason }) => [version, by, reason])).toEqual([[2, 'Test admin', 'Agreed by the department'], [1, 'Readroom', '']]);
  expect(await order()).toEqual(['1.1', '1.5', '1.6', '1.2', '1.3', '1.4']);
  const rows = await items();
  for (const row of rows) expect(row.reasons.reduce((sum, { ms }) => sum + ms, 0)).toBe(row.sortKey);
  expect(rows.find(({ studyUid }) => studyUid === '1.6')).toMatchObject({ dueAt: rows.find(({ studyUid }) => studyUid === '1.6')!.receivedAt + 4 * HOUR_MS });
  await vi.waitFor(() => {
    const told = new Map(heard.flatMap(({ upserts }) => upserts).map((row) => [row.studyUid, row]));
    for (const row of rows) expect(told.get(row.studyUid)).toEqual(row);
  }, 20_000);
  browser.close();
  const { client } = await hospital();
  const journal = await client.rankJournal.findMany({ where: { cause: 'policy-changed' } });
  expect(new Set(journal.map(({ policyVersion }) => policyVersion))).toEqual(new Set([2]));
  expect(journal).toHaveLength(6);
  expect(JSON.stringify(await replayAt(await hospital(), then))).toBe(past);
  expect((await replayAt(await hospital(), Date.now() + 1_000)).map(({ studyUid }) => studyUid)).toEqual(await order());
  const audited = await client.auditEvent.findMany({ where: { action: 'rank-policy.change' } });
  expect(audited.map(({ subject }) => subject)).toEqual([{ from: 1, to: 2 }]);
});

test('[PR10] of those who change it at once one does and the others are told; what may not stand says everything; versions are for ever', async () => {
  const { worklist } = await clientOf('admin');
  const change = { basedOn: 2, terms: DEFAULT_TERMS, reason: 'Back to the first' };
  await expect(worklist.policy.change.mutate({ ...change, basedOn: 1 })).rejects.toMatchObject({ data: { appCode: 'conflict' } });
  await expect(worklist.policy.change.mutate({ ...change, terms: terms({ stat: MINUTE_MS, hardLimit: 3 * HOUR_MS }) })).rejects.toThrow(/STAT: Choose 5 min to 4 h\..*No shorter than the bound W/);
  await expect((await clientOf('attending')).worklist.policy.change.mutate(change)).rejects.toMatchObject({ data: { appCode: 'forbidden' } });
  await expect((await clientOf('attending')).worklist.policy.preview.query(LEVEL)).rejects.toMatchObject({ data: { appCode: 'forbidden' } });
  const settled = await Promise.allSettled([1, 2, 3].map(() => worklist.policy.change.mutate(change)));
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(String((settled.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason)).toContain('Somebody else has changed the policy meanwhile');
  expect((await (await clientOf('it')).worklist.policy.history.query()).map(({ version }) => version)).toEqual([3, 2, 1]);
  await expect(worklist.policy.change.mutate({ ...change, basedOn: 3 })).rejects.toThrow('nothing would change');
  await expect((await hospital()).client.rankPolicy.update({ where: { version: 1 }, data: { reason: 'x' } })).rejects.toThrow(/denied/);
  expect((await (await clientOf('admin', 'org-two')).worklist.policy.history.query()).map(({ version }) => version)).toEqual([1]);
});

test('[PR10] what a gateway that went down left is ranked anew by the next look, a bounded batch a transaction', async () => {
  const { client } = await hospital();
  const before = await items();
  await client.worklistItem.updateMany({ data: { policyVersion: 1 } });
  await rerankList(gateway.deps, await hospital(), 2);
  await vi.waitFor(async () => expect(await client.worklistItem.count({ where: { policyVersion: { lt: 3 } } })).toBe(0));
  const place = ({ studyUid, sortKey, tier }: { studyUid: string; sortKey: number; tier: number }) => [studyUid, tier, sortKey];
  expect((await items()).map(place)).toEqual(before.map(place));
  await rerankList(gateway.deps, await hospital());
  const { revision } = await client.hospitalState.findUniqueOrThrow({ where: { id: 1 } });
  await rerankList(gateway.deps, await hospital());
  expect((await client.hospitalState.findUniqueOrThrow({ where: { id: 1 } })).revision).toBe(revision);
});

test('[PR10] a policy under which a critical study would fall behind one that a reader lifted is refused', async () => {
  const { worklist } = await clientOf('admin');
  const row = (await items()).find(({ studyUid }) => studyUid === '1.4')!;
  const { study } = await clientOf('attending');
  await study.move.mutate({ studyId: row.studyId, move: { kind: 'below', target: '1.1' }, reason: 'clinician-waits', note: '', forMs: HOUR_MS, replacing: null });
  now = Date.now() + 3_000;
  expect((await worklist.policy.preview.query(LEVEL)).fallen).toEqual(['1.1']);
  await expect(worklist.policy.change.mutate({ basedOn: 3, terms: LEVEL, reason: 'Again' })).rejects.toThrow('open critical finding would stand behind one without');
  // Made within the last moments, where no hour has seen it yet.
  now = Date.now() - HOUR_MS;
  await expect(worklist.policy.change.mutate({ basedOn: 3, terms: LEVEL, reason: 'Again' })).rejects.toThrow('(now)');
  expect((await worklist.policy.history.query())[0]?.version).toBe(3);
});
