import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openOutbox, type Outbox } from '../outbox/outbox.ts';
import { makeTestKeys } from '../testing/test-keys.ts';
import { analysed, received, studyUidIn } from '../outbox/testing/bodies.ts';
import { makeTestIdentity } from '../testing/test-identity.ts';
import type { CommandHandlers } from './commands.ts';
import { createLink, type Link, type LinkOptions } from './link.ts';
import { applyOnce, startScriptedGateway, type ScriptedGateway } from './testing/scripted-gateway.ts';

let folder: string;
let outbox: Outbox;
let gateway: ScriptedGateway;
let link: Link;
const key = makeTestIdentity();
const done: string[] = [];

const handlers: CommandHandlers = {
  fetchImage: async (command) => void done.push(command.ticket),
  cancelFetch: async (command) => void done.push(command.ticket),
  analyseStudy: async () => 'not-at-edge',
  fetchPrior: () => Promise.resolve('queued' as const),
  cancelAnalysis: async () => {
    throw new Error('a handler that fails');
  },
  auditHead: async (command) => void done.push(command.hash),
  canary: async () => null,
};

function makeLink(changes: Partial<LinkOptions> = {}): Link {
  return createLink({
    gatewayUrl: gateway.url,
    identity: key.identity,
    outbox,
    handlers,
    clock: () => Date.now(),
    // No jitter and a scale of nothing: the waits between attempts are the shortest the policy gives.
    random: () => 0,
    log: { info: () => {}, warn: () => {} },
    describe: () => ({ software: 'test', providers: ['cpu'], models: [] }),
    status: async () => ({ studiesInFlight: 0, diskFreeBytes: 1, provider: 'cpu' }),
    ...changes,
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'link-'));
  outbox = openOutbox({ file: join(folder, 'outbox.db'), clock: () => Date.now(), makeId: randomUUID, keys: makeTestKeys(folder) });
  gateway = await startScriptedGateway();
  link = makeLink();
  done.length = 0;
});
afterEach(async () => {
  await link.stop();
  await gateway.stop();
  await outbox.close();
  rmSync(folder, { recursive: true });
});

const WAIT = { timeout: 15_000, interval: 10 };
const emptied = (): Promise<void> => vi.waitFor(() => expect(outbox.depth()).toBe(0), WAIT);

describe('telling', () => {
  test('says hello, tells what waited and what comes, reports its status', async () => {
    await outbox.put(received('1.1'));
    await link.start();
    await emptied();
    await outbox.put(analysed('1.1'));
    await emptied();
    expect([...gateway.applied.values()].map((message) => message.body.type)).toEqual(['study-received', 'study-analysed']);
    expect(gateway.hellos).toMatchObject([{ nodeEpoch: outbox.nodeEpoch, software: 'test' }]);
    expect(link.state()).toMatchObject({ state: 'up', why: null });
    expect(link.state().clockOffsetMs).toBeLessThan(0);
    await vi.waitFor(() => expect(gateway.statuses).toMatchObject([{ outboxDepth: expect.any(Number), diskFreeBytes: 1 }]), WAIT);
  });

  test('[ED2] a batch whose answer is lost is told again, and applied once', async () => {
    for (let n = 0; n < 10; n += 1) await outbox.put(received(`1.${n}`));
    let cuts = 2;
    gateway.onPush = (messages) => {
      const acks = applyOnce(gateway.applied, messages);
      if (cuts-- > 0) gateway.dropSockets();
      return acks;
    };
    await link.start();
    await emptied();
    expect(gateway.applied.size).toBe(10);
    expect(gateway.pushes.length).toBeGreaterThan(2);
  });

  test('[ED2] messages left out of an answer, or a push that fails, are told again on the same socket', async () => {
    for (let n = 0; n < 5; n += 1) await outbox.put(received(`1.${n}`));
    let round = 0;
    gateway.onPush = (messages) => {
      round += 1;
      if (round === 1) return applyOnce(gateway.applied, messages.slice(0, 2));
      return applyOnce(gateway.applied, messages);
    };
    await link.start();
    await emptied();
    expect(gateway.pushes.map((batch) => batch.length)).toEqual([5, 3]);
    expect(gateway.hellos).toHaveLength(1);
  });

  test('a refused message is parked and never told again', async () => {
    await outbox.put(received('1.1'));
    await outbox.put(received('1.2'));
    gateway.onPush = (messages) =>
      messages.map((message) => ({ id: message.id, outcome: studyUidIn(message.body) === '1.1' ? ('refused' as const) : ('applied' as const), code: 'message-invalid' }));
    await link.start();
    await emptied();
    expect(outbox.parked()).toMatchObject([{ code: 'message-invalid' }]);
    expect(gateway.pushes).toHaveLength(1);
  });

  test('a large backlog goes in bounded batches, one in flight', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, n) => outbox.put(received(`1.${n}`))));
    let inFlight = 0;
    let most = 0;
    gateway.onPush = async (messages) => {
      most = Math.max(most, (inFlight += 1));
      await new Promise(setImmediate);
      inFlight -= 1;
      return applyOnce(gateway.applied, messages);
    };
    await link.start();
    await emptied();
    expect(most).toBe(1);
    expect(Math.max(...gateway.pushes.map((batch) => batch.length))).toBeLessThanOrEqual(16);
    expect(gateway.applied.size).toBe(200);
  });
});

describe('losing and finding the gateway', () => {
  test('a socket over which something was settled is no failure: the next is opened after the shortest wait', async () => {
    const lives = 7;
    for (let n = 0; n < lives; n += 1) await outbox.put(received(`1.${n}`));
    gateway.onPush = (messages) => {
      setTimeout(() => gateway.dropSockets(), 50);
      return applyOnce(gateway.applied, messages.slice(0, 1));
    };
    await link.start();
    // A wait that doubled from one life to the next would come to 16 s.
    await vi.waitFor(() => expect(outbox.depth()).toBe(0), { timeout: 12_000, interval: 10 });
    expect(gateway.hellos.length).toBeGreaterThanOrEqual(lives - 1);
  });

  test('a gateway that is away is waited for, with the reason shown', async () => {
    const { port } = new URL(gateway.url);
    await gateway.stop();
    await outbox.put(received('1.1'));
    await link.start();
    await vi.waitFor(() => expect(link.state()).toMatchObject({ state: 'waiting', why: 'The gateway does not answer.' }), WAIT);
    gateway = await startScriptedGateway(Number(port));
    await emptied();
  });

  test('a half-open socket is found by the heartbeat and replaced', async () => {
    link = makeLink({ heartbeatMs: 50, statusEveryMs: 3_600_000 });
    await link.start();
    await vi.waitFor(() => expect(gateway.statuses).toHaveLength(1), WAIT);
    gateway.freeze();
    await vi.waitFor(() => expect(gateway.hellos).toHaveLength(2), WAIT);
    await vi.waitFor(() => expect(link.state().state).toBe('up'), WAIT);
  });

  test('a refused key is a state of its own with the words of the gateway', async () => {
    gateway.onProve = (_proof, socket) => {
      socket.close(CLOSE.unauthenticated, 'Unknown node key: register the node again.');
      throw new Error('refused');
    };
    await link.start();
    await vi.waitFor(() => expect(link.state()).toMatchObject({ state: 'refused', why: 'Unknown node key: register the node again.' }), WAIT);
  });

  test('stop ends everything, also while waiting', async () => {
    await gateway.stop();
    await link.start();
    await vi.waitFor(() => expect(link.state().state).toBe('waiting'), WAIT);
    await link.stop();
    await link.stop();
    expect(link.state().state).toBe('stopped');
  });
});

describe('being asked', () => {
  const fetchImage = (ticket: string): object => ({
    type: 'fetch-image',
    ticket,
    expiresAt: 1,
    want: { kind: 'metadata', studyUid: '1.1', seriesUid: '1.2' },
  });

  test('commands reach their handlers; a new session resumes after the last one seen, without a gap or a double', async () => {
    await link.start();
    await vi.waitFor(() => expect(gateway.resumedFrom).toEqual([null]), WAIT);
    gateway.command('c1', fetchImage('ticket-number-0001'));
    await vi.waitFor(() => expect(done).toEqual(['ticket-number-0001']), WAIT);
    gateway.dropSockets();
    gateway.command('c2', fetchImage('ticket-number-0002'));
    gateway.command('c3', { type: 'audit-head', seq: 1, hash: 'h'.repeat(64), sealedAt: 1 });
    await vi.waitFor(() => expect(done).toEqual(['ticket-number-0001', 'ticket-number-0002', 'h'.repeat(64)]), WAIT);
    expect(gateway.resumedFrom).toEqual([null, 'c1']);
  });

  test('an answer travels back; an unknown command and a failing handler end nothing', async () => {
    await link.start();
    await vi.waitFor(() => expect(gateway.resumedFrom).toEqual([null]), WAIT);
    const requestId = randomUUID();
    gateway.command('c1', { type: 'make-coffee' });
    gateway.command('c2', { type: 'cancel-analysis', studyUid: '1.1', modelId: null });
    gateway.command('c3', { type: 'analyse-study', requestId, studyUid: '1.1', modelId: null });
    await vi.waitFor(() => expect(gateway.answers).toEqual([{ requestId, outcome: 'not-at-edge' }]), WAIT);
    expect(gateway.hellos).toHaveLength(1);
  });
});
