import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDb, type TestDb } from '@readroom/db/testing';
import { HOUR_MS } from '@readroom/shared/clock';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createLink, type Link } from '../../apps/edge-node/src/link/link.ts';
import { openOutbox, type Outbox } from '../../apps/edge-node/src/outbox/outbox.ts';
import { makeTestKeys } from '../../apps/edge-node/src/testing/test-keys.ts';
import { analysed, received } from '../../apps/edge-node/src/outbox/testing/bodies.ts';
import { makeTestIdentity } from '../../apps/edge-node/src/testing/test-identity.ts';
import { freePort } from '../services/free-port.ts';
import { testSeed } from '../services/test-seed.ts';
import { spawnGateway, type GatewayProcess } from './gateway-process.ts';

/** Both real ends: the edge's outbox and link here, the gateway in a process of its own on a real PostgreSQL. */
let db: TestDb;
let folder: string;
let port: number;
let outbox: Outbox;
let link: Link;
let gateway: GatewayProcess | null = null;
/** Of the edge's clock, which a test may set back. */
let edgeShiftMs = 0;
const settled = new Set<string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readroom-link-'));
  await writeFile(join(folder, 'secret'), randomBytes(48).toString('base64'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  [db, port] = await Promise.all([createTestDb(), freePort()]);
  edgeShiftMs = 0;
  settled.clear();
  const { organisationId } = await db.hospital('one');
  const { key, identity } = makeTestIdentity();
  await db.control.edgeNode.create({ data: { organisationId, name: 'test', keyHash: key.keyId, publicKey: key.publicKey } });
  outbox = watched(openOutbox({ file: join(folder, `${port}.sqlite`), clock: edgeClock, makeId: randomUUID, keys: makeTestKeys(folder) }));
  link = createLink({
    gatewayUrl: `http://127.0.0.1:${port}`,
    identity,
    outbox,
    handlers: { fetchImage: async () => {}, cancelFetch: async () => {}, analyseStudy: async () => 'not-at-edge', fetchPrior: async () => 'unknown-source', cancelAnalysis: async () => {}, auditHead: async () => {}, canary: async () => null },
    clock: edgeClock,
    random: () => 0,
    log: { info: () => {}, warn: () => {} },
    describe: () => ({ software: 'test', providers: ['cpu'], models: [] }),
    status: async () => ({ studiesInFlight: 0, diskFreeBytes: 1, provider: 'cpu' }),
  });
});
afterEach(async () => {
  await link.stop();
  await outbox.close();
  await gateway?.kill();
  gateway = null;
  await db.close();
});

function edgeClock(): number {
  return Date.now() + edgeShiftMs;
}

/** Keeps what the gateway acknowledged: none of it may be missing afterwards. */
function watched(inner: Outbox): Outbox {
  return {
    ...inner,
    async settle(acks) {
      await inner.settle(acks);
      for (const ack of acks) settled.add(ack.id);
    },
  };
}

async function start(): Promise<void> {
  gateway = await spawnGateway({ port, databaseUrl: db.url, authSecretFile: join(folder, 'secret') });
}

async function rows() {
  const { client } = await db.hospital('one');
  const [studies, analyses, messages, items, journal] = await Promise.all([
    client.study.findMany({ select: { studyUid: true, receivedAt: true } }),
    client.imageAnalysis.count(),
    client.edgeMessage.findMany({ select: { id: true } }),
    client.worklistItem.count({ where: { live: true } }),
    client.rankJournal.findMany({ select: { revision: true }, orderBy: { revision: 'asc' } }),
  ]);
  return { studies, analyses, messages: new Set(messages.map(({ id }) => id)), items, revisions: journal.map(({ revision }) => Number(revision)) };
}

test('[ED2] a gateway that was away for an hour hears of all 500 studies afterwards, once, each with its own time of arrival', { timeout: 900_000 }, async () => {
  edgeShiftMs = -HOUR_MS;
  const began = edgeClock();
  await link.start();
  await Promise.all(Array.from({ length: 500 }, (_, n) => outbox.put(received(`1.2.${n}`, { receivedAt: edgeClock(), lastInstanceAt: edgeClock() }))));
  await Promise.all(Array.from({ length: 500 }, (_, n) => outbox.put(analysed(`1.2.${n}`, {}, { receivedAt: edgeClock(), lastInstanceAt: edgeClock() }))));
  await vi.waitFor(() => expect(link.state().state).toBe('waiting'), { timeout: 20_000 });
  const ended = edgeClock();
  edgeShiftMs = 0;
  await start();
  await vi.waitFor(() => expect(outbox.depth()).toBe(0), { timeout: 600_000, interval: 100 });
  const { studies, analyses, items, messages } = await rows();
  expect([studies.length, analyses, items, messages.size]).toEqual([500, 500, 500, 1_000]);
  // The hour in the outbox is no hour of waiting less: the place in the list is that of the arrival.
  for (const { receivedAt } of studies) {
    expect(receivedAt.getTime()).toBeGreaterThan(began - 5_000);
    expect(receivedAt.getTime()).toBeLessThan(ended + 5_000);
  }
  expect(outbox.parked()).toEqual([]);
});

test.each([3, testSeed()])('[ED2] kill -9 of the gateway in the middle of pushes loses nothing it acknowledged and applies nothing twice (READROOM_SEED=%i)', { timeout: 900_000 }, async (seed) => {
  const count = 60;
  await link.start();
  for (let n = 0; n < count; n += 1) {
    await outbox.put(received(`1.2.${n}`));
    await outbox.put(analysed(`1.2.${n}`));
  }
  for (let life = 0; life < 2 && outbox.depth() > 0; life += 1) {
    await start();
    const mark = settled.size + 1 + ((seed * (life + 3) * 7) % 25);
    await vi.waitFor(() => expect(settled.size >= mark || outbox.depth() === 0).toBe(true), { timeout: 300_000, interval: 1 });
    await gateway?.kill();
  }
  await start();
  await vi.waitFor(() => expect(outbox.depth()).toBe(0), { timeout: 300_000, interval: 50 });
  const { studies, analyses, items, messages, revisions } = await rows();
  expect([studies.length, analyses, items], `seed ${seed}`).toEqual([count, count, count]);
  for (const id of settled) expect(messages.has(id), `message ${id}, seed ${seed}`).toBe(true);
  expect(new Set(revisions).size).toBe(revisions.length);
});
