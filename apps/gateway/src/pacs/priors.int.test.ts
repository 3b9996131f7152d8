import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { PriorStudy } from '@readroom/shared/study/prior';
import { priorsViewSchema, priorViewSchema } from '@readroom/shared/study/prior-view';
import type { PriorsView } from '@readroom/shared/study/prior-view';
import type { StudySnapshot } from '@readroom/shared/study/study';
import { fetchPriorSchema, type FetchPrior } from '@readroom/shared/wire/edge-down';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import { FETCH_PRIOR_SINCE_VERSION } from '@readroom/shared/wire/version';
import { z } from 'zod';
import { analysed, received, seriesOf, snapshot } from '../edge/testing/bodies.ts';
import { greetedEdge, type EdgeSpeaker } from '../edge/testing/edge-speaker.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let gateway: TestGateway;
let edge: EdgeSpeaker;
let cookie: string;

beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
  edge = await greetedEdge(gateway.url, gateway.nodeKey);
  cookie = (await gateway.signIn('attending')).cookie;
});
afterAll(async () => {
  edge.terminate();
  await gateway.stop();
});

const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;
const idOf = async (studyUid: string): Promise<string> => (await (await client()).study.findUniqueOrThrow({ where: { studyUid }, select: { id: true } })).id;
const get = (path: string, who = cookie): Promise<Response> => fetch(`${gateway.url}${path}`, { headers: { cookie: who } });
const patientOf = (id: string, changes: Partial<StudySnapshot['patient']> = {}): Pick<StudySnapshot, 'patient'> => ({ patient: { id, issuer: '', name: { alphabetic: 'SYNTHETIC^Case' }, birthDate: '1960-02-03', sex: 'F', ...changes } });

async function priorsOf(studyUid: string): Promise<PriorsView> {
  const response = await get(`/api/pacs/studies/${await idOf(studyUid)}/priors`);
  expect(response.status).toBe(200);
  return priorsViewSchema.parse(await response.json());
}

function prior(studyUid: string, changes: Partial<PriorStudy> = {}): PriorStudy {
  return { studyUid, studyDateTime: '2020-01-01T08:00:00', modalities: ['CT'], description: 'CT head', bodyPart: 'HEAD', imageCount: 30, source: 'PACS', ...changes };
}

function told(studyUid: string, priors: PriorStudy[], changes: { study?: Partial<StudySnapshot>; problem?: string; askedAt?: number } = {}): EdgeUpBody {
  return { type: 'study-priors', study: snapshot(studyUid, changes.study), askedAt: changes.askedAt ?? Date.now(), priors, problem: changes.problem ?? null };
}

test('what the PACS named and what a node holds stand in one order, each said where its images are', async () => {
  const study = { ...patientOf('P-1'), studyDateTime: '2026-05-01T10:00:00' };
  await edge.say(
    received('1.1', study),
    received('1.2', { ...patientOf('P-1'), studyDateTime: '2024-01-01T10:00:00' }),
    received('1.3', { ...patientOf('P-1', { birthDate: '1999-09-09' }), studyDateTime: '2024-01-01T10:00:00' }),
    told('1.1', [prior('1.9'), prior('1.2'), prior('1.3'), prior('1.8', { modalities: ['CR'], description: 'Chest', bodyPart: '' })], { study }),
  );
  const view = await priorsOf('1.1');
  expect(view).toMatchObject({ problem: null, askedAt: expect.any(String), patientId: expect.any(String) });
  expect(view.priors.map(({ studyUid, images, source, studyId }) => [studyUid, images, source, studyId !== null])).toEqual([
    ['1.2', 'at-node', 'PACS', true],
    ['1.9', 'at-pacs', 'PACS', false],
    ['1.8', 'at-pacs', 'PACS', false],
  ]);
  const all = await get(`/api/pacs/patients/${view.patientId ?? ''}/prior-studies`);
  const { studies } = z.object({ studies: z.array(priorViewSchema) }).parse(await all.json());
  expect(studies.map(({ studyUid }) => studyUid).slice(0, 2)).toEqual(['1.1', '1.2']);
  const body = await (await get(`/api/pacs/studies/${view.studyId}`)).text();
  expect(JSON.parse(body)).toMatchObject({ studyUid: '1.1', imageCount: 2, patientId: view.patientId });
  expect(body).not.toMatch(/SYNTHETIC|P-1\b/);
});

test('[PS1] a study corrected to another patient loses the priors of the one before, and a late answer about that one is not kept', async () => {
  await edge.say(received('2.1', patientOf('P-2')), told('2.1', [prior('2.9')], { study: patientOf('P-2') }));
  expect((await priorsOf('2.1')).priors).toHaveLength(1);
  const late = edge.message(told('2.1', [prior('2.8')], { study: patientOf('P-2') }));
  await edge.say(received('2.1', patientOf('P-3')));
  expect(await priorsOf('2.1')).toMatchObject({ priors: [], askedAt: null });
  expect(await edge.push(late)).toMatchObject([{ outcome: 'applied' }]);
  expect(await priorsOf('2.1')).toMatchObject({ priors: [], askedAt: null });
});

test('a PACS that cannot be asked is said, and what was known stays; an older answer changes nothing', async () => {
  const study = patientOf('P-4');
  const askedAt = Date.now() - 60_000;
  await edge.say(told('4.1', [prior('4.9')], { study, askedAt }));
  await edge.say(told('4.1', [], { study, problem: 'PACS could not be asked for priors.' }));
  expect(await priorsOf('4.1')).toMatchObject({ problem: 'PACS could not be asked for priors.', priors: [{ studyUid: '4.9' }] });
  await edge.say(told('4.1', [prior('4.8')], { study, askedAt: askedAt - 1_000 }));
  expect((await priorsOf('4.1')).priors.map(({ studyUid }) => studyUid)).toEqual(['4.9']);
  await edge.say(told('4.1', [prior('4.7')], { study }));
  expect(await priorsOf('4.1')).toMatchObject({ problem: null, priors: [{ studyUid: '4.7' }] });
});

test('a study without a Patient ID has no priors, whoever bears the same name', async () => {
  await edge.say(received('5.1', patientOf('')), received('5.2', { ...patientOf(''), studyDateTime: '2020-01-01T00:00:00' }));
  expect(await priorsOf('5.1')).toMatchObject({ patientId: null, priors: [] });
});

test('who may not see studies sees no priors, another hospital’s are not there, and each view is audited once', async () => {
  await edge.say(told('6.1', [prior('6.9')], { study: patientOf('P-6') }));
  const { patientId, studyId } = await priorsOf('6.1');
  await priorsOf('6.1');
  const [, two] = await gateway.deps.control.organisation.findMany({ orderBy: { createdAt: 'asc' } });
  const stranger = (await gateway.signIn('attending', two?.id)).cookie;
  const it = (await gateway.signIn('it')).cookie;
  for (const path of [`studies/${studyId}`, `studies/${studyId}/priors`, `patients/${patientId ?? ''}/prior-studies`]) {
    expect([(await get(`/api/pacs/${path}`, stranger)).status, (await get(`/api/pacs/${path}`, it)).status, (await get(`/api/pacs/${path}`, '')).status]).toEqual([404, 403, 401]);
  }
  expect((await get(`/api/pacs/studies/${randomUUID()}/priors`)).status).toBe(404);
  const events = await (await client()).auditEvent.findMany({ where: { action: { in: ['priors.view', 'study.priors'] }, subject: { path: ['studyId'], equals: studyId } } });
  expect(events.map(({ action }) => action).sort()).toEqual(['priors.view', 'study.priors']);
});

describe('fetching a prior from the PACS', () => {
  const patient = patientOf('F-1');
  const study = { ...patient, studyDateTime: '2026-05-01T10:00:00' };
  const asked: FetchPrior[] = [];
  let answer = 'queued';

  const trpc = (path: string, input: unknown, who = cookie): Promise<Response> => fetch(`${gateway.url}/trpc/${path}`, { method: 'POST', headers: { cookie: who, 'content-type': 'application/json' }, body: JSON.stringify(input) });
  const ask = async (priorUid: string, who = cookie): Promise<Response> => trpc('pacs.fetch', { studyId: await idOf('7.1'), priorUid }, who);
  const one = async (priorUid: string) => (await priorsOf('7.1')).priors.find(({ studyUid }) => studyUid === priorUid);
  const live = async (studyUid: string): Promise<boolean> => (await (await client()).worklistItem.findUniqueOrThrow({ where: { studyUid } })).live;
  const cameIn = (type: 'prior-received' | 'study-received', studyUid: string, images: number, state: StudySnapshot['state'] = 'complete') =>
    ({ type, study: snapshot(studyUid, { ...patient, studyDateTime: '2020-01-01T08:00:00', state, series: [seriesOf(studyUid, images)] }) });
  const ended = (studyUid: string, problem: string | null): EdgeUpBody => ({ type: 'prior-fetched', study: { studyUid }, problem });

  beforeAll(async () => {
    await edge.commands(null, (_id, command) => {
      const request = fetchPriorSchema.safeParse(command).data;
      if (!request) return;
      asked.push(request);
      void edge.call('edge.answer', { requestId: request.requestId, outcome: answer });
    });
    await edge.say(received('7.1', study), told('7.1', [prior('7.9'), prior('7.8'), prior('7.7')], { study }));
  });

  test('the node is asked, its images are counted as they come, and then it opens; who asked is audited', async () => {
    expect((await ask('7.9')).status).toBe(200);
    expect(asked).toMatchObject([{ type: 'fetch-prior', studyUid: '7.9', source: 'PACS' }]);
    expect(await one('7.9')).toMatchObject({ images: 'fetching', imagesHere: 0, imageCount: 30, studyId: null });
    await edge.say(cameIn('prior-received', '7.9', 1, 'receiving'));
    expect(await one('7.9')).toMatchObject({ images: 'fetching', imagesHere: 1, imageCount: 30, studyId: expect.any(String) });
    await edge.say(cameIn('prior-received', '7.9', 30), ended('7.9', null));
    expect(await one('7.9')).toMatchObject({ images: 'at-node', imagesHere: 30, problem: null });
    const events = await (await client()).auditEvent.findMany({ where: { action: { startsWith: 'prior.' }, subject: { path: ['studyUid'], equals: '7.9' } }, });
    expect(events.map(({ action }) => action).sort()).toEqual(['prior.fetch', 'prior.fetched', 'prior.received', 'prior.received']);
    expect(events.find(({ action }) => action === 'prior.fetch')).toMatchObject({ actor: expect.stringContaining((await gateway.signIn('attending')).member.userId), subject: { studyId: await idOf('7.1') } });
  });

  test('[PS3] it is on no list, has no report, and rings nobody, until it comes by itself', async () => {
    expect(await live('7.9')).toBe(false);
    await edge.say(analysed('7.9', {}, cameIn('prior-received', '7.9', 30).study));
    const db = await client();
    const studyId = await idOf('7.9');
    expect([await live('7.9'), await db.alert.count({ where: { studyId } })]).toEqual([false, 0]);
    const opened = await fetch(`${gateway.url}/trpc/study.get?input=${encodeURIComponent(JSON.stringify({ studyId }))}`, { headers: { cookie } });
    expect(await opened.json()).toMatchObject({ result: { data: { fetchedAsPrior: true, reportId: null, series: [{ seriesUid: '7.9.1' }] } } });
    expect(await db.report.count({ where: { studyId } })).toBe(0);
    await edge.say(cameIn('study-received', '7.9', 30));
    expect([await live('7.9'), await db.alert.count({ where: { studyId } })], 'what was found of it before rings now').toEqual([true, 1]);
    await edge.say(cameIn('prior-received', '7.9', 30));
    expect(await live('7.9'), 'what came to be read is not taken off the list').toBe(true);
  });

  test('how it failed is said to everybody who looks, and what came of it can be read', async () => {
    await ask('7.8');
    await edge.say(cameIn('prior-received', '7.8', 12), ended('7.8', 'PACS: The PACS sent 12 of 30 images; 18 failed.'));
    expect(await one('7.8')).toMatchObject({ images: 'at-node', imagesHere: 12, problem: 'PACS: The PACS sent 12 of 30 images; 18 failed.' });
    await ask('7.8');
    expect(await one('7.8')).toMatchObject({ images: 'fetching', problem: null });
    await edge.say(ended('7.8', null));
    expect(await one('7.8')).toMatchObject({ images: 'at-node' });
  });

  test.each([
    ['at-node', /at the node already/],
    ['unknown-source', /READROOM_PEERS/],
    ['disk-low', /disk of the edge node is too full/],
    ['busy', /Many priors are being fetched/],
    ['no-model', /update the older of the two/],
  ])('a node that answers %s is explained, and nothing is said to be under way', async (outcome, words) => {
    answer = outcome;
    const response = await ask('7.7');
    answer = 'queued';
    expect([response.status >= 400, JSON.stringify(await response.json())]).toEqual([true, expect.stringMatching(words)]);
    expect(await one('7.7')).toMatchObject({ images: 'at-pacs', problem: null });
  });

  test('who may not see studies asks for none, what is no prior is not fetched, and another hospital’s study is not there', async () => {
    const before = asked.length;
    const [, two] = await gateway.deps.control.organisation.findMany({ orderBy: { createdAt: 'asc' } });
    expect((await ask('7.7', (await gateway.signIn('it')).cookie)).status).toBe(403);
    expect((await ask('7.7', (await gateway.signIn('attending', two?.id)).cookie)).status).toBe(404);
    expect((await ask('7.7', '')).status).toBe(401);
    expect((await ask('7.66')).status).toBe(404);
    expect((await ask('no uid')).status).toBe(400);
    expect(asked).toHaveLength(before);
  });

  test('images that a node deleted are said to be in the PACS, or nowhere; those that come again are there again', async () => {
    await edge.say(cameIn('study-received', '7.6', 30), { type: 'study-deleted', study: { studyUid: '7.6' } }, { type: 'study-deleted', study: { studyUid: '7.8' } }, { type: 'study-deleted', study: { studyUid: '7.9' } });
    expect(await one('7.6')).toMatchObject({ images: 'deleted', imagesHere: 0, studyId: await idOf('7.6') });
    expect(await one('7.8'), 'fetched: without images there is nothing of it').toMatchObject({ images: 'at-pacs', imagesHere: 0, imageCount: 30, studyId: null });
    expect(await one('7.9'), 'read here: its report opens').toMatchObject({ images: 'at-pacs', studyId: await idOf('7.9') });
    const late = edge.message({ type: 'study-deleted', study: { studyUid: '7.8' } });
    await edge.say(cameIn('prior-received', '7.8', 30));
    await edge.push(late);
    expect(await one('7.8')).toMatchObject({ images: 'at-node', imagesHere: 30 });
  });

  test('a node of the version before is not asked what it would not answer', async () => {
    await edge.hello({ v: FETCH_PRIOR_SINCE_VERSION - 1 });
    const before = asked.length;
    expect(JSON.stringify(await (await ask('7.7')).json())).toMatch(/of a version that can’t fetch priors/);
    expect(asked).toHaveLength(before);
    await edge.hello();
  });

  test('a node that is away is said to be', async () => {
    edge.terminate();
    await edge.closed;
    await vi.waitFor(async () => expect(JSON.stringify(await (await ask('7.7')).json())).toMatch(/The edge node is not connected/));
    expect(await one('7.7')).toMatchObject({ images: 'at-pacs' });
  });
});
