import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { HOUR_MS } from '@readroom/shared/clock';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import { challengeSchema, enrolProof, linkProof, rotationProof, uploadProof } from '@readroom/shared/wire/auth';
import { apiClient } from '../../testing/api-client.ts';
import { makeNodeKey, signWith } from '../../testing/node-key.ts';
import type { TestNodeKey } from '../../testing/node-key.ts';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { edgeHub } from '../edge-hub.ts';
import { connectEdge, greetedEdge } from '../testing/edge-speaker.ts';
import type { EdgeSpeaker } from '../testing/edge-speaker.ts';
import { CODE_MS } from './enrol.ts';

let gateway: TestGateway;
let it: ReturnType<typeof apiClient>;
let shiftMs = 0;
const open: EdgeSpeaker[] = [];

/** A gateway of its own for each test: its limit of tries counts by address. */
async function start(): Promise<void> {
  gateway = await startTestGateway({ clock: () => Date.now() + shiftMs });
  it = apiClient(gateway.url, (await gateway.signIn('it')).cookie);
}
afterEach(() => {
  shiftMs = 0;
  for (const edge of open.splice(0)) edge.terminate();
});

function enrol(code: string, key: TestNodeKey, signer = key): Promise<Response> {
  const { signature } = signWith(signer.pem, enrolProof(code, key.publicKey));
  return fetch(`${gateway.url}/edge/enrol`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code, publicKey: key.publicKey, signature }) });
}

async function speak(key: string | null): Promise<EdgeSpeaker> {
  const edge = await connectEdge(gateway.url, key);
  open.push(edge);
  return edge;
}

async function nodeActions(nodeId: string): Promise<string[]> {
  const { client } = await gateway.deps.hospital(gateway.organisation);
  const rows = await client.auditEvent.findMany();
  return rows.filter((row) => JSON.stringify(row.subject).includes(nodeId)).map((row) => row.action).sort();
}

describe('[ED8] a code', () => {
  beforeAll(start);
  afterAll(() => gateway.stop());

  test('gives a node its key, and the key opens the link', async () => {
    const { nodeId, code } = await it.admin.nodes.create.mutate({ name: 'CT basement' });
    const key = makeNodeKey();
    const answer = await enrol(code.toLowerCase().replaceAll('-', ' '), key);
    expect([answer.status, await answer.json()]).toMatchObject([200, { nodeId, name: 'CT basement', clock: expect.any(Number) }]);
    expect(await gateway.deps.control.edgeNode.findUnique({ where: { id: nodeId } })).toMatchObject({ keyHash: key.keyHash, publicKey: key.publicKey });
    expect(await (await speak(key.pem)).hello()).toMatchObject({ nodeId });
    expect(await nodeActions(nodeId)).toEqual(['node.create', 'node.enrol']);
  });

  test('is used by one of several that send it at once, and is worth nothing to the others or afterwards', async () => {
    const { nodeId, code } = await it.admin.nodes.create.mutate({ name: 'MR tower' });
    const keys = [makeNodeKey(), makeNodeKey(), makeNodeKey()];
    const statuses = await Promise.all(keys.map(async (key) => (await enrol(code, key)).status));
    expect([...statuses].sort()).toEqual([200, 410, 410]);
    const winner = keys[statuses.indexOf(200)]!;
    expect(await gateway.deps.control.edgeNode.findUnique({ where: { id: nodeId } })).toMatchObject({ keyHash: winner.keyHash });
    // Its answer was lost on the way: the same key asks again.
    expect((await enrol(code, winner)).status).toBe(200);
    expect((await nodeActions(nodeId)).filter((action) => action === 'node.enrol')).toHaveLength(1);
  });
});

describe('a code that opens nothing', () => {
  beforeAll(start);
  afterAll(() => gateway.stop());

  test('is one that is wrong, too old, replaced by a newer one, or of a revoked node', async () => {
    const { nodeId, code } = await it.admin.nodes.create.mutate({ name: 'US room' });
    expect((await enrol('0000-0000-0000-0000', makeNodeKey())).status).toBe(410);
    shiftMs = CODE_MS + 1_000;
    expect((await enrol(code, makeNodeKey())).status).toBe(410);
    shiftMs = 0;
    const renewed = await it.admin.nodes.newCode.mutate({ nodeId });
    expect((await enrol(code, makeNodeKey())).status).toBe(410);
    await it.admin.nodes.revoke.mutate({ nodeId });
    const refused = await enrol(renewed.code, makeNodeKey());
    expect([refused.status, await refused.json()]).toMatchObject([410, { error: { code: 'expired', message: expect.stringMatching(/Ask the administrator for a new one/) } }]);
    expect(await gateway.deps.control.edgeNode.findUnique({ where: { id: nodeId } })).toMatchObject({ keyHash: null });
  });

  test('is not used up by a key its sender does not hold, nor by one of another node', async () => {
    const { code } = await it.admin.nodes.create.mutate({ name: 'XR room' });
    expect((await enrol(code, makeNodeKey(), makeNodeKey())).status).toBe(400);
    const taken = makeNodeKey();
    await gateway.deps.control.edgeNode.create({ data: { organisationId: gateway.organisation, name: 'other', keyHash: taken.keyHash, publicKey: taken.publicKey } });
    expect((await enrol(code, taken)).status).toBe(409);
    expect((await enrol(code, makeNodeKey())).status).toBe(200);
  });

  test('cannot be guessed at for long', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 12; n += 1) statuses.push((await enrol(`guess-${n}`, makeNodeKey())).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('[ED8] showing a key', () => {
  beforeAll(start);
  afterAll(() => gateway.stop());

  test('an answer overheard on one connection opens no other, and a connection answers once', async () => {
    const first = await speak(null);
    const { nonce } = challengeSchema.parse(await first.call('edge.challenge', undefined));
    const proof = signWith(gateway.nodeKey, linkProof(nonce));
    await first.call('edge.prove', proof);
    const second = await speak(null);
    await second.call('edge.challenge', undefined);
    await expect(second.call('edge.prove', proof)).rejects.toThrow();
    expect((await second.closed).code).toBe(CLOSE.unauthenticated);
    await expect(first.call('edge.prove', proof)).rejects.toThrow();
    expect(await first.closed).toMatchObject({ code: CLOSE.unauthenticated, reason: expect.stringMatching(/answered already/) });
  });

  test('a signature for another purpose is none for this one', async () => {
    const edge = await speak(null);
    const { nonce } = challengeSchema.parse(await edge.call('edge.challenge', undefined));
    await expect(edge.call('edge.prove', signWith(gateway.nodeKey, uploadProof(nonce)))).rejects.toThrow();
    expect((await edge.closed).code).toBe(CLOSE.unauthenticated);
  });

  test('a node that says hello without it, as an earlier version does, is told what to do', async () => {
    const edge = await speak(null);
    await expect(edge.hello()).rejects.toThrow();
    expect(await edge.closed).toEqual({ code: CLOSE.unauthenticated, reason: 'This gateway wants enrolled nodes: update this node, then run readroom-edge enrol.' });
  });

  test('a node whose clock is two hours off gets in, and learns by how much', async () => {
    const edge = await speak(gateway.nodeKey);
    const theirs = Date.now() - 2 * HOUR_MS;
    const { clock } = (await edge.hello({ clock: theirs })) as { clock: number };
    expect(Math.round((clock - theirs) / HOUR_MS)).toBe(2);
    expect(edgeHub(gateway.deps).links().some((link) => Math.round(link.clockOffsetMs / HOUR_MS) === 2)).toBe(true);
  });
});

describe('[ED8] another key', () => {
  beforeAll(start);
  afterAll(() => gateway.stop());

  async function rotate(edge: EdgeSpeaker): Promise<TestNodeKey> {
    const { nonce } = challengeSchema.parse(await edge.call('edge.challenge', undefined));
    const next = makeNodeKey();
    await edge.call('edge.rotate', { publicKey: next.publicKey, signature: signWith(next.pem, rotationProof(nonce, next.publicKey)).signature });
    return next;
  }

  test('closes what the old one opened within seconds, and the old one opens nothing', async () => {
    const { nodeKey, nodeId } = await gateway.addNode(gateway.organisation);
    const working = await greetedEdge(gateway.url, nodeKey);
    open.push(working);
    const next = await rotate(await speak(nodeKey));
    const began = Date.now();
    expect((await working.closed).reason).toMatch(/another key now/);
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(await (await speak(next.pem)).hello()).toMatchObject({ nodeId });
    await expect((await speak(nodeKey)).hello()).rejects.toThrow();
    expect(await nodeActions(nodeId)).toEqual(['node.rotate']);
  });

  test('must be its sender’s own', async () => {
    const { nodeKey, nodeId } = await gateway.addNode(gateway.organisation);
    const edge = await speak(nodeKey);
    const { nonce } = challengeSchema.parse(await edge.call('edge.challenge', undefined));
    const victim = makeNodeKey();
    await expect(edge.call('edge.rotate', { publicKey: victim.publicKey, signature: signWith(nodeKey, rotationProof(nonce, victim.publicKey)).signature })).rejects.toThrow();
    expect(await nodeActions(nodeId)).toEqual([]);
  });

  test('and a revocation from the web closes the socket within seconds', async () => {
    const { nodeKey, nodeId } = await gateway.addNode(gateway.organisation);
    const edge = await greetedEdge(gateway.url, nodeKey);
    open.push(edge);
    const began = Date.now();
    await it.admin.nodes.revoke.mutate({ nodeId });
    expect(await edge.closed).toMatchObject({ code: CLOSE.forbidden, reason: expect.stringMatching(/was revoked/) });
    expect(Date.now() - began).toBeLessThan(5_000);
    await vi.waitFor(async () => expect(await nodeActions(nodeId)).toEqual(['node.revoke']));
  });
});
