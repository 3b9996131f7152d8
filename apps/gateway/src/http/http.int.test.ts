import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join, dirname } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLog } from '../infra/log.ts';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
let pages: Server;
let pagesUrl: string;
const lines: string[] = [];

function pageServer(): Promise<Server> {
  const used = new WeakSet<object>();
  const server = createServer((request, response) => {
    // A server that ends an idle connection resets a request that was already on its way.
    if (request.url === '/chunk.js' && used.has(request.socket)) return void request.socket.resetAndDestroy();
    used.add(request.socket);
    response.setHeader('content-type', 'text/plain');
    response.end(`page ${request.method} ${request.url} for ${request.headers.host} cookie=${request.headers.cookie ?? ''}`);
  });
  return new Promise((resolve) => server.listen(pagesUrl ? Number(new URL(pagesUrl).port) : 0, '127.0.0.1', () => resolve(server)));
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

beforeAll(async () => {
  pages = await pageServer();
  const address = pages.address();
  pagesUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  gateway = await startTestGateway({ env: { READROOM_WEB_URL: pagesUrl }, log: createLog('info', destination) });
});
afterAll(async () => {
  await gateway.stop();
  await close(pages);
});

test('pages come through the front door as they were asked for, with the safety headers', async () => {
  const response = await fetch(`${gateway.url}/worklist?tab=all`, { headers: { cookie: 'a=b' } });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(`page GET /worklist?tab=all for ${new URL(gateway.url).host} cookie=a=b`);
  expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('strict-transport-security')).toBeNull();
});

test('a part of a page whose connection ended at that moment is asked for again', async () => {
  for (let times = 0; times < 3; times += 1) {
    expect((await fetch(`${gateway.url}/worklist`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/chunk.js`)).status).toBe(200);
  }
});

test('while the pages are not up the browser gets one that says so and tries again', async () => {
  await close(pages);
  const response = await fetch(`${gateway.url}/worklist`);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('2');
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(await response.text()).toMatch(/http-equiv="refresh"[\s\S]*Readroom is starting/);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  pages = await pageServer();
  await vi.waitFor(async () => expect((await fetch(`${gateway.url}/worklist`)).status).toBe(200));
});

test('a request from another site changes nothing', async () => {
  const { cookie } = await gateway.signIn('admin');
  const send = (origin: string): Promise<Response> => fetch(`${gateway.url}/trpc/admin.nodes.create`, { method: 'POST', headers: { cookie, origin, 'content-type': 'application/json' }, body: JSON.stringify({ name: 'x' }) });
  const foreign = await send('https://evil.example');
  expect(foreign.status).toBe(403);
  expect(await foreign.json()).toMatchObject({ error: { code: 'forbidden' } });
  expect((await send(gateway.url)).status).toBe(200);
});

test('a body that is too large, no JSON, or not what the route takes is refused with a sentence', async () => {
  const post = (body: string, type = 'application/json'): Promise<Response> => fetch(`${gateway.url}/api/setup`, { method: 'POST', headers: { 'content-type': type }, body });
  const large = await post(JSON.stringify({ token: 'x'.repeat(2_000_000) }));
  expect([large.status, ((await large.json()) as { error: unknown }).error]).toEqual([413, { code: 'too-large', message: expect.any(String) }]);
  const broken = await post('{"token":');
  expect([broken.status, ((await broken.json()) as { error: unknown }).error]).toEqual([400, { code: 'bad-input', message: expect.any(String) }]);
  const wrong = await post('{"token":"0123456789abcdef"}');
  expect(wrong.status).toBe(400);
  expect(((await wrong.json()) as { error: { message: string } }).error.message).toMatch(/body\/organisation/);
});

test('the OpenAPI document is served and says how to sign in', async () => {
  const document = (await (await fetch(`${gateway.url}/api/openapi.json`)).json()) as { openapi: string; paths: Record<string, unknown>; components: { securitySchemes: object } };
  expect(document.openapi).toMatch(/^3\.1/);
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/instance', '/api/setup', '/api/auth/sign-in/email']));
  expect(document.components.securitySchemes).toHaveProperty('session');
  expect(Object.keys(document.paths)).not.toContain('/metrics');
});

test('an address or a method that REST does not have is answered in its own shape, and every route says how it fails', async () => {
  for (const [method, path] of [['GET', '/api/nothing'], ['PUT', '/api/worklist'], ['GET', `/api/image-analysis/${'a'.repeat(300)}`], ['GET', '/dicomweb/studies']] as const) {
    const response = await fetch(`${gateway.url}${path}`, { method });
    expect([path, response.status, await response.json()]).toEqual([path, 404, { error: { code: 'not-found', message: expect.stringContaining('/api/openapi.json') } }]);
  }
  const { paths } = (await (await fetch(`${gateway.url}/api/openapi.json`)).json()) as { paths: Record<string, Record<string, { responses: Record<string, { content: object }> }>> };
  for (const [path, methods] of Object.entries(paths)) for (const { responses } of Object.values(methods)) expect([path, responses['default']?.content]).toEqual([path, { 'application/json': { schema: expect.objectContaining({ required: ['error'] }) } }]);
});

test('wrong words at the door are one sentence in the shape of every failure', async () => {
  const { member } = await gateway.signIn('resident');
  for (const email of ['nobody', 'nobody@mail.test', `${member.userId}@mail.test`]) {
    const response = await fetch(`${gateway.url}/api/auth/sign-in/email`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: 'not-the-password' }) });
    expect([response.status, await response.json()]).toEqual([401, { error: { code: 'unauthenticated', message: expect.stringContaining('do not go together') } }]);
  }
});

test('U+0000 in a filter or a note is refused, not a failure of ours', async () => {
  const { cookie } = await gateway.signIn('attending');
  for (const path of ['/api/worklist?modality=%00', '/api/worklist?bodyPart=A%00', '/api/image-analysis?modality=%00', '/api/image-analysis?cursor=%00']) {
    const response = await fetch(`${gateway.url}${path}`, { headers: { cookie } });
    expect([path, response.status]).toEqual([path, 400]);
  }
});

test('metrics answer this machine, and with a token file only whoever holds it', async () => {
  const open = await fetch(`${gateway.url}/metrics`);
  expect(open.status).toBe(200);
  expect(await open.text()).toContain('readroom_http_seconds_count');
  const tokenFile = join(dirname(gateway.deps.env.authSecretFile), 'metrics-token');
  await writeFile(tokenFile, 'a-metrics-token\n');
  const guarded = await startTestGateway({ hospitals: [], env: { READROOM_METRICS_TOKEN_FILE: tokenFile } });
  expect((await fetch(`${guarded.url}/metrics`)).status).toBe(404);
  expect((await fetch(`${guarded.url}/metrics`, { headers: { authorization: 'Bearer a-metrics-tokem' } })).status).toBe(404);
  expect((await fetch(`${guarded.url}/metrics`, { headers: { authorization: 'Bearer a-metrics-token' } })).status).toBe(200);
  expect((await fetch(`${guarded.url}/nothing`)).status).toBe(404);
  await guarded.stop();
});

test('no DICOM UID, id, query string, e-mail address or password reaches the log', async () => {
  const uid = '1.2.840.99999.7.31415926';
  await fetch(`${gateway.url}/dicomweb/studies/${uid}/series/${uid}/metadata?viewport=MARKER-QUERY`);
  await fetch(`${gateway.url}/api/worklist?studyUid=${uid}`);
  await fetch(`${gateway.url}/trpc/study.get?input=${encodeURIComponent(JSON.stringify({ studyId: 'MARKER-INPUT' }))}`);
  await fetch(`${gateway.url}/api/auth/sign-in/email`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'marker@mail.test', password: 'MARKER-PASSWORD' }) });
  await vi.waitFor(() => expect(lines.join('')).toContain('/api/auth/sign-in/email'));
  const log = lines.join('');
  for (const secret of [uid, 'MARKER-QUERY', 'MARKER-INPUT', 'MARKER-PASSWORD', 'marker@mail.test']) expect(log).not.toContain(secret);
  expect(log).toContain('"event":"http.request"');
});
