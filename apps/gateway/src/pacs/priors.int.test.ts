import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { PriorStudy } from '@readroom/shared/study/prior';
import { priorsViewSchema, priorViewSchema } from '@readroom/shared/study/prior-view';
import type { PriorsView } from '@readroom/shared/study/prior-view';
import type { StudySnapshot } from '@readroom/shared/study/study';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import { z } from 'zod';
import { received, snapshot } from '../edge/testing/bodies.ts';
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
