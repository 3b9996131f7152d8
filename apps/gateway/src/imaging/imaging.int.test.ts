import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { REFUSAL_MEDIA_TYPE } from '@readroom/shared/wire/upload';
import { startRedis } from '../../../../tools/services/redis.ts';
import { makeNodeKey } from '../testing/node-key.ts';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';
import { FRAME_TYPE, scriptedNode } from './testing/scripted-node.ts';
import type { ScriptedNode } from './testing/scripted-node.ts';

const STUDY = '1.2.826.0.1.3680043.77';
const SERIES = `/dicomweb/studies/${STUDY}/series/${STUDY}.1`;
const FRAME = `${SERIES}/instances/${STUDY}.1.1/frames/1`;
const PIXELS = Buffer.from(Array.from({ length: 1_000 }, (_, i) => i % 251));

let redis: Awaited<ReturnType<typeof startRedis>>;
let gateway: TestGateway;
let other: TestGateway;
let node: ScriptedNode;
let cookie: string;
beforeAll(async () => {
  redis = await startRedis();
  gateway = await startTestGateway({ hospitals: ['one', 'two'], env: { REDIS_URL: redis.url } });
  other = await startTestGateway({ db: gateway.db, env: { REDIS_URL: redis.url } });
  node = await scriptedNode(gateway.url, gateway.nodeKey, STUDY);
  cookie = (await gateway.signIn('attending')).cookie;
}, 120_000);
afterEach(() => {
  node.asked.length = 0;
  node.cancelled.length = 0;
});
afterAll(async () => {
  node.close();
  await other.stop();
  await gateway.stop();
  await redis.stop();
});

const get = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> => fetch(gateway.url + path, { headers: { cookie, ...headers }, ...init });
const bytes = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

test('a frame comes as one part of multipart/related, as PS3.18 has it', async () => {
  const answer = get(FRAME, { accept: 'multipart/related; type=application/octet-stream; transfer-syntax=*' });
  const { ticket, want } = await node.next();
  expect(want).toEqual({ kind: 'frame', studyUid: STUDY, seriesUid: `${STUDY}.1`, sopInstanceUid: `${STUDY}.1.1`, frameNumber: 1, encoding: 'stored' });
  expect((await node.upload(ticket, PIXELS, FRAME_TYPE)).status).toBe(204);
  const response = await answer;
  expect(response.status).toBe(200);
  const boundary = /^multipart\/related; type="application\/octet-stream"; boundary=(\S+)$/.exec(response.headers.get('content-type') ?? '')?.[1] ?? '';
  const whole = await bytes(response);
  expect(Number(response.headers.get('content-length'))).toBe(whole.length);
  const head = `--${boundary}\r\nContent-Type: ${FRAME_TYPE}\r\n\r\n`;
  expect(whole.equals(Buffer.concat([Buffer.from(head), PIXELS, Buffer.from(`\r\n--${boundary}--\r\n`)]))).toBe(true);
  expect(response.headers.get('cache-control')).toBe('private, max-age=600');
  expect(response.headers.get('vary')).toBe('Accept, Cookie');
});

test('alone, where Accept says so, and streamed without a length', async () => {
  const answer = get(FRAME, { accept: 'application/octet-stream' });
  const { ticket, want } = await node.next();
  expect(want).toMatchObject({ encoding: 'explicit-le' });
  await node.upload(ticket, ReadableStream.from([PIXELS.subarray(0, 400), PIXELS.subarray(400)]), FRAME_TYPE);
  const response = await answer;
  expect(response.headers.get('content-type')).toBe(FRAME_TYPE);
  expect((await bytes(response)).equals(PIXELS)).toBe(true);
});

test('pictures ask for the size and type that fit', async () => {
  const wants: unknown[] = [];
  for (const path of [`${FRAME}/rendered?viewport=200,100`, `${SERIES}/instances/${STUDY}.1.2/rendered`, `${SERIES}/instances/${STUDY}.1.2/thumbnail`, `${SERIES}/thumbnail?viewport=9000,9000`]) {
    const answer = get(path, { accept: 'image/png' });
    const { ticket, want } = await node.next();
    wants.push(want);
    await node.upload(ticket, PIXELS, 'image/png');
    const response = await answer;
    expect(response.headers.get('content-type')).toBe('image/png');
    await response.arrayBuffer();
  }
  expect(wants).toMatchObject([
    { kind: 'rendered', frameNumber: 1, maxSize: 100, format: 'png' },
    { kind: 'rendered', sopInstanceUid: `${STUDY}.1.2`, maxSize: 1_024 },
    { kind: 'rendered', maxSize: 256 },
    { kind: 'rendered', sopInstanceUid: `${STUDY}.1.2`, maxSize: 512 },
  ]);
});

test('metadata is DICOM JSON and kept nowhere', async () => {
  const answer = get(`${SERIES}/metadata`, { accept: 'application/dicom+json' });
  const { ticket } = await node.next();
  await node.upload(ticket, '[{"00100010":{"vr":"PN","Value":[{"Alphabetic":"山田"}]}}]', 'application/dicom+json');
  const response = await answer;
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual([{ '00100010': { vr: 'PN', Value: [{ Alphabetic: '山田' }] } }]);
});

test('[TN2] one audit event a person, study and view, written before the first byte', async () => {
  const { client } = await gateway.deps.hospital(gateway.organisation);
  const resident = await gateway.signIn('resident');
  const views = () => client.auditEvent.findMany({ where: { action: 'image.view', actor: resident.member.userId } });
  const answers = [get(FRAME, { cookie: resident.cookie }), get(FRAME, { cookie: resident.cookie })];
  const commands = [await node.next(), await node.next()];
  expect(await views()).toMatchObject([{ role: 'resident', subject: { studyUid: STUDY } }]);
  for (const { ticket } of commands) await node.upload(ticket, PIXELS, FRAME_TYPE);
  for (const response of await Promise.all(answers)) await response.arrayBuffer();
  expect(await views()).toHaveLength(1);
});

test('who is not signed in, IT, and a reader of another hospital see nothing, and the node is not asked', async () => {
  expect((await fetch(gateway.url + FRAME)).status).toBe(401);
  expect((await get(FRAME, { cookie: (await gateway.signIn('it')).cookie })).status).toBe(403);
  expect((await get(FRAME, { cookie: (await gateway.signIn('attending', 'org-two')).cookie })).status).toBe(404);
  expect((await get(`/dicomweb/studies/${STUDY}/series/${STUDY}.1/instances/1.2.3/frames/1`)).status).toBe(404);
  expect((await get(`/dicomweb/studies/${STUDY}/series/${STUDY}.1/instances/${STUDY}.1.1/frames/0`)).status).toBe(400);
  expect((await get(FRAME, { accept: 'text/html' })).status).toBe(406);
  expect(node.asked).toEqual([]);
});

test('a refusal of the edge becomes a status and the words for the reader', async () => {
  const cases = [
    ['not-at-edge', 404, 'not-found'],
    ['no-such-frame', 404, 'not-found'],
    ['unsupported-image', 406, 'unsupported-image'],
    ['damaged-image', 422, 'damaged-image'],
    ['busy', 503, 'busy'],
  ] as const;
  for (const [code, status, ours] of cases) {
    const answer = get(FRAME);
    const { ticket } = await node.next();
    await node.upload(ticket, JSON.stringify({ code, message: 'In words.' }), REFUSAL_MEDIA_TYPE);
    const response = await answer;
    expect(response.status, code).toBe(status);
    expect(await response.json()).toEqual({ error: { code: ours, message: 'In words.' } });
  }
});

test('bytes of another kind than was asked for are not passed on', async () => {
  const answer = get(FRAME);
  const { ticket } = await node.next();
  const uploaded = node.upload(ticket, '<script>', 'text/html').catch(() => null);
  const response = await answer;
  expect(response.status).toBe(422);
  expect(await response.text()).not.toContain('script');
  await uploaded;
});

test('a ticket is good once, for its own node, and unknown ones and keys are refused', async () => {
  const answer = get(FRAME);
  const { ticket } = await node.next();
  const stranger = await gateway.addNode('org-two');
  expect((await node.upload(ticket, PIXELS, FRAME_TYPE, { nodeKey: stranger.nodeKey })).status).toBe(410);
  expect((await node.upload(ticket, PIXELS, FRAME_TYPE, { nodeKey: makeNodeKey().pem })).status).toBe(401);
  expect((await node.upload(ticket, PIXELS, FRAME_TYPE)).status).toBe(204);
  await (await answer).arrayBuffer();
  expect((await node.upload(ticket, PIXELS, FRAME_TYPE)).status).toBe(410);
  expect((await node.upload('not-a-ticket-of-anybody', PIXELS, FRAME_TYPE)).status).toBe(410);
});

test('a browser that goes away cancels the fetch, and a late upload is told that nobody waits', async () => {
  const leave = new AbortController();
  const answer = get(FRAME, {}, { signal: leave.signal });
  const { ticket } = await node.next();
  leave.abort();
  await expect(answer).rejects.toThrow();
  await expect.poll(() => node.cancelled).toEqual([ticket]);
  expect((await node.upload(ticket, PIXELS, FRAME_TYPE)).status).toBe(410);
});

test('a browser that goes away in the middle ends the upload', async () => {
  const leave = new AbortController();
  const answer = get(FRAME, {}, { signal: leave.signal });
  const { ticket } = await node.next();
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(64 * 1024));
    },
  });
  const uploaded = node.upload(ticket, endless, FRAME_TYPE).then((response) => response.status, () => 'cut');
  const reader = (await answer).body!.getReader();
  await reader.read();
  leave.abort();
  expect(['cut', 410, 500]).toContain(await uploaded);
  expect(pulled).toBeGreaterThan(0);
});

test('a browser that does not read holds the upload back: nothing piles up here', async () => {
  const answer = get(FRAME, { accept: 'application/octet-stream; transfer-syntax=*' });
  const { ticket } = await node.next();
  let sent = 0;
  const chunk = new Uint8Array(256 * 1024);
  const CHUNKS = 200;
  const long = new ReadableStream({
    pull(controller) {
      sent += 1;
      if (sent > CHUNKS) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const uploaded = node.upload(ticket, long, FRAME_TYPE);
  const reader = (await answer).body!.getReader();
  await reader.read();
  // Quiet: the count no longer moves while nobody reads, long before the end.
  let before = -1;
  await expect.poll(() => {
    const same = sent === before;
    before = sent;
    return same;
  }, { interval: 300, timeout: 20_000 }).toBe(true);
  expect(sent).toBeLessThan(CHUNKS);
  for (;;) if ((await reader.read()).done) break;
  expect((await uploaded).status).toBe(204);
  expect(sent).toBe(CHUNKS + 1);
});

test('an upload that lands on another gateway is piped to the one whose browser waits', async () => {
  const answer = get(FRAME, { accept: 'application/octet-stream' });
  const { ticket } = await node.next();
  expect((await node.upload(ticket, PIXELS, FRAME_TYPE, { url: other.url })).status).toBe(204);
  expect((await bytes(await answer)).equals(PIXELS)).toBe(true);
  expect((await node.upload(ticket, PIXELS, FRAME_TYPE, { url: other.url })).status).toBe(410);
});

test('a browser at another gateway than the node is served all the same', async () => {
  const answer = fetch(other.url + FRAME, { headers: { cookie: (await other.signIn('attending')).cookie, accept: 'application/octet-stream' } });
  const { ticket } = await node.next();
  expect((await node.upload(ticket, PIXELS, FRAME_TYPE)).status).toBe(204);
  expect((await bytes(await answer)).equals(PIXELS)).toBe(true);
});

test('a node that is gone: 503 says since when, what is safe and what to expect', async () => {
  const alone = await startTestGateway({ db: gateway.db });
  try {
    const study = `${STUDY}.9`;
    const short = await scriptedNode(alone.url, alone.nodeKey, study);
    short.close();
    const path = `/dicomweb/studies/${study}/series/${study}.1/instances/${study}.1.1/frames/1`;
    // The gateway may learn of the closed socket a moment after the test.
    await expect.poll(async () => {
      const response = await fetch(alone.url + path, { headers: { cookie: (await alone.signIn('attending')).cookie }, signal: AbortSignal.timeout(2_000) }).catch(() => null);
      return response && { status: response.status, body: (await response.json()) as unknown };
    }, { timeout: 20_000 }).toEqual({
      status: 503,
      body: { error: { code: 'edge-offline', message: expect.stringMatching(/^The site's edge node is offline since \d\d:\d\d UTC\. The report is kept\. Images return when it reconnects\.$/) } },
    });
  } finally {
    await alone.stop();
  }
});
