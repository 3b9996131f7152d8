import { io, type Socket } from 'socket.io-client';
import { worklistItemSchema } from '@readroom/shared/worklist/worklist-item';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { explain } from '@readroom/shared/priority/explain';
import type { WorklistHead, WorklistPatch } from '@readroom/shared/worklist/events';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import fc from 'fast-check';
import { analysed, bleed, received, seriesOf } from '../edge/testing/bodies.ts';
import { greetedEdge, type EdgeSpeaker } from '../edge/testing/edge-speaker.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';
import { replayAt } from '../worklist/journal.ts';
import { readPage } from '../worklist/page/read-page.ts';

let gateway: TestGateway;
let edge: EdgeSpeaker;
const sockets: Socket[] = [];
const WAIT = { timeout: 20_000, interval: 20 };

beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
});
afterAll(() => gateway.stop());
beforeEach(async () => {
  edge = await greetedEdge(gateway.url, gateway.nodeKey);
});
afterEach(() => {
  edge.terminate();
  for (const socket of sockets.splice(0)) socket.disconnect();
});

async function items(): Promise<WorklistItem[]> {
  return (await readPage(await gateway.deps.hospital(gateway.organisation), { limit: 200 })).items;
}
async function item(studyUid: string): Promise<WorklistItem | undefined> {
  return (await items()).find((one) => one.studyUid === studyUid);
}
async function client() {
  return (await gateway.deps.hospital(gateway.organisation)).client;
}

describe('one message', () => {
  test('a study stands in the list, not analysed and saying so; its finding raises it, alerts and is audited [PR7]', async () => {
    await edge.say(received('1.1.1'), received('1.1.2'));
    expect(await item('1.1.2')).toMatchObject({ ai: 'not-analysed', tier: 2, analyses: [], arrival: 'complete', imageCount: 2 });
    expect((await item('1.1.2'))?.reasons).toContainEqual({ code: 'ai.not-analysed', text: 'AI: not analysed', ms: 0, minutes: 0 });
    await edge.say(analysed('1.1.2'));
    expect((await items())[0]).toMatchObject({ studyUid: '1.1.2', ai: 'critical', tier: 0, openAlerts: 1, topFinding: { label: 'Intracranial haemorrhage' } });
    const audited = await (await client()).auditEvent.findMany({ where: { actor: `node:${gateway.nodeId}` } });
    expect(audited.map(({ action }) => action).sort()).toEqual(['study.analysed', 'study.received', 'study.received']);
  });

  test('a failed analysis ranks as not analysed, visibly [PR7]', async () => {
    await edge.say(analysed('1.1.3', { status: 'failed', findings: [], scores: [], reason: { code: 'decode-failed', text: 'The images could not be decoded' } }));
    expect(await item('1.1.3')).toMatchObject({ ai: 'not-analysed', tier: 2, analyses: [{ status: 'failed', reason: 'The images could not be decoded' }] });
  });

  test('[PR9] a shadow result, and one whose feature is off, touch neither rank nor alert', async () => {
    await gateway.deps.control.aiFeature.create({ data: { key: 'off', name: 'Off', description: '', modelIds: ['off_model'], enabled: false } });
    await edge.say(analysed('1.1.4', { role: 'shadow' }), analysed('1.1.5', { model: { id: 'off_model', version: '1', sha256: 'a'.repeat(64) } }));
    expect(await item('1.1.4')).toMatchObject({ ai: 'not-analysed', tier: 2, openAlerts: 0 });
    expect(await item('1.1.5')).toMatchObject({ ai: 'not-analysed', tier: 2, openAlerts: 0, analyses: [] });
  });

  test('markup in a name stays the text it is; characters the database can not hold are taken out', async () => {
    const alphabetic = '<script>alert(1)</script>^O\u0000Hara\ud800';
    const [sent] = await edge.say(received('1.1.6', { patient: { id: 'P', issuer: '', name: { alphabetic }, birthDate: null, sex: null } }));
    expect(sent).toBeDefined();
    expect((await item('1.1.6'))?.patientName).toEqual({ alphabetic: '<script>alert(1)</script>^OHara\ufffd' });
  });

  test('the node\'s clock is corrected, never into the future, and a study keeps its first moment of arrival', async () => {
    const late = await greetedEdge(gateway.url, (await gateway.addNode(gateway.organisation)).nodeKey);
    await late.call('edge.hello', { v: 1, software: 't', nodeEpoch: late.nodeEpoch, clock: Date.now() - 3_600_000, providers: [], models: [] });
    const edgeNow = Date.now() - 3_600_000;
    await late.say(received('1.1.7', { receivedAt: edgeNow, lastInstanceAt: edgeNow }), received('1.1.8', { receivedAt: edgeNow + 7_200_000 }));
    const first = (await item('1.1.7'))!.receivedAt;
    expect(Math.abs(first - Date.now())).toBeLessThan(60_000);
    expect((await item('1.1.8'))!.receivedAt).toBeLessThanOrEqual(Date.now());
    await late.call('edge.hello', { v: 1, software: 't', nodeEpoch: late.nodeEpoch, clock: Date.now(), providers: [], models: [] });
    await late.say(received('1.1.7', { receivedAt: edgeNow, description: 'changed' }));
    expect(await item('1.1.7')).toMatchObject({ receivedAt: first, description: 'changed' });
    late.terminate();
  });

  test('[TN1] a node reaches its own hospital alone: the same study UID elsewhere is another study', async () => {
    const other = await greetedEdge(gateway.url, (await gateway.addNode('org-two')).nodeKey);
    await edge.say(received('1.1.9', { description: 'ours' }));
    await other.say(received('1.1.9', { description: 'theirs' }), received('1.1.10'));
    expect(await item('1.1.9')).toMatchObject({ description: 'ours' });
    expect(await item('1.1.10')).toBeUndefined();
    other.terminate();
  });
});

describe('at least once is once', () => {
  test('[ED2] any storm of duplicates in any order ends at the same rows', async () => {
    const uid = (n: number): string => `1.2.${n}`;
    const messages = [1, 2, 3].flatMap((n) => [
      edge.message(received(uid(n), { state: 'receiving', series: [seriesOf(uid(n), 1)] })),
      edge.message(analysed(uid(n), { evidence: 'a'.repeat(64), status: 'provisional', instanceCount: 1, findings: [bleed(uid(n), { confidence: 0.6 })] }, { state: 'receiving', series: [seriesOf(uid(n), 1)] })),
      edge.message(received(uid(n), { series: [seriesOf(uid(n), 5)] })),
      edge.message(analysed(uid(n), { evidence: 'b'.repeat(64) }, { series: [seriesOf(uid(n), 5)] })),
    ]);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(messages.length - 1), { maxLength: 25 }), async (storm) => {
        run += 1;
        const tag = (text: string): string => text.replaceAll('1.2.', `1.2.${run}.`);
        const copies = messages.map((message) => ({ ...(JSON.parse(tag(JSON.stringify(message))) as object), id: gateway.deps.makeId() }));
        for (const n of storm) await edge.push(copies[n]);
        // The tail of the storm: everything once more, which a resend until the ack guarantees.
        const acks = await edge.push(...copies);
        expect(acks.every(({ outcome }) => outcome !== 'refused')).toBe(true);
        for (const n of [1, 2, 3]) {
          const studyUid = tag(uid(n));
          expect(await item(studyUid)).toMatchObject({ arrival: 'complete', imageCount: 5, ai: 'critical', openAlerts: 1, topFinding: { confidence: 0.97 }, analyses: [{ status: 'final' }] });
          const study = await (await client()).study.findUniqueOrThrow({ where: { studyUid }, include: { series: true, analyses: { where: { live: true } }, alerts: true } });
          expect([study.series.length, study.analyses.length, study.alerts.length]).toEqual([1, 1, 1]);
        }
      }),
      { numRuns: 6 },
    );
  });

  test('[ED2] the same message on many sockets at once is applied by one of them', async () => {
    const speakers = await Promise.all([1, 2, 3, 4].map(() => gateway.addNode(gateway.organisation).then(({ nodeKey }) => greetedEdge(gateway.url, nodeKey))));
    const id = gateway.deps.makeId();
    const outcomes = await Promise.all(speakers.map((one) => one.push(one.message(received('1.3.1'), { id }))));
    expect(outcomes.flat().map(({ outcome }) => outcome).sort()).toEqual(['applied', 'duplicate', 'duplicate', 'duplicate']);
    for (const one of speakers) one.terminate();
  });

  test('feedback goes over to the same finding on newer images', async () => {
    await edge.say(analysed('1.3.2'));
    const { client: db } = await gateway.deps.hospital(gateway.organisation);
    await db.analysisFinding.updateMany({ where: { findingId: '1.3.2-ich' }, data: { feedback: 'refuse', feedbackBy: 'somebody', feedbackAt: new Date() } });
    await edge.say(analysed('1.3.2', { evidence: 'f'.repeat(64), findings: [bleed('1.3.2', { id: 'another-id' })] }));
    expect(await item('1.3.2')).toMatchObject({ ai: 'clear', tier: 2 });
  });
});

describe('the pushed list', () => {
  async function listen(role: 'attending' | 'it') {
    const { cookie } = await gateway.signIn(role);
    const socket = io(gateway.url, { path: '/rt', extraHeaders: { cookie }, transports: ['websocket'], reconnection: false });
    sockets.push(socket);
    const heard = { patches: [] as WorklistPatch[], heads: [] as WorklistHead[] };
    socket.on('rt:patch', (patch: WorklistPatch) => heard.patches.push(patch));
    socket.on('rt:head', (head: WorklistHead) => heard.heads.push(head));
    await vi.waitFor(() => expect(heard.heads.length).toBeGreaterThan(0), WAIT);
    return heard;
  }

  test('patches join without a gap, reach the head, and name nobody to those who may not know', async () => {
    const [reader, technician] = await Promise.all([listen('attending'), listen('it')]);
    for (let n = 0; n < 5; n += 1) await edge.say(received(`1.4.${n}`), analysed(`1.4.${n}`));
    const head = (await readPage(await gateway.deps.hospital(gateway.organisation), { limit: 1 })).revision;
    for (const heard of [reader, technician]) {
      await vi.waitFor(() => expect(heard.patches.at(-1)?.rev).toBe(head), WAIT);
      heard.patches.forEach((patch, n) => expect(patch.prev).toBe(n === 0 ? heard.heads[0]!.rev : heard.patches[n - 1]!.rev));
    }
    expect(JSON.stringify(technician.patches)).not.toMatch(/SYNTHETIC|SYN-1|1960-02-03|A-1/);
    expect(JSON.stringify(reader.patches)).toMatch(/SYNTHETIC/);
    await vi.waitFor(() => expect(reader.heads.length).toBeGreaterThan(2), WAIT);
  });
});

test('[PR8] the list replayed from the journal is the live list, byte for byte', async () => {
  await edge.say(received('1.5.1', { studyClass: 'stat' }), received('1.5.2'), analysed('1.5.2'), received('1.5.1', { description: 'again', studyClass: 'emergency' }));
  const hospital = await gateway.deps.hospital(gateway.organisation);
  // As it is shown: the database keeps an order of its own among the fields of an item.
  const live = (await readPage(hospital, { limit: 200 })).items.map((item) => worklistItemSchema.parse(item)).map(({ studyUid, revision, tier, sortKey, dueAt, reasons }) => ({ studyUid, revision, tier, sortKey, dueAt, reasons }));
  const last = await hospital.client.rankJournal.findFirstOrThrow({ orderBy: { at: 'desc' } });
  const replayed = (await replayAt(hospital, last.at.getTime())).map(({ parts, ...entry }) => ({ ...entry, reasons: explain({ parts }) }));
  // Line by line, so that a difference names its study.
  expect(replayed.map((entry) => JSON.stringify(entry))).toEqual(live.map((entry) => JSON.stringify(entry)));
  expect(await replayAt(hospital, 0)).toEqual([]);
});
