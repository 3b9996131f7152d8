import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { canaryStageSchema } from '@readroom/shared/alert/canary';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEdgeProcess } from '../../apps/edge-node/src/testing/edge-process.ts';
import type { EdgeProcess } from '../../apps/edge-node/src/testing/edge-process.ts';
import { makeTestIdentity } from '../../apps/edge-node/src/testing/test-identity.ts';
import { canaries } from '../../apps/gateway/src/alert/canary/service.ts';
import { startReceiver } from '../../apps/gateway/src/alert/notify/testing/receivers.ts';
import { openBrowser } from '../../apps/gateway/src/alert/testing/bleeding.ts';
import { apiClient } from '../../apps/gateway/src/testing/api-client.ts';
import { startTestGateway } from '../../apps/gateway/src/testing/test-gateway.ts';
import type { TestGateway } from '../../apps/gateway/src/testing/test-gateway.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

/** The whole chain with nothing left out: a real edge node in its own process, the real gateway, PostgreSQL, a webhook that pages IT. */
let gateway: TestGateway;
let admin: ReturnType<typeof apiClient>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let folder: string;
let node: EdgeProcess;

beforeAll(async () => {
  receiver = await startReceiver();
  gateway = await startTestGateway({ env: { READROOM_WEBHOOK_NETWORKS: '127.0.0.0/8' } });
  await gateway.deps.control.edgeNode.deleteMany();
  admin = apiClient(gateway.url, (await gateway.signIn('admin')).cookie);
  await admin.alert.channels.add.mutate({ kind: 'webhook', name: 'IT pager', url: receiver.url, levels: ['end'], severities: ['critical'] });
  folder = mkdtempSync(join(tmpdir(), 'readroom-canary-'));
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  const { key } = makeTestIdentity(join(folder, 'own.key'));
  await gateway.deps.control.edgeNode.create({ data: { organisationId: gateway.organisation, name: 'CT basement', keyHash: key.keyId, publicKey: key.publicKey } });
  node = await startEdgeProcess({ home: join(folder, 'data'), env: { READROOM_NODE_KEY_FILE: join(folder, 'own.key'), READROOM_GATEWAY_URL: gateway.url } });
});
afterAll(async () => {
  await node.kill('SIGKILL');
  await gateway.stop();
  await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
});

const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;

/** One run from its beginning to its end; `limitMs` is below what an administrator may choose. */
async function run(limitMs = 60_000) {
  await (await client()).canarySetting.update({ where: { id: 1 }, data: { limitMs } });
  await admin.alert.path.prove.mutate();
  await canaries(gateway.deps).settle();
  const [newest] = await admin.alert.path.runs.query();
  if (!newest) throw new Error('no run');
  return newest;
}

async function paged(): Promise<string[]> {
  await expect.poll(async () => (await client()).notification.count({ where: { state: 'pending' } }), { timeout: 20_000 }).toBe(0);
  return receiver.received.map(({ body }) => (JSON.parse(body) as { path: { state: string; stage: string } }).path).map(({ state, stage }) => `${state} ${stage}`);
}

test('[AL6] a canary passes from the edge’s outbox to a browser, each stage with its time, and leaves nothing behind', async () => {
  const reader = await openBrowser(gateway.url, (await gateway.signIn('attending')).cookie);
  const passed = await run();
  expect(passed).toMatchObject({ state: 'passed', node: 'CT basement', brokenStage: null });
  const times = canaryStageSchema.options.map((stage) => passed.times[stage] ?? 0);
  for (const at of times) expect(at).toBeGreaterThanOrEqual(passed.begunAt);
  expect(passed.times.heard).toBeGreaterThanOrEqual(passed.times.received ?? Infinity);
  expect(await admin.alert.path.view.query()).toMatchObject({ provedAt: passed.endedAt, outage: null });
  const db = await client();
  expect(await Promise.all([db.study.count(), db.worklistItem.count(), db.rankJournal.count(), db.imageAnalysis.count(), db.alert.count(), db.alertEvent.count(), db.notification.count(), db.canaryRun.count()])).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
  const year = 365 * 24 * 3_600_000;
  expect(JSON.stringify(await admin.alert.report.view.query({ from: Date.now() - year / 2, until: Date.now() + 1_000 }))).not.toMatch(/canary/i);
  expect(reader.heard).toEqual([]);
  expect(await gateway.deps.control.session.count({ where: { userId: { startsWith: 'canary:' } } })).toBe(0);
  reader.close();
});

test('[AL6] a push that does not arrive breaks it visibly, and IT is told once', async () => {
  const cut = (socket: { disconnect(close: boolean): unknown }): void => void socket.disconnect(true);
  gateway.deps.rt.io.on('connection', cut);
  expect(await run(6_000)).toMatchObject({ state: 'broken', brokenStage: expect.stringMatching(/pushed|heard/) });
  gateway.deps.rt.io.off('connection', cut);
  expect(await paged()).toEqual([expect.stringMatching(/^broken (pushed|heard)$/)]);
  expect(receiver.received[0]?.body).toContain('/admin/alert-path');
  expect((await admin.alert.path.view.query()).outage).not.toBeNull();
});

test('[AL6] an outbox that keeps nothing breaks it at its stage, within the same outage; the next that passes mends it, told once', async () => {
  const lock = new DatabaseSync(join(folder, 'data', 'outbox.sqlite'));
  lock.exec('BEGIN EXCLUSIVE');
  expect(await run(30_000)).toMatchObject({ state: 'broken', brokenStage: 'queued', reason: 'outbox-failed' });
  lock.exec('ROLLBACK');
  lock.close();
  expect(await paged()).toHaveLength(1);
  expect(await run()).toMatchObject({ state: 'passed' });
  expect((await paged()).map((text) => text.split(' ')[0])).toEqual(['broken', 'mended']);
  expect(new Set(receiver.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
  expect((await admin.alert.path.view.query()).outage).toBeNull();
  const actions = await (await client()).auditEvent.findMany({ where: { action: { startsWith: 'canary.' } }, orderBy: { at: 'asc' }, select: { action: true } });
  expect(actions.map(({ action }) => action)).toEqual(['canary.broken', 'canary.mended']);
});

test('[AL6] an edge node that is away breaks it before it begins', async () => {
  await node.kill('SIGKILL');
  await vi.waitFor(async () => expect(await run(400)).toMatchObject({ state: 'broken', brokenStage: 'asked', reason: 'node-offline', node: null }), { timeout: 60_000 });
  expect((await paged()).at(-1)).toBe('broken asked');
});
