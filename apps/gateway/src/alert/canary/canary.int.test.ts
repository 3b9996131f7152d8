import { randomUUID } from 'node:crypto';
import { createTestDb } from '@readroom/db/testing';
import type { TestDb } from '@readroom/db/testing';
import type { Member } from '@readroom/shared/access/can';
import { canaryResult } from '@readroom/shared/alert/canary-result';
import { HOUR_MS, MINUTE_MS } from '@readroom/shared/clock';
import { canarySchema } from '@readroom/shared/wire/edge-down';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import { CANARY_SINCE_VERSION, PROTOCOL_VERSION } from '@readroom/shared/wire/version';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startRedis } from '../../../../../tools/services/redis.ts';
import { edgeHub } from '../../edge/edge-hub.ts';
import { connectEdge, type EdgeSpeaker } from '../../edge/testing/edge-speaker.ts';
import { ingest } from '../../study/ingest.ts';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { changePath, pathRuns, provePath, viewPath } from './path.ts';
import { canaries } from './service.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let shiftMs = 0;
let db: TestDb;
let redis: Awaited<ReturnType<typeof startRedis>>;
/** Two gateways on one database; the node's socket is at the first. */
let first: TestGateway;
let second: TestGateway;
let admin: Member;
let edge: EdgeSpeaker | null = null;

beforeAll(async () => {
  [db, redis] = await Promise.all([createTestDb(), startRedis()]);
  const options = { db, clock: () => Date.now() + shiftMs, env: { REDIS_URL: redis.url } };
  first = await startTestGateway(options);
  second = await startTestGateway(options);
  await first.deps.control.edgeNode.deleteMany({ where: { id: second.nodeId } });
  admin = (await first.signIn('admin')).member;
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  await Promise.all([db.close(), redis.stop()]);
});
beforeEach(async () => {
  const client = await tables();
  await client.canaryRun.deleteMany();
  await client.canaryOutage.deleteMany();
  await client.canarySetting.update({ where: { id: 1 }, data: { everyMs: 15 * MINUTE_MS, limitMs: 20_000, changedAt: new Date(Date.now() + shiftMs) } });
});
afterEach(async () => {
  edge?.terminate();
  edge = null;
  // What the gateways remember of its presence would last 15 s.
  await vi.waitFor(async () => {
    await first.deps.redis?.del(`readroom:edge:${first.nodeId}:here`);
    expect(await edgeHub(first.deps).isReachable(first.nodeId)).toBe(false);
  });
});

const tables = async () => (await first.deps.hospital(first.organisation)).client;
const limit = async (limitMs: number) => (await tables()).canarySetting.update({ where: { id: 1 }, data: { limitMs } });
type Asked = { readonly runId: string; readonly token: string };

/** A node that answers each canary as `answer` has it. */
async function node(answer: (asked: Asked, speaker: EdgeSpeaker) => Promise<unknown>, hello: Record<string, unknown> = {}): Promise<EdgeSpeaker> {
  const speaker = await connectEdge(first.url, first.nodeKey);
  edge = speaker;
  await speaker.hello(hello);
  await speaker.commands(null, (_id, command) => {
    const asked = canarySchema.safeParse(command);
    if (asked.success) answer(asked.data, speaker).catch(() => undefined);
  });
  return speaker;
}

const honest = async ({ runId, token }: Asked, speaker: EdgeSpeaker): Promise<void> => {
  await speaker.call('edge.canary', { runId, at: Date.now() + shiftMs, code: null });
  await speaker.say(canaryResult(token, Date.now() + shiftMs));
};

async function run(gateway = first) {
  await provePath(gateway.deps, admin);
  await canaries(gateway.deps).settle();
  const [newest] = await pathRuns(gateway.deps, admin);
  if (!newest) throw new Error('no run');
  return newest;
}

test('[AL6] with two gateways a run is one, whichever leads it and whichever holds the node’s socket', async () => {
  await node(honest);
  expect(await run(second)).toMatchObject({ state: 'passed' });
  await Promise.all([provePath(first.deps, admin), provePath(second.deps, admin)]);
  await Promise.all([canaries(first.deps).settle(), canaries(second.deps).settle()]);
  expect((await pathRuns(first.deps, admin)).map(({ state }) => state)).toEqual(['passed', 'passed']);
  expect(await (await tables()).canaryOutage.count()).toBe(0);
});

test('[AL6] a hospital without a node, with one that is away, and with one that knows no canary is broken, and says which', async () => {
  await limit(300);
  expect(await run()).toMatchObject({ state: 'broken', brokenStage: 'asked', reason: 'node-offline' });
  await node(honest, { v: CANARY_SINCE_VERSION - 1 });
  expect(await run()).toMatchObject({ brokenStage: 'asked', reason: 'node-version' });
  await first.deps.control.edgeNode.updateMany({ data: { revokedAt: new Date() } });
  expect(await run()).toMatchObject({ brokenStage: 'asked', reason: 'no-node' });
  await first.deps.control.edgeNode.updateMany({ data: { revokedAt: null } });
  const { outage } = await viewPath(first.deps, admin);
  expect(outage).toMatchObject({ stage: 'asked', reason: 'node-offline' });
});

test('[AL6] it is broken at the stage that fails: no answer, an outbox that is full, nothing sent, a channel that can’t be read', async () => {
  let answer: typeof honest = async () => undefined;
  await node((asked, speaker) => answer(asked, speaker));
  await limit(2_500);
  expect(await run()).toMatchObject({ brokenStage: 'queued', reason: 'node-silent' });
  answer = async ({ runId }, speaker) => void (await speaker.call('edge.canary', { runId, at: 1, code: 'outbox-full' }));
  await limit(20_000);
  expect(await run()).toMatchObject({ brokenStage: 'queued', reason: 'outbox-full' });
  answer = async ({ runId }, speaker) => void (await speaker.call('edge.canary', { runId, at: Date.now(), code: null }));
  await limit(2_500);
  expect(await run()).toMatchObject({ brokenStage: 'emitted', reason: 'not-sent' });
  answer = honest;
  await limit(20_000);
  const client = await tables();
  const channel = await client.alertChannel.create({ data: { id: randomUUID(), kind: 'webhook', name: 'Old', host: '', sealed: 'of another gateway', addresses: [], toAsked: false, levels: ['backup'], severities: ['critical'], onPath: false } });
  expect(await run()).toMatchObject({ brokenStage: 'notified', reason: 'channel-unreadable' });
  await client.alertChannel.delete({ where: { id: channel.id } });
  expect(await run()).toMatchObject({ state: 'passed' });
  expect(await client.canaryOutage.findMany({ select: { stage: true, mendedAt: true } })).toEqual([{ stage: 'queued', mendedAt: expect.any(Date) }]);
});

test('[AL6] of several connected nodes each has its turn', async () => {
  await node(honest);
  const other = await first.addNode(first.organisation);
  const speaker = await connectEdge(first.url, other.nodeKey);
  await speaker.hello();
  await speaker.commands(null, (_id, command) => {
    const asked = canarySchema.safeParse(command);
    if (asked.success) honest(asked.data, speaker).catch(() => undefined);
  });
  await vi.waitFor(async () => expect(await edgeHub(first.deps).isReachable(other.nodeId)).toBe(true));
  for (const _turn of [1, 2, 3]) expect(await run()).toMatchObject({ state: 'passed' });
  const asked = await (await tables()).canaryRun.findMany({ orderBy: { begunAt: 'asc' }, select: { nodeId: true } });
  expect(asked.map(({ nodeId }) => nodeId)).toEqual([first.nodeId, other.nodeId, first.nodeId]);
  speaker.terminate();
  await first.deps.control.edgeNode.delete({ where: { id: other.nodeId } });
});

/** Tells the gateway as the node of that id would; answers whether it was taken for a canary. */
async function told(body: EdgeUpBody, nodeId = first.nodeId): Promise<boolean> {
  const message = { v: PROTOCOL_VERSION, id: randomUUID(), nodeEpoch: randomUUID(), seq: 1, queuedAt: Date.now(), traceparent: null, body };
  const { ack, canaryRunId } = await ingest(first.deps, { nodeId, organisation: first.organisation, clockOffsetMs: 0 }, message);
  expect(ack.outcome).toBe('applied');
  return canaryRunId !== null;
}

test('[AL6] no mark on the wire makes a real finding a canary: what was not asked of this node, to the byte, raises its alert', async () => {
  const client = await tables();
  const token = 'ab'.repeat(32);
  const begin = () => client.canaryRun.create({ data: { id: randomUUID(), nodeId: first.nodeId, token, begunAt: new Date(), askedAt: new Date() } });
  const asked = await begin();
  const canary = canaryResult(token, Date.now());
  const changes: readonly ((text: string) => EdgeUpBody)[] = [
    // A patient's finding under the canary's name and token.
    (text) => ({ ...canary, study: { ...canary.study, patient: { ...canary.study.patient, id: text } } }),
    (text) => ({ ...canary, study: { ...canary.study, description: text } }),
    (text) => ({ ...canary, analysis: { ...canary.analysis, findings: canary.analysis.findings.map((finding) => ({ ...finding, code: `x${text}` })) } }),
    (text) => ({ ...canary, analysis: { ...canary.analysis, findings: [...canary.analysis.findings, ...canary.analysis.findings.map((finding) => ({ ...finding, id: `x${text}`, code: `x${text}` }))] } }),
    (text) => ({ ...canary, study: { ...canary.study, studyUid: '1.2.3' }, analysis: { ...canary.analysis, studyUid: '1.2.3', model: { ...canary.analysis.model, version: `x${text}` } } }),
    // A token the gateway did not make.
    (text) => canaryResult(text.padEnd(64, 'f').slice(0, 64), Date.now()),
  ];
  await fc.assert(fc.asyncProperty(fc.constantFrom(...changes), fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }), async (change, text) => {
    expect(await told(change(text))).toBe(false);
    expect(await client.alert.count({ where: { state: 'open', severity: 'critical' } })).toBeGreaterThan(0);
    await client.study.deleteMany();
  }), { numRuns: 25 });
  const other = await first.addNode(first.organisation);
  expect(await told(canary, other.nodeId)).toBe(false);
  expect(await client.alert.count({ where: { state: 'open' } })).toBe(1);
  await client.study.deleteMany();
  await first.deps.control.edgeNode.delete({ where: { id: other.nodeId } });
  expect((await client.canaryRun.findUniqueOrThrow({ where: { id: asked.id } })).receivedAt).toBeNull();
  // What was asked for counts, again and late too, and leaves nothing.
  expect(await told(canary)).toBe(true);
  await client.canaryRun.update({ where: { id: asked.id }, data: { state: 'broken' } });
  expect(await told(canary)).toBe(true);
  expect(await Promise.all([client.study.count(), client.alert.count()])).toEqual([0, 0]);
});

test('[AL6] the schedule stands in the database: due after its interval, each minute while broken, at once after a gateway that ended, never while off', async () => {
  await node(honest);
  const hospital = await first.deps.hospital(first.organisation);
  const look = async (gateway = first) => {
    await canaries(gateway.deps).lookEverywhere();
    await canaries(gateway.deps).settle();
    return (await pathRuns(gateway.deps, admin)).map(({ state }) => state);
  };
  expect(await look()).toEqual([]);
  shiftMs += 15 * MINUTE_MS;
  expect(await look()).toEqual(['passed']);
  expect(await look(second)).toEqual(['passed']);
  const { client } = hospital;
  // A gateway died in the middle of a run: once it is repeated, twice in a row it is a fault of its own.
  const dead = (begunAt: number) => client.canaryRun.create({ data: { id: randomUUID(), token: randomUUID(), begunAt: new Date(begunAt) } });
  await dead(Date.now() + shiftMs);
  shiftMs += MINUTE_MS;
  expect(await look()).toEqual(['interrupted', 'passed']);
  await dead(Date.now() + shiftMs);
  shiftMs += MINUTE_MS;
  expect(await look()).toEqual(['broken', 'interrupted', 'passed']);
  expect((await viewPath(first.deps, admin)).outage).toMatchObject({ reason: 'gateway-ended' });
  shiftMs += MINUTE_MS;
  expect((await look())[0]).toBe('passed');
  const metrics = await first.deps.metrics.registry.metrics();
  expect(metrics).toMatch(/readroom_alert_path_failures_total\{organisation="org-one",stage="heard"\} 1/);
  expect(metrics).toMatch(/readroom_alert_path_proved_age_seconds\{organisation="org-one"\} \d/);
  await changePath(first.deps, admin, { everyMs: null, limitMs: MINUTE_MS, contact: 'IT, ext. 4400' });
  shiftMs += HOUR_MS;
  expect(await look()).toHaveLength(4);
  expect(await first.deps.metrics.registry.metrics()).not.toMatch(/path_proved_age_seconds\{/);
});

test('[AL6] administrators set it, IT proves it, readers see it, and each change is in the audit', async () => {
  const [it, reader] = [(await first.signIn('it')).member, (await first.signIn('resident')).member];
  const setting = { everyMs: null, limitMs: 2 * MINUTE_MS, contact: 'IT, ext. 4400' };
  expect(await changePath(first.deps, admin, setting)).toMatchObject({ ...setting, changedBy: admin.name, outage: null });
  expect(await viewPath(first.deps, reader)).toMatchObject({ everyMs: null, contact: 'IT, ext. 4400' });
  await expect(changePath(first.deps, it, setting)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(pathRuns(first.deps, reader)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(provePath(first.deps, reader)).rejects.toMatchObject({ code: 'forbidden' });
  const [change] = await (await tables()).auditEvent.findMany({ where: { action: 'canary.change' }, orderBy: { at: 'desc' }, take: 1 });
  expect(change).toMatchObject({ actor: expect.stringContaining(admin.userId), subject: { everyMs: 'off', limitMs: 2 * MINUTE_MS } });
});

test('[AL6] the listener’s account has no password, no role and no rights; a gateway that stops in the middle proves nothing', async () => {
  await limit(20_000);
  const third = await startTestGateway({ db, clock: () => Date.now() + shiftMs, env: { REDIS_URL: redis.url } });
  await third.deps.control.edgeNode.delete({ where: { id: third.nodeId } });
  await provePath(third.deps, admin);
  await third.stop();
  expect(await pathRuns(first.deps, admin)).toMatchObject([{ state: 'interrupted', brokenStage: null }]);
  const account = await first.deps.control.user.findUniqueOrThrow({ where: { id: `canary:${first.organisation}` }, include: { accounts: true, memberships: true, sessions: true } });
  expect(account).toMatchObject({ accounts: [], memberships: [], sessions: [] });
});
