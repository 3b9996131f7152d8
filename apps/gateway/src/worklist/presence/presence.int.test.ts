import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PRESENCE_TTL_MS, VIEWERS_EVENT, VIEWING_EVENT, viewersEventSchema, type Viewer } from '@readroom/shared/worklist/presence';
import { startRedis, type RunningRedis } from '../../../../../tools/services/redis.ts';
import { openBrowser } from '../../alert/testing/bleeding.ts';
import { received } from '../../edge/testing/bodies.ts';
import { greetedEdge } from '../../edge/testing/edge-speaker.ts';
import { createLog } from '../../infra/log.ts';
import { connectRedis } from '../../infra/redis.ts';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { memoryStore, redisStore, type PresenceStore } from './store.ts';

let gateways: [TestGateway, TestGateway];
let redis: RunningRedis;
let studyId: string;
const WAIT = { timeout: 20_000, interval: 20 };
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

beforeAll(async () => {
  redis = await startRedis();
  const env = { REDIS_URL: redis.url };
  const first = await startTestGateway({ hospitals: ['one', 'two'], env });
  gateways = [first, await startTestGateway({ hospitals: ['one', 'two'], env, db: first.db })];
  const edge = await greetedEdge(first.url, first.nodeKey);
  await edge.say(received('1.1'));
  edge.terminate();
  const { client } = await first.deps.hospital(first.organisation);
  studyId = (await client.study.findUniqueOrThrow({ where: { studyUid: '1.1' } })).id;
});
afterAll(async () => {
  await gateways[1].stop();
  await gateways[0].stop();
  await redis.stop();
});

async function browse(gateway: TestGateway, role: 'attending' | 'resident' | 'it', organisation?: string) {
  const { cookie, member } = await gateway.signIn(role, organisation);
  const { socket, close } = await openBrowser(gateway.url, cookie);
  const heard: Viewer[][] = [];
  socket.on(VIEWERS_EVENT, (raw: unknown) => heard.push(viewersEventSchema.parse(raw).viewers));
  return { member, heard, close, last: () => heard.at(-1), view: (study: string | null) => void socket.emit(VIEWING_EVENT, { studyId: study }), say: (raw: unknown) => void socket.emit(VIEWING_EVENT, raw) };
}

test('[LF7] who has a study open is said in every browser of the hospital, over gateways, and in no other’s', async () => {
  const [reader, other, it, stranger] = [await browse(gateways[0], 'attending'), await browse(gateways[1], 'resident'), await browse(gateways[1], 'it'), await browse(gateways[0], 'attending', 'org-two')];
  reader.view(studyId);
  const viewer = { studyId, id: reader.member.userId, name: 'Test attending' };
  for (const browser of [other, it]) await vi.waitFor(() => expect(browser.last()).toEqual([viewer]), WAIT);
  const late = await browse(gateways[1], 'resident');
  late.view(null);
  await vi.waitFor(() => expect(late.last() ?? other.last()).toEqual([viewer]), WAIT);
  reader.view(null);
  await vi.waitFor(() => expect(other.last()).toEqual([]), WAIT);
  reader.view(studyId);
  await vi.waitFor(() => expect(other.last()).toEqual([viewer]), WAIT);
  reader.close();
  await vi.waitFor(() => expect(other.last()).toEqual([]), WAIT);
  expect(stranger.heard.flat()).toEqual([]);
  for (const browser of [other, it, stranger, late]) browser.close();
});

test('[LF7] a study of another hospital, or a role that opens none, is said to nobody; the last word counts', async () => {
  const [stranger, it, reader] = [await browse(gateways[0], 'attending', 'org-two'), await browse(gateways[0], 'it'), await browse(gateways[0], 'resident')];
  stranger.view(studyId);
  it.view(studyId);
  for (const nonsense of [null, 'x', { studyId: 7 }, { studyId: 'x' }]) reader.say(nonsense);
  for (let n = 0; n < 50; n += 1) reader.view(n % 2 === 0 ? null : studyId);
  await vi.waitFor(() => expect(it.last()).toEqual([{ studyId, id: reader.member.userId, name: 'Test resident' }]), WAIT);
  expect(stranger.heard.flat()).toEqual([]);
  for (const browser of [stranger, it, reader]) browser.close();
});

describe.each(['memory', 'redis'] as const)('the store in %s', (kind) => {
  test('[LF7] what is not kept again is over; what is dropped is gone at once', async () => {
    let now = 1_000;
    const client = kind === 'redis' ? await connectRedis(redis.url, createLog('silent')) : null;
    const store: PresenceStore = client ? redisStore(client, () => now) : memoryStore(() => now);
    const viewer = (n: number): Viewer => ({ studyId, id: `u${n}`, name: `Dr ${n}` });
    await store.keep('o', 's1', viewer(1));
    await store.keep('o', 's2', viewer(2));
    await store.keep('p', 's3', viewer(3));
    // In no order.
    expect((await store.all('o')).sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([viewer(1), viewer(2)]);
    now += PRESENCE_TTL_MS - 1;
    await store.keep('o', 's2', viewer(2));
    now += 1;
    expect(await store.all('o')).toEqual([viewer(2)]);
    await store.drop('o', 's2');
    expect(await store.all('o')).toEqual([]);
    expect(await store.all('nobody')).toEqual([]);
    client?.destroy();
  });
});
