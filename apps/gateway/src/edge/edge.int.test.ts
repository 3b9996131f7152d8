import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import { cancelFetchSchema } from '@readroom/shared/wire/edge-down';
import { PROTOCOL_VERSION } from '@readroom/shared/wire/version';
import { received } from './testing/bodies.ts';
import { connectEdge, greetedEdge, type EdgeSpeaker } from './testing/edge-speaker.ts';
import { makeNodeKey } from '../testing/node-key.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';
import { edgeHub, sendCommand } from './edge-hub.ts';
import { lookAtNodes, SILENT_AFTER_MS } from './node-watch.ts';

let gateway: TestGateway;
let shiftMs = 0;
const open: EdgeSpeaker[] = [];
const WAIT = { timeout: 20_000, interval: 20 };

beforeAll(async () => {
  gateway = await startTestGateway({ clock: () => Date.now() + shiftMs });
});
afterAll(() => gateway.stop());
afterEach(async () => {
  shiftMs = 0;
  for (const edge of open.splice(0)) edge.terminate();
  await vi.waitFor(() => expect(edgeHub(gateway.deps).links()).toHaveLength(0), WAIT);
});

async function connect(nodeKey = gateway.nodeKey): Promise<EdgeSpeaker> {
  const edge = await connectEdge(gateway.url, nodeKey);
  open.push(edge);
  return edge;
}
async function greeted(nodeKey = gateway.nodeKey): Promise<EdgeSpeaker> {
  const edge = await greetedEdge(gateway.url, nodeKey);
  open.push(edge);
  return edge;
}

describe('coming in', () => {
  test('a hello is welcomed with the node\'s organisation and our clock, and kept for IT', async () => {
    const edge = await connect();
    expect(await edge.hello()).toMatchObject({ v: PROTOCOL_VERSION, nodeId: gateway.nodeId, organisation: gateway.organisation, clock: expect.any(Number) });
    await edge.call('edge.status', { clock: Date.now(), outboxDepth: 3, oldestQueuedAt: null, studiesInFlight: 0, diskFreeBytes: 1e9, provider: 'cpu' });
    const node = await gateway.deps.control.edgeNode.findUniqueOrThrow({ where: { id: gateway.nodeId } });
    expect(node).toMatchObject({ hello: { software: 'test' }, status: { outboxDepth: 3 }, lastSeenAt: expect.any(Date) });
  });

  test('an unknown key is turned away by code and in words', async () => {
    const edge = await connect(makeNodeKey().pem);
    await expect(edge.hello()).rejects.toThrow();
    expect(await edge.closed).toEqual({ code: CLOSE.unauthenticated, reason: 'Unknown node key. Ask the administrator for a code, and run readroom-edge enrol.' });
  });

  test.each([
    [PROTOCOL_VERSION + 1, 'protocol-too-new', 'Update the gateway'],
    [0, 'protocol-too-old', 'Update the edge node'],
  ])('protocol version %i is refused as %s, with what to do', async (v, name, words) => {
    const edge = await connect();
    await expect(edge.hello({ v })).rejects.toThrow(new RegExp(`${name}.*${words}`));
    const { code, reason } = await edge.closed;
    expect([code, reason.startsWith(name)]).toEqual([CLOSE.protocol, true]);
  });

  test('nothing is heard before the hello', async () => {
    const edge = await connect();
    await expect(edge.push(edge.message(received('1.1')))).rejects.toThrow('Say edge.hello first.');
  });

  test('a newer connection of a node ends the older one', async () => {
    const first = await greeted();
    await greeted();
    expect((await first.closed).reason).toContain('superseded');
  });

  test('a frame past the limit ends the socket, and the gateway goes on', async () => {
    const edge = await greeted();
    const [refused, { code }] = await Promise.all([edge.push({ filler: 'x'.repeat(17 * 1024 * 1024) }).catch((error: Error) => error.message), edge.closed]);
    expect([refused, code]).toEqual(['closed 1009', 1009]);
    await greeted();
  });
});

describe('what is refused for good', () => {
  test('each message is answered for itself: invalid, another version, another life of the node', async () => {
    const edge = await greeted();
    const good = edge.message(received('1.2.1'));
    const invalid = { ...edge.message(received('1.2.2')), body: { type: 'study-received', study: { studyUid: 'no uid' } } };
    const newer = { ...edge.message(received('1.2.3')), v: PROTOCOL_VERSION + 1 };
    const stranger = edge.message(received('1.2.4'), { nodeEpoch: gateway.deps.makeId() });
    const nameless = { body: 'nothing' };
    expect(await edge.push(invalid, newer, stranger, nameless, good)).toEqual([
      { id: invalid.id, outcome: 'refused', code: 'message-invalid' },
      { id: newer.id, outcome: 'refused', code: 'version-unknown' },
      { id: stranger.id, outcome: 'refused', code: 'epoch-not-greeted' },
      { id: good.id, outcome: 'applied', code: null },
    ]);
  });

  test('a node of the version before still speaks, and what it queued before its update is read', async () => {
    const edge = await connect();
    expect(await edge.hello({ v: 1 })).toMatchObject({ v: PROTOCOL_VERSION });
    const before = { ...edge.message(received('1.2.8')), v: 1 };
    expect(await edge.push(before)).toEqual([{ id: before.id, outcome: 'applied', code: null }]);
  });

  test('a message that fails for its own sake is left out a bounded number of times, then refused; its neighbours pass', async () => {
    const edge = await greeted();
    const { pool, schema } = await gateway.deps.hospital(gateway.organisation);
    await gateway.db.pool.query(`alter table "${schema}".study add constraint poison check (study_uid <> '1.2.666')`);
    const poison = edge.message(received('1.2.666'));
    for (let round = 1; round < 5; round += 1) {
      const neighbour = edge.message(received(`1.2.7.${round}`));
      expect(await edge.push(poison, neighbour)).toEqual([{ id: neighbour.id, outcome: 'applied', code: null }]);
    }
    expect(await edge.push(poison)).toEqual([{ id: poison.id, outcome: 'refused', code: 'ingest-failed' }]);
    expect((await pool.query(`select 1 from "${schema}".study where study_uid = '1.2.666'`)).rowCount).toBe(0);
  });
});

describe('commands', () => {
  /** The audit sealer speaks to nodes as well; these tests look at what they asked themselves. */
  const ask = (ticket: string) => sendCommand(gateway.deps, gateway.nodeId, { type: 'cancel-fetch', ticket });
  function collector() {
    const seen: { id: string; ticket: string }[] = [];
    return {
      seen,
      tickets: (): string[] => seen.map(({ ticket }) => ticket),
      keep(id: string, command: unknown): void {
        const cancel = cancelFetchSchema.safeParse(command);
        if (cancel.success) seen.push({ id, ticket: cancel.data.ticket });
      },
    };
  }

  test('reach the node in order, and a broken link resumes after the last one seen', async () => {
    const edge = await greeted();
    const { seen, tickets, keep } = collector();
    await edge.commands(null, keep);
    await vi.waitFor(async () => expect(await ask('one')).toBe('delivered'), WAIT);
    for (const ticket of ['two', 'three']) expect(await ask(ticket)).toBe('delivered');
    await vi.waitFor(() => expect(tickets()).toEqual(['one', 'two', 'three']), WAIT);
    // The link breaks behind the second one: the third was told to a socket that was dying.
    const again = await greeted();
    await again.commands(seen[1]!.id, keep);
    await vi.waitFor(() => expect(tickets()).toEqual(['one', 'two', 'three', 'three']), WAIT);
    await ask('four');
    await vi.waitFor(() => expect(tickets().at(-1)).toBe('four'), WAIT);
    expect(seen).toHaveLength(5);
  });

  test('to a node that is away are not kept for later', async () => {
    expect(await ask('early')).toBe('offline');
    const edge = await greeted();
    const { tickets, keep } = collector();
    await edge.commands('an-id-of-an-earlier-gateway', keep);
    await vi.waitFor(async () => expect(await ask('late')).toBe('delivered'), WAIT);
    await vi.waitFor(() => expect(tickets()).toEqual(['late']), WAIT);
  });
});

describe('the watch', () => {
  test('a node silent for a minute is counted and said once, and so is its return; a revoked one is cut off', async () => {
    const { nodeKey, nodeId } = await gateway.addNode(gateway.organisation);
    const edge = await greeted(nodeKey);
    const silent = new Set<string>();
    const gauge = async (): Promise<number> => (await gateway.deps.metrics.gauge('readroom_edge_nodes_silent', '').get()).values[0]!.value;
    await lookAtNodes(gateway.deps, silent);
    expect(silent.has(nodeId)).toBe(false);
    shiftMs = SILENT_AFTER_MS + 1_000;
    await lookAtNodes(gateway.deps, silent);
    expect([silent.has(nodeId), (await gauge()) > 0]).toEqual([true, true]);
    await edge.call('edge.status', { clock: 1, outboxDepth: 0, oldestQueuedAt: null, studiesInFlight: 0, diskFreeBytes: 1, provider: null });
    await lookAtNodes(gateway.deps, silent);
    expect(silent.has(nodeId)).toBe(false);
    await gateway.deps.control.edgeNode.update({ where: { id: nodeId }, data: { revokedAt: new Date() } });
    expect(await edge.closed).toMatchObject({ code: CLOSE.forbidden });
    const back = await connect(nodeKey);
    await expect(back.hello()).rejects.toThrow();
    expect((await back.closed).code).toBe(CLOSE.forbidden);
  });
});
