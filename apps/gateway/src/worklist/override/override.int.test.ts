import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '@readroom/shared/clock';
import { explain } from '@readroom/shared/priority/explain';
import type { Move, MoveRequest } from '@readroom/shared/priority/move';
import type { WorklistPatch } from '@readroom/shared/worklist/events';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { analysed, received } from '../../edge/testing/bodies.ts';
import { greetedEdge, type EdgeSpeaker } from '../../edge/testing/edge-speaker.ts';
import { apiClient } from '../../testing/api-client.ts';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { openBrowser } from '../../alert/testing/bleeding.ts';
import { replayAt } from '../journal.ts';
import { readPage } from '../page/read-page.ts';
import { expireOverrides } from '../timers/expire.ts';

/** Moved by the tests. */
let now = Date.now();
let gateway: TestGateway;
let edge: EdgeSpeaker;
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'], clock: () => now });
  edge = await greetedEdge(gateway.url, gateway.nodeKey);
});
afterAll(async () => {
  edge.terminate();
  await gateway.stop();
});

const hospital = () => gateway.deps.hospital(gateway.organisation);
async function items(): Promise<WorklistItem[]> {
  return (await readPage(await hospital(), { limit: 200 })).items;
}
async function item(studyUid: string): Promise<WorklistItem> {
  return (await items()).find((one) => one.studyUid === studyUid)!;
}
async function order(prefix: string): Promise<string[]> {
  return (await items()).map(({ studyUid }) => studyUid).filter((uid) => uid.startsWith(prefix));
}

/** Studies of a test, a minute apart, oldest first; `critical` ones have an open bleed. */
async function arrive(prefix: string, count: number, critical: readonly number[] = []): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    const at = { receivedAt: now - HOUR_MS + n * MINUTE_MS, lastInstanceAt: now };
    await edge.say(critical.includes(n) ? analysed(`${prefix}${n}`, {}, at) : received(`${prefix}${n}`, at));
  }
}

async function reader(role: 'resident' | 'attending' | 'admin' | 'it', organisation = gateway.organisation) {
  const { cookie, member } = await gateway.signIn(role, organisation);
  const { study } = apiClient(gateway.url, cookie);
  const move = async (studyUid: string, to: Move, change: Partial<MoveRequest> = {}) => {
    const row = await item(studyUid);
    return study.move.mutate({ studyId: row.studyId, move: to, reason: 'clinician-waits', note: 'surgeon in room 3', forMs: HOUR_MS, replacing: row.override?.id ?? null, ...change });
  };
  const takeBack = async (studyUid: string) => {
    const row = await item(studyUid);
    return study.takeBackMove.mutate({ studyId: row.studyId, overrideId: row.override!.id });
  };
  return { cookie, member, move, takeBack };
}

test('[PR2] above, below, raise, lower and pin land where they say, with author, reason and expiry on the row', async () => {
  await arrive('1.1.', 4);
  const { move, takeBack, member } = await reader('resident');
  expect(await move('1.1.1', { kind: 'lower' })).toMatchObject({ override: { direction: 'down' } });
  expect(await order('1.1.')).toEqual(['1.1.2', '1.1.1', '1.1.3', '1.1.4']);
  await takeBack('1.1.1');
  const moved = await move('1.1.4', { kind: 'above', target: '1.1.2' });
  expect(await order('1.1.')).toEqual(['1.1.1', '1.1.4', '1.1.2', '1.1.3']);
  expect(moved.override).toMatchObject({ author: { id: member.userId, name: member.name }, reason: 'clinician-waits', note: 'surgeon in room 3', direction: 'up', holds: true, placedAt: now, expiresAt: now + HOUR_MS });
  expect(moved.reasons.at(-1)).toMatchObject({ code: 'override', text: `Moved by ${member.name}: Clinician waits, surgeon in room 3` });
  expect(moved.reasons.reduce((sum, { ms }) => sum + ms, 0)).toBe(moved.sortKey);
  await move('1.1.1', { kind: 'below', target: '1.1.2' });
  expect(await order('1.1.')).toEqual(['1.1.4', '1.1.2', '1.1.1', '1.1.3']);
  await move('1.1.3', { kind: 'raise' });
  expect(await order('1.1.')).toEqual(['1.1.4', '1.1.2', '1.1.3', '1.1.1']);
  await move('1.1.1', { kind: 'pin' });
  expect((await items())[0]).toMatchObject({ studyUid: '1.1.1', override: { direction: 'up' } });
  await expect(move('1.1.1', { kind: 'raise' })).rejects.toThrow('first study of the list');
  await expect(move('1.1.1', { kind: 'pin' })).rejects.toThrow('first study of the list');
  await expect(move((await items()).at(-1)!.studyUid, { kind: 'lower' })).rejects.toThrow('last study of the list');
});

test('[PR2] of two who move one study at once one move stands, and the other is told who', async () => {
  await arrive('1.2.', 3);
  const [one, two] = [await reader('resident'), await reader('attending')];
  const { studyId } = await item('1.2.3');
  const request = { studyId, replacing: null };
  const outcomes = await Promise.allSettled([one.move('1.2.3', { kind: 'above', target: '1.2.1' }, request), two.move('1.2.3', { kind: 'above', target: '1.2.2' }, request)]);
  const [won, lost] = [outcomes.find(({ status }) => status === 'fulfilled'), outcomes.find(({ status }) => status === 'rejected')];
  const winner = (won as PromiseFulfilledResult<WorklistItem>).value;
  expect(String((lost as PromiseRejectedResult).reason)).toContain(`${winner.override!.author.name} moved this study meanwhile`);
  expect((await item('1.2.3')).override).toEqual(winner.override);
  expect(await (await hospital()).client.auditEvent.count({ where: { action: 'study.move', subject: { path: ['studyId'], equals: studyId } } })).toBe(1);
});

test('[PR2] two who move different studies to one place at once both land, and every browser sees one order', async () => {
  await arrive('1.3.', 4);
  const [one, two] = [await reader('resident'), await reader('attending')];
  const browsers = await Promise.all([one, two].map(({ cookie }) => openBrowser(gateway.url, cookie)));
  const patches = browsers.map(({ socket }) => {
    const heard: WorklistPatch[] = [];
    socket.on('rt:patch', (patch: WorklistPatch) => heard.push(patch));
    return heard;
  });
  await Promise.all([one.move('1.3.3', { kind: 'above', target: '1.3.1' }), two.move('1.3.4', { kind: 'above', target: '1.3.1' })]);
  const final = await order('1.3.');
  expect(final.toSorted()).toEqual(['1.3.1', '1.3.2', '1.3.3', '1.3.4']);
  expect(final.indexOf('1.3.1')).toBe(2);
  const rows = await items();
  for (const heard of patches) {
    await vi.waitFor(() => {
      const told = new Map(heard.flatMap(({ upserts }) => upserts).map((row) => [row.studyUid, row]));
      expect(told.get('1.3.3')).toEqual(rows.find(({ studyUid }) => studyUid === '1.3.3'));
      expect(told.get('1.3.4')).toEqual(rows.find(({ studyUid }) => studyUid === '1.3.4'));
    }, 20_000);
  }
  for (const browser of browsers) browser.close();
});

test('[PR2] a resident may place a study above a critical one and not the critical one lower; an attending may, and its alert stays', async () => {
  await arrive('1.4.', 3, [1]);
  const [resident, attending] = [await reader('resident'), await reader('attending')];
  await resident.move('1.4.3', { kind: 'above', target: '1.4.1' });
  expect((await order('1.4.')).slice(0, 2)).toEqual(['1.4.3', '1.4.1']);
  await expect(resident.move('1.4.1', { kind: 'below', target: '1.4.2' })).rejects.toThrow('Only an attending');
  expect(await item('1.4.1')).toMatchObject({ tier: 0, override: null });
  const lowered = await attending.move('1.4.1', { kind: 'below', target: '1.4.2' });
  expect(lowered).toMatchObject({ tier: 2, openAlerts: 1, override: { direction: 'down', holds: true } });
  expect(await (await hospital()).client.alert.count({ where: { studyId: lowered.studyId, state: 'open', withdrawn: false } })).toBe(1);
});

test('[PR3] a critical finding nobody had seen sets an override that lowers aside, visibly', async () => {
  await arrive('1.5.', 2);
  const { move } = await reader('resident');
  await move('1.5.1', { kind: 'below', target: '1.5.2' });
  await edge.say(analysed('1.5.1', {}, { receivedAt: now - HOUR_MS, lastInstanceAt: now }));
  expect(await item('1.5.1')).toMatchObject({ tier: 0, override: { holds: false, direction: 'down' } });
  expect((await item('1.5.1')).reasons.map(({ code }) => code)).toContain('override.set-aside');
});

test('[PR2] taken back, the study stands in its own place; another’s lift of an open critical one is the attending’s to take back', async () => {
  await arrive('1.6.', 3, [2, 3]);
  const [resident, attending] = [await reader('resident'), await reader('attending')];
  const before = await item('1.6.3');
  await attending.move('1.6.3', { kind: 'above', target: '1.6.2' });
  await expect(resident.takeBack('1.6.3')).rejects.toThrow('only they or an attending');
  await attending.takeBack('1.6.3');
  const { revision: _then, ...own } = before;
  const { revision: _now, ...again } = await item('1.6.3');
  expect(again).toEqual(own);
  await resident.move('1.6.1', { kind: 'pin' });
  expect((await resident.takeBack('1.6.1')).override).toBeNull();
  await expect(resident.move('1.6.1', { kind: 'pin' }, { replacing: gateway.deps.makeId() })).rejects.toThrow('is over');
});

test('[PR2] it is out from its expiry on, journalled and audited once, and the past replays with it', async () => {
  await arrive('1.7.', 3);
  const { move } = await reader('attending');
  const own = (await item('1.7.3')).sortKey;
  const moved = await move('1.7.3', { kind: 'above', target: '1.7.1' }, { forMs: 5 * MINUTE_MS });
  now += 5 * MINUTE_MS - 1;
  await expireOverrides(gateway.deps, await hospital());
  expect((await item('1.7.3')).override).toMatchObject({ id: moved.override!.id });
  now += 1;
  await Promise.all([1, 2, 3].map(async () => expireOverrides(gateway.deps, await hospital())));
  await vi.waitFor(async () => expect(await item('1.7.3')).toMatchObject({ override: null, sortKey: own }), 20_000);
  const { client } = await hospital();
  const journal = await client.rankJournal.findMany({ where: { studyUid: '1.7.3' }, orderBy: { revision: 'asc' } });
  expect(journal.map(({ cause }) => cause)).toEqual(['received', 'moved', 'move-expired']);
  expect(await client.auditEvent.count({ where: { action: 'study.move-expired', subject: { path: ['overrideId'], equals: moved.override!.id } } })).toBe(1);
  const then = (await replayAt(await hospital(), journal[1]!.at.getTime())).find(({ studyUid }) => studyUid === '1.7.3')!;
  expect(JSON.stringify(explain(then))).toBe(JSON.stringify(moved.reasons));
});

test('bad requests say what is wrong and change nothing', async () => {
  await arrive('1.8.', 2);
  const { move } = await reader('resident');
  for (const change of [{ forMs: 25 * HOUR_MS }, { forMs: MINUTE_MS }, { reason: 'other' as const, note: '  ' }, { note: 'x'.repeat(201) }]) {
    await expect(move('1.8.1', { kind: 'pin' }, change)).rejects.toMatchObject({ data: { httpStatus: 400 } });
  }
  await expect(move('1.8.1', { kind: 'above', target: '1.8.1' })).rejects.toThrow('beside itself');
  await expect(move('1.8.1', { kind: 'above', target: '9.9.9' })).rejects.toMatchObject({ data: { appCode: 'not-found' } });
  await expect(move('1.8.1', { kind: 'pin' }, { studyId: gateway.deps.makeId() })).rejects.toMatchObject({ data: { appCode: 'not-found' } });
  expect((await item('1.8.1')).override).toBeNull();
  await expect((await reader('admin')).move('1.8.1', { kind: 'pin' })).rejects.toMatchObject({ data: { appCode: 'forbidden' } });
  await expect((await reader('it')).move('1.8.1', { kind: 'pin' })).rejects.toMatchObject({ data: { appCode: 'forbidden' } });
  await expect((await reader('attending', 'org-two')).move('1.8.1', { kind: 'pin' })).rejects.toMatchObject({ data: { appCode: 'not-found' } });
});

test('what a reader typed stands in no audit row', async () => {
  const { client } = await hospital();
  const audited = await client.auditEvent.findMany({ where: { action: { startsWith: 'study.move' } } });
  expect(audited.length).toBeGreaterThan(5);
  expect(JSON.stringify(audited.map(({ subject }) => subject))).not.toContain('room 3');
});
