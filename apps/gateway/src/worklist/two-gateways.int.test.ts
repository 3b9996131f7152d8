import { io, type Socket } from 'socket.io-client';
import { createTestDb, type TestDb } from '@readroom/db/testing';
import type { WorklistHead, WorklistPatch } from '@readroom/shared/worklist/events';
import { applyPatch, type WorklistView } from '@readroom/shared/worklist/patch';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cancelFetchSchema } from '@readroom/shared/wire/edge-down';
import { startRedis, type RunningRedis } from '../../../../tools/services/redis.ts';
import { sendCommand } from '../edge/edge-hub.ts';
import { analysed, received } from '../edge/testing/bodies.ts';
import { greetedEdge, type EdgeSpeaker } from '../edge/testing/edge-speaker.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';
import { readPage } from './page/read-page.ts';

let redis: RunningRedis;
let db: TestDb;
let gateways: [TestGateway, TestGateway];
let edges: [EdgeSpeaker, EdgeSpeaker];
const sockets: Socket[] = [];
const WAIT = { timeout: 60_000, interval: 20 };
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

beforeAll(async () => {
  [redis, db] = await Promise.all([startRedis(), createTestDb()]);
  const env = { REDIS_URL: redis.url };
  gateways = [await startTestGateway({ db, env }), await startTestGateway({ db, env })];
  edges = [await greetedEdge(gateways[0].url, gateways[0].nodeKey), await greetedEdge(gateways[1].url, gateways[1].nodeKey)];
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  for (const edge of edges) edge.terminate();
  for (const gateway of gateways) await gateway.stop();
  await db.close();
  await redis.stop();
});

/** A browser's list: the page, then patches alone. `gaps` counts what should never be. */
async function browse(gateway: TestGateway, cookie: string) {
  const heard = { view: null as WorklistView | null, heads: [] as WorklistHead[], gaps: 0 };
  const socket = io(gateway.url, { path: '/rt', extraHeaders: { cookie }, transports: ['websocket'] });
  sockets.push(socket);
  socket.on('rt:head', (head: WorklistHead) => heard.heads.push(head));
  socket.on('rt:patch', (patch: WorklistPatch) => {
    const outcome = heard.view && applyPatch(heard.view, patch);
    if (outcome?.kind === 'gap') heard.gaps += 1;
    if (outcome?.kind === 'applied') heard.view = outcome.view;
  });
  await vi.waitFor(() => expect(heard.heads.length).toBeGreaterThan(0), WAIT);
  heard.view = await freshView();
  return heard;
}

async function freshView(): Promise<WorklistView> {
  const page = await readPage(await gateways[0].deps.hospital(gateways[0].organisation), { limit: 200 });
  return { revision: page.revision, items: page.items, more: false };
}

test('what either gateway ingests reaches the browsers of both, in order and without a gap', async () => {
  const { cookie } = await gateways[0].signIn('attending');
  const { cookie: other } = await gateways[1].signIn('attending');
  const lists = await Promise.all([browse(gateways[0], cookie), browse(gateways[1], other)]);
  await Promise.all(
    edges.map(async (edge, n) => {
      for (let study = 0; study < 6; study += 1) await edge.say(received(`1.${n}.${study}`), analysed(`1.${n}.${study}`));
    }),
  );
  const whole = await freshView();
  expect(whole.items).toHaveLength(12);
  for (const list of lists) {
    await vi.waitFor(() => expect(list.view?.revision).toBe(whole.revision), WAIT);
    expect([list.view, list.gaps]).toEqual([whole, 0]);
  }
});

test('a command and its answer cross from one gateway to the other', async () => {
  const seen: unknown[] = [];
  await edges[0].commands(null, (_id, command) => {
    seen.push(command);
    const { type, requestId } = command as { type: string; requestId?: string };
    if (type === 'analyse-study') void edges[0].call('edge.answer', { requestId, outcome: 'not-at-edge' });
  });
  const head = { type: 'audit-head' as const, seq: 1, hash: 'a'.repeat(64), sealedAt: 1 };
  await vi.waitFor(async () => expect(await sendCommand(gateways[1].deps, gateways[0].nodeId, head)).toBe('delivered'), WAIT);
  await vi.waitFor(() => expect(seen).toContainEqual(head), WAIT);
  const { cookie } = await gateways[1].signIn('attending');
  const response = await fetch(`${gateways[1].url}/api/image-analysis`, { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify({ studyUid: '1.0.1' }) });
  expect(response.status).toBe(409);
  expect(await sendCommand(gateways[1].deps, gateways[1].nodeId, head)).toBe('offline');
});

test('a node that moves to the other gateway resumes its commands there', async () => {
  const seen: { id: string; ticket: string }[] = [];
  const keep = (id: string, command: unknown): void => {
    const cancel = cancelFetchSchema.safeParse(command);
    if (cancel.success) seen.push({ id, ticket: cancel.data.ticket });
  };
  const tickets = (): string[] => seen.map(({ ticket }) => ticket);
  const node = await gateways[0].addNode(gateways[0].organisation);
  const ask = (ticket: string) => sendCommand(gateways[0].deps, node.nodeId, { type: 'cancel-fetch', ticket });
  const here = await greetedEdge(gateways[0].url, node.nodeKey);
  await here.commands(null, keep);
  await vi.waitFor(async () => expect(await ask('one')).toBe('delivered'), WAIT);
  await ask('two');
  await vi.waitFor(() => expect(tickets()).toEqual(['one', 'two']), WAIT);
  here.terminate();
  const there = await greetedEdge(gateways[1].url, node.nodeKey);
  await there.commands(seen[0]!.id, keep);
  await vi.waitFor(() => expect(tickets()).toEqual(['one', 'two', 'two']), WAIT);
  there.terminate();
});

test('without Redis nothing is lost: the other gateway finds the revision at its next head', async () => {
  const { cookie } = await gateways[1].signIn('attending');
  const list = await browse(gateways[1], cookie);
  await redis.stop();
  await edges[0].say(received('1.9.1'));
  const whole = await freshView();
  await vi.waitFor(() => expect(list.view).toEqual(whole), WAIT);
  expect(list.gaps).toBe(0);
});
