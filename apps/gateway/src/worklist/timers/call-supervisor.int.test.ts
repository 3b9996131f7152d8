import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { HOUR_MS } from '@readroom/shared/clock';
import { received } from '../../edge/testing/bodies.ts';
import { greetedEdge, type EdgeSpeaker } from '../../edge/testing/edge-speaker.ts';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { readPage } from '../page/read-page.ts';
import { callSupervisor } from './call-supervisor.ts';
import { lookEverywhere } from './timers.ts';

let now = Date.now();
let gateway: TestGateway;
let edge: EdgeSpeaker;
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

beforeAll(async () => {
  gateway = await startTestGateway({ clock: () => now });
  edge = await greetedEdge(gateway.url, gateway.nodeKey);
});
afterAll(async () => {
  edge.terminate();
  await gateway.stop();
});

const hospital = () => gateway.deps.hospital(gateway.organisation);
const rows = async () => new Map((await readPage(await hospital(), { limit: 50 })).items.map((row) => [row.studyUid, row]));

test('[PR4] past its hard limit a study without a preliminary report calls the supervisor, once', async () => {
  const limit = now + 48 * HOUR_MS;
  await edge.say(received('1.1', { receivedAt: now, lastInstanceAt: now }), received('1.2', { receivedAt: now, lastInstanceAt: now }));
  const { client } = await hospital();
  const reported = await client.study.findUniqueOrThrow({ where: { studyUid: '1.2' }, select: { id: true } });
  await client.report.create({ data: { id: gateway.deps.makeId(), studyId: reported.id, state: 'preliminary' } });
  now = limit - 60_000;
  await lookEverywhere(gateway.deps, 'call-supervisor', callSupervisor);
  expect((await rows()).get('1.1')).toMatchObject({ overdueAt: null });
  now = limit + 1_000;
  await Promise.all([1, 2, 3].map(() => lookEverywhere(gateway.deps, 'call-supervisor', callSupervisor)));
  expect((await rows()).get('1.1')).toMatchObject({ overdueAt: now });
  expect((await rows()).get('1.2')).toMatchObject({ overdueAt: null });
  const called = now;
  now += HOUR_MS;
  await lookEverywhere(gateway.deps, 'call-supervisor', callSupervisor);
  expect((await rows()).get('1.1')).toMatchObject({ overdueAt: called });
  const audited = await client.auditEvent.findMany({ where: { action: 'study.overdue' } });
  expect(audited.map(({ subject }) => subject)).toEqual([expect.objectContaining({ studyUid: '1.1' })]);
  expect(await client.rankJournal.count({ where: { cause: 'overdue' } })).toBe(1);
});
