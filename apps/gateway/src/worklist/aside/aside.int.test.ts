import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '@readroom/shared/clock';
import type { PutAside } from '@readroom/shared/worklist/aside';
import type { WorklistPatch } from '@readroom/shared/worklist/events';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { openBrowser } from '../../alert/testing/bleeding.ts';
import { analysed, received } from '../../edge/testing/bodies.ts';
import { greetedEdge, type EdgeSpeaker } from '../../edge/testing/edge-speaker.ts';
import { apiClient } from '../../testing/api-client.ts';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { readPage } from '../page/read-page.ts';
import { endAsides } from '../timers/expire.ts';

/** Moved by the tests. */
let now = Date.now();
let gateway: TestGateway;
let edge: EdgeSpeaker;
let attending: Reader;
let resident: Reader;
type Reader = Awaited<ReturnType<typeof readerOf>>;
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

beforeAll(async () => {
  gateway = await startTestGateway({ clock: () => now });
  edge = await greetedEdge(gateway.url, gateway.nodeKey);
  const at = (minutesAgo: number) => ({ receivedAt: now - minutesAgo * MINUTE_MS, lastInstanceAt: now });
  await edge.say(analysed('1.1', {}, at(30)), received('1.2', at(90)), received('1.3', at(80)));
  [attending, resident] = [await readerOf('attending'), await readerOf('resident')];
});
afterAll(async () => {
  edge.terminate();
  await gateway.stop();
});

const hospital = () => gateway.deps.hospital(gateway.organisation);
const items = async () => (await readPage(await hospital(), { limit: 50 })).items;
const item = async (studyUid: string) => (await items()).find((one) => one.studyUid === studyUid)!;

async function readerOf(role: 'attending' | 'resident' | 'admin' | 'it') {
  const { cookie, member } = await gateway.signIn(role);
  const { study } = apiClient(gateway.url, cookie);
  const on = async (studyUid: string) => ({ studyId: (await item(studyUid)).studyId });
  return {
    cookie,
    member,
    claim: async (studyUid: string) => study.claim.mutate(await on(studyUid)),
    release: async (studyUid: string) => study.release.mutate(await on(studyUid)),
    putAside: async (studyUid: string, change: Partial<PutAside> = {}) => study.putAside.mutate({ ...(await on(studyUid)), note: 'priors of Case', forMs: HOUR_MS, ...change }),
    takeUp: async (studyUid: string) => study.takeUp.mutate({ ...(await on(studyUid)), asideId: (await item(studyUid)).aside!.id }),
  };
}

test('[LF6] put aside it keeps its place, an open critical one its tier and its alert, and every browser says who and why', async () => {
  const browser = await openBrowser(gateway.url, resident.cookie);
  const heard: WorklistItem[] = [];
  browser.socket.on('rt:patch', ({ upserts }: WorklistPatch) => heard.push(...upserts));
  await attending.claim('1.1');
  const before = await items();
  const aside = await attending.putAside('1.1');
  expect(aside).toMatchObject({ tier: 0, status: 'claimed', openAlerts: 1, aside: { author: { name: 'Test attending' }, note: 'priors of Case', since: now, until: now + HOUR_MS } });
  const place = ({ studyUid, tier, sortKey, reasons }: WorklistItem) => ({ studyUid, tier, sortKey, reasons });
  expect((await items()).map(place)).toEqual(before.map(place));
  await vi.waitFor(() => expect(heard.find((row) => row.aside !== null)).toEqual(aside), 20_000);
  browser.close();
});

test('[LF6] it stays so through release and another’s claim, and comes back by itself, once', async () => {
  await attending.release('1.1');
  const claimed = await resident.claim('1.1');
  expect(claimed).toMatchObject({ assignedTo: { name: 'Test resident' }, aside: { note: 'priors of Case' } });
  now += HOUR_MS - 1;
  await endAsides(gateway.deps, await hospital());
  expect((await item('1.1')).aside).not.toBeNull();
  now += 1;
  await Promise.all([1, 2, 3].map(async () => endAsides(gateway.deps, await hospital())));
  await vi.waitFor(async () => expect(await item('1.1')).toMatchObject({ aside: null, status: 'claimed', tier: 0 }), 20_000);
  const { client } = await hospital();
  expect(await client.auditEvent.count({ where: { action: 'study.aside-over' } })).toBe(1);
  expect((await client.rankJournal.findMany({ where: { studyUid: '1.1' }, orderBy: { revision: 'asc' } })).map(({ cause }) => cause)).toEqual(['analysed', 'claimed', 'put-aside', 'released', 'claimed', 'aside-over']);
});

test('[LF6] only who has it puts it aside; they, its author, or an attending take it up', async () => {
  await expect(attending.putAside('1.2')).rejects.toThrow('Claim the study first');
  await resident.claim('1.2');
  await expect(attending.putAside('1.2')).rejects.toThrow('Test resident has this study');
  await resident.putAside('1.2', { forMs: null });
  expect((await attending.takeUp('1.2')).aside).toBeNull();
  await attending.claim('1.3');
  await attending.putAside('1.3', { forMs: null, note: 'first' });
  const stale = (await item('1.3')).aside!.id;
  await expect(resident.takeUp('1.3')).rejects.toMatchObject({ data: { appCode: 'forbidden' } });
  expect(await attending.putAside('1.3', { forMs: null, note: 'second' })).toMatchObject({ aside: { note: 'second', until: null } });
  const { study } = apiClient(gateway.url, attending.cookie);
  await expect(study.takeUp.mutate({ studyId: (await item('1.3')).studyId, asideId: stale })).rejects.toMatchObject({ data: { appCode: 'conflict' } });
  await attending.release('1.3');
  expect((await resident.takeUp('1.3')).aside).toBeNull();
  await expect(attending.putAside('1.3', { studyId: gateway.deps.makeId() })).rejects.toMatchObject({ data: { appCode: 'not-found' } });
  await expect((await readerOf('admin')).putAside('1.3')).rejects.toMatchObject({ data: { appCode: 'forbidden' } });
});

test('[LF6] programs read it, IT without the words, and the audit never holds them', async () => {
  await resident.putAside('1.2', { forMs: HOUR_MS });
  const rows = async (cookie: string) => ((await (await fetch(`${gateway.url}/api/worklist`, { headers: { cookie } })).json()) as { items: Record<string, unknown>[] }).items;
  const read = (await rows(attending.cookie)).find(({ studyUid }) => studyUid === '1.2');
  expect(read).toMatchObject({ aside: { by: 'Test resident', note: 'priors of Case', since: new Date(now).toISOString(), until: new Date(now + HOUR_MS).toISOString() }, override: null, overdueAt: null, topFinding: null });
  const masked = await rows((await readerOf('it')).cookie);
  expect(masked.find(({ studyUid }) => studyUid === '1.2')).toMatchObject({ aside: { by: 'Test resident', note: '' }, patientName: null });
  expect(masked.find(({ studyUid }) => studyUid === '1.1')).toMatchObject({ topFinding: { label: 'Intracranial haemorrhage', severity: 'critical', confidence: 0.97, uncertainty: 0.02 } });
  const audited = await (await hospital()).client.auditEvent.findMany({ where: { action: { in: ['study.put-aside', 'study.take-up', 'study.aside-over'] } } });
  expect(audited.length).toBeGreaterThan(5);
  expect(JSON.stringify(audited.map(({ subject }) => subject))).not.toMatch(/priors|first|second/);
});
