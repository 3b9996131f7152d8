import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '@readroom/shared/error';
import type { FetchImage } from '@readroom/shared/wire/edge-down';
import { uploadAuthorization, uploadProof } from '@readroom/shared/wire/auth';
import { REFUSAL_MEDIA_TYPE } from '@readroom/shared/wire/upload';
import { makeDataSet, makeFile } from '../testing/dicom-object.ts';
import { makeTestIdentity } from '../testing/test-identity.ts';
import { createDecodePool } from './decode/pool.ts';
import { createRelay } from './relay.ts';
import type { Relay } from './relay.ts';

const FILE = makeFile(makeDataSet({ sopInstanceUid: '1.2.3.4' }), { sopInstanceUid: '1.2.3.4' });
const { key: nodeKey } = makeTestIdentity();
const WAIT = { timeout: 10_000, interval: 10 };

interface Upload {
  readonly path: string;
  readonly type: string | undefined;
  readonly key: string | undefined;
  readonly body: Buffer;
}

let now: number;
let server: Server;
let relay: Relay;
let reads: number;
let uploads: Upload[];
let answerWith: (request: IncomingMessage, response: ServerResponse) => void;
let warnings: object[];
let read: (uid: string) => Promise<Buffer>;

beforeEach(async () => {
  [now, reads, uploads, warnings] = [1_000_000, 0, [], []];
  answerWith = (_request, response) => void response.writeHead(204).end();
  read = () => Promise.resolve(FILE);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      uploads.push({ path: request.url ?? '', type: request.headers['content-type'], key: request.headers.authorization, body: Buffer.concat(chunks) });
      answerWith(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  relay = createRelay({
    store: {
      read: (uid) => {
        reads += 1;
        return read(uid);
      },
      study: () => null,
    },
    pool: createDecodePool({ threads: 1, maxQueued: 1, timeoutMs: 1_000 }),
    gatewayUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    identity: nodeKey,
    clock: () => now,
    clockOffsetMs: () => 500,
    log: { warn: (fields) => warnings.push(fields) },
  });
  await relay.start();
});
afterEach(async () => {
  await relay.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

let tickets = 0;
function wish(change: Partial<FetchImage> = {}): FetchImage {
  tickets += 1;
  return { type: 'fetch-image', ticket: `ticket-number-${String(tickets).padStart(6, '0')}`, expiresAt: now + 20_000, want: { kind: 'instance', studyUid: '1.2', seriesUid: '1.2.3', sopInstanceUid: '1.2.3.4' }, ...change };
}

test('the bytes go to the ticket, with the key and their media type', async () => {
  const command = wish();
  await relay.fetchImage(command);
  expect(uploads).toHaveLength(1);
  expect(uploads[0]).toMatchObject({ path: `/edge/uploads/${command.ticket}`, type: expect.stringMatching(/^application\/dicom; transfer-syntax=/), key: uploadAuthorization(nodeKey.sign(uploadProof(command.ticket))) });
  expect(uploads[0]!.body.equals(FILE)).toBe(true);
});

test('what cannot be given is said, so that nobody waits for it', async () => {
  read = () => Promise.reject(new AppError('not-at-edge', { class: 'permanent' }));
  await relay.fetchImage(wish());
  expect(uploads[0]!.type).toBe(REFUSAL_MEDIA_TYPE);
  expect(JSON.parse(uploads[0]!.body.toString())).toMatchObject({ code: 'not-at-edge' });
});

test('a wish that came too late is forgotten, by the gateway’s clock', async () => {
  await relay.fetchImage(wish({ expiresAt: now + 500 - 2_001 }));
  expect([reads, uploads]).toEqual([0, []]);
  await relay.fetchImage(wish({ expiresAt: now }));
  expect(uploads).toHaveLength(1);
});

test('six at once, the others wait their turn and all are answered', async () => {
  let held: (() => void)[] = [];
  let most = 0;
  let open = 0;
  answerWith = (_request, response) => {
    open += 1;
    most = Math.max(most, open);
    held.push(() => {
      open -= 1;
      response.writeHead(204).end();
    });
  };
  const all = Array.from({ length: 20 }, () => relay.fetchImage(wish()));
  for (let answered = 0; answered < 20; ) {
    await vi.waitFor(() => expect(held.length).toBeGreaterThan(0), WAIT);
    const batch = held;
    held = [];
    answered += batch.length;
    for (const release of batch) release();
  }
  await Promise.all(all);
  expect(uploads).toHaveLength(20);
  expect(most).toBeLessThanOrEqual(6);
});

test('a browser that left: a waiting wish is never read, one on its way is cut', async () => {
  answerWith = () => undefined;
  const first = Array.from({ length: 6 }, () => wish());
  const running = first.map((command) => relay.fetchImage(command));
  await vi.waitFor(() => expect(uploads).toHaveLength(6), WAIT);
  const waiting = wish();
  const waited = relay.fetchImage(waiting);
  await relay.cancelFetch({ type: 'cancel-fetch', ticket: waiting.ticket });
  for (const { ticket } of first) await relay.cancelFetch({ type: 'cancel-fetch', ticket });
  await Promise.all([...running, waited]);
  expect([reads, uploads.length]).toEqual([6, 6]);
  expect(warnings).toEqual([]);
});

test('a gateway that is gone or refuses is noted without a word of the image, and ends nothing', async () => {
  answerWith = (_request, response) => void response.writeHead(410).end();
  await relay.fetchImage(wish());
  expect(warnings).toEqual([]);
  answerWith = (_request, response) => void response.writeHead(401).end();
  await relay.fetchImage(wish());
  answerWith = (request) => void request.socket.destroy();
  await relay.fetchImage(wish());
  expect(warnings).toMatchObject([{ event: 'relay.upload-refused', status: 401 }, { event: 'relay.upload-failed' }]);
  expect(JSON.stringify(warnings)).not.toContain('1.2.3.4');
});

test('stopping ends what is under way', async () => {
  answerWith = () => undefined;
  const running = relay.fetchImage(wish());
  await vi.waitFor(() => expect(uploads).toHaveLength(1), WAIT);
  await relay.stop();
  await running;
});
