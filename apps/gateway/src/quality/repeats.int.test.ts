import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { io } from 'socket.io-client';
import type { SeriesQuality } from '@readroom/shared/finding/analysis';
import { REPEATS_EVENT, repeatsSchema } from '@readroom/shared/quality/repeat';
import type { Repeats } from '@readroom/shared/quality/repeat';
import { RT_PATH } from '@readroom/shared/worklist/events';
import { analysed, received } from '../edge/testing/bodies.ts';
import { greetedEdge } from '../edge/testing/edge-speaker.ts';
import type { EdgeSpeaker } from '../edge/testing/edge-speaker.ts';
import { apiClient } from '../testing/api-client.ts';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let gateway: TestGateway;
let edge: EdgeSpeaker;
let cookie: string;
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
  edge = await greetedEdge(gateway.url, gateway.nodeKey);
  cookie = (await gateway.signIn('technologist')).cookie;
});
afterAll(async () => {
  edge.terminate();
  await gateway.stop();
});

function said(studyUid: string, change: Partial<SeriesQuality> = {}): SeriesQuality {
  return { seriesUid: `${studyUid}.1`, modality: 'CT', images: 5, score: 0.04, route: 'repeat', flaws: [{ code: 'motion', confidence: 0.96 }], reasons: [{ code: 'motion', text: 'Looks blurred.' }], model: 'image_quality 1.0.0', ...change };
}
const assessed = (studyUid: string, change: Partial<SeriesQuality> = {}) => analysed(studyUid, { findings: [], quality: { score: 0.04, warnings: [], series: [said(studyUid, change)] } });
const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;
const view = async (who = cookie): Promise<Repeats> => repeatsSchema.parse(await apiClient(gateway.url, who).repeat.view.query());
const idOf = async (studyUid: string): Promise<string> => (await (await client()).qualityAssessment.findFirstOrThrow({ where: { study: { studyUid } }, select: { id: true } })).id;
const shownOf = async (studyUid: string): Promise<Repeats['repeats'][number] | undefined> => {
  const id = await idOf(studyUid);
  return (await view()).repeats.find((repeat) => repeat.id === id);
};

test('[QU4] a flagged series is stored, told, counted without a patient, and shown with who to call back', async () => {
  const socket = io(gateway.url, { path: RT_PATH, transports: ['websocket'], extraHeaders: { cookie }, forceNew: true });
  const heard: [string, unknown][] = [];
  socket.onAny((event: string, payload: unknown) => void (event === 'rt:head' || heard.push([event, payload])));
  await vi.waitFor(() => expect(socket.connected).toBe(true), { timeout: 20_000 });
  await edge.say(received('1.1'), assessed('1.1'), assessed('1.1'));
  await vi.waitFor(() => expect(heard).toEqual([[REPEATS_EVENT, { organisation: gateway.organisation }]]));
  socket.disconnect();
  expect(await shownOf('1.1')).toMatchObject({
    modality: 'CT', station: 'TEST', route: 'repeat', seriesNumber: 1, seriesDescription: 'Axial', studyDescription: 'Head without contrast', reasons: [{ code: 'motion', text: 'Looks blurred.' }],
    patient: { name: { alphabetic: 'SYNTHETIC^Case' }, id: 'SYN-1', birthDate: '1960-02-03', sex: 'F' }, settled: null,
  });
  const metrics = await gateway.deps.metrics.registry.metrics();
  expect(metrics).toContain('readroom_quality_flagged_total{modality="CT",reason="motion"} 1');
  const flagged = await (await client()).auditEvent.findMany({ where: { action: 'repeat.flag' } });
  expect(flagged).toHaveLength(1);
  expect(flagged[0]?.subject).toMatchObject({ studyUid: '1.1', seriesUid: '1.1.1', route: 'repeat', reasons: 'motion' });
});

test('every look is written down: who, and of which patients’ studies', async () => {
  const { cookie: admin, member } = await gateway.signIn('admin');
  await edge.say(received('2.1'), assessed('2.1', { modality: 'XA', reasons: [{ code: 'stripes', text: 'Stripes.' }] }));
  await view(admin);
  await view(admin);
  const looks = await (await client()).auditEvent.findMany({ where: { action: 'repeat.view', actor: member.userId } });
  const studies = looks.map(({ subject }) => (subject as { studyUid: string }).studyUid);
  expect(studies.filter((studyUid) => studyUid === '2.1')).toEqual(['2.1']);
  expect(await gateway.deps.metrics.registry.metrics()).toContain('readroom_quality_flagged_total{modality="other",reason="other"} 1');
});

test('a series in order, one to be read with care and one not assessed are stored and not shown; one in order later is asked for no more', async () => {
  for (const [uid, route] of [['3.1', 'analyse'], ['3.2', 'warn'], ['3.3', null]] as const) {
    await edge.say(received(uid), assessed(uid, { route }));
    expect(await shownOf(uid)).toBeUndefined();
  }
  await edge.say(received('3.4'), assessed('3.4', { route: 'refuse' }));
  expect(await shownOf('3.4')).toMatchObject({ route: 'refuse' });
  await edge.say(assessed('3.4', { route: 'analyse', reasons: [] }));
  expect(await shownOf('3.4')).toBeUndefined();
});

test('what an older message says late changes nothing', async () => {
  const late = edge.message(assessed('4.1', { route: 'analyse' }));
  await edge.say(received('4.1'), assessed('4.1'));
  expect(await edge.push(late)).toMatchObject([{ outcome: 'applied' }]);
  expect(await shownOf('4.1')).toMatchObject({ route: 'repeat' });
});

test('[QU4] one answer counts, with its reason, and stays whatever is told later', async () => {
  await edge.say(received('5.1'), assessed('5.1'));
  const id = await idOf('5.1');
  const { repeat } = apiClient(gateway.url, cookie);
  await expect(repeat.settle.mutate({ id, outcome: 'not-needed', reason: '  ' })).rejects.toMatchObject({ data: { httpStatus: 400 } });
  const answers = await Promise.allSettled([repeat.settle.mutate({ id, outcome: 'not-needed', reason: 'The question is answered' }), repeat.settle.mutate({ id, outcome: 'not-needed', reason: 'The question is answered' })]);
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(repeat.settle.mutate({ id, outcome: 'repeated', reason: '' })).rejects.toMatchObject({ data: { appCode: 'conflict' }, message: 'Test technologist has answered this series already.' });
  await edge.say(assessed('5.1', { route: 'refuse' }));
  expect((await shownOf('5.1'))?.settled).toMatchObject({ outcome: 'not-needed', by: 'Test technologist', reason: 'The question is answered' });
  const deeds = await (await client()).auditEvent.findMany({ where: { action: 'repeat.settle' } });
  expect(deeds).toHaveLength(1);
  expect(JSON.stringify(deeds[0]?.subject)).not.toContain('answered');
});

test('[QU5] a technologist of this hospital sees this page alone; others and other hospitals see nothing of it', async () => {
  await edge.say(received('6.1'), assessed('6.1'));
  const api = apiClient(gateway.url, cookie);
  const study = { studyId: (await (await client()).study.findUniqueOrThrow({ where: { studyUid: '6.1' } })).id };
  for (const asked of [api.worklist.page.query({ limit: 10 }), api.lists.all.query(), api.alert.open.query(), api.alert.counts.query(), api.study.get.query(study), api.analysis.list.query({ studyUid: '6.1', limit: 5 }), api.admin.members.list.query()]) {
    await expect(asked).rejects.toMatchObject({ data: { httpStatus: 403 } });
  }
  for (const role of ['resident', 'attending', 'it'] as const) await expect(view((await gateway.signIn(role)).cookie)).rejects.toMatchObject({ data: { httpStatus: 403 } });
  const id = await idOf('6.1');
  await expect(apiClient(gateway.url, (await gateway.signIn('admin')).cookie).repeat.settle.mutate({ id, outcome: 'repeated', reason: '' })).rejects.toMatchObject({ data: { httpStatus: 403 } });
  const elsewhere = (await gateway.signIn('technologist', 'org-two')).cookie;
  expect((await view(elsewhere)).repeats).toEqual([]);
  await expect(apiClient(gateway.url, elsewhere).repeat.settle.mutate({ id, outcome: 'repeated', reason: '' })).rejects.toMatchObject({ data: { appCode: 'not-found' } });
});
