import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import { lan } from '../cli/lan.ts';
import { keepCredentials } from '../dicom/tls/keeper.ts';
import { LAN_TLS_NAMES } from '../env-lan.ts';
import { httpsClient } from '../testing/https-client.ts';
import type { HttpsClient } from '../testing/https-client.ts';
import { makeTestCa } from '../testing/test-ca.ts';
import type { TestCa } from '../testing/test-ca.ts';
import { makeHome } from '../testing/test-edge.ts';
import { makeTestKeys } from '../testing/test-keys.ts';
import { createPageAudit } from './lan-audit.ts';
import { createLanServer } from './lan-server.ts';
import type { LanServer } from './lan-server.ts';
import { lanState } from './lan-state.ts';
import { hashPassword } from './password.ts';
import { openLanRecord } from './record.ts';
import { SESSION_MS, createLanSessions } from './sessions.ts';
import { lanUsersFile, openLanUsers } from './users.ts';
import type { LanUsers } from './users.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** What is tested is what becomes of a password, not how long it takes. */
const CHEAP = { N: 2 ** 10, r: 8, p: 1 };

let home: string;
let ca: TestCa;
let server: LanServer;
let users: LanUsers;
let client: HttpsClient;
let shiftMs = 0;
let downSince: number | null = null;
let timers: (() => void)[] = [];
const told: EdgeUpBody[] = [];
const clock = (): number => Date.now() + shiftMs;

beforeAll(async () => {
  home = makeHome();
  mkdirSync(join(home, 'node'), { mode: 0o700 });
  ca = makeTestCa(home, 'hospital');
  const pair = ca.issue('node');
  users = openLanUsers(lanUsersFile(home), clock);
  const record = openLanRecord(join(home, 'lan.sqlite'), makeTestKeys(join(home, 'node')));
  const critical = { standing: () => [], acknowledge: () => Promise.reject(new Error('not asked')) };
  server = createLanServer({
    host: '127.0.0.1', port: 0, credentials: keepCredentials({ certFile: pair.cert, keyFile: pair.key, caFile: null }, undefined, LAN_TLS_NAMES), sessions: createLanSessions(users, clock, CHEAP),
    state: lanState({ record, critical, clock, afterMs: 60_000, gatewayUrl: 'https://readroom.example', linkDownSince: () => downSince }), critical, clock,
    audit: createPageAudit({ put: async (body) => void told.push(body) }, clock, () => undefined),
    setTimer: (callback) => {
      timers.push(callback);
      return () => undefined;
    },
  });
  await server.start();
});
afterAll(async () => {
  await server.stop();
  users.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  [shiftMs, downSince] = [0, null];
  told.length = 0;
  client = httpsClient(server.port() ?? 0, ca.cert);
});

/** As IT types it, to the files of the running page. */
async function cli(...args: string[]): Promise<string> {
  const lines: string[] = [];
  await lan.run(args, { env: { READROOM_EDGE_HOME: home }, say: (line) => lines.push(line) });
  return lines.join('\n');
}
const passwordIn = (out: string): string => /shown once: (\S+)/.exec(out)?.[1] ?? '';

async function signedIn(account: string): Promise<string> {
  const password = 'correct-horse-battery';
  users.add(account, 'Ada Quist', await hashPassword(password, CHEAP));
  users.setPassword(account, await hashPassword(password, CHEAP), false);
  expect((await client.post('/api/sign-in', { account, password })).status).toBe(200);
  return password;
}

test('[AL7] IT gives out a sign-in; its password is replaced at once, and opens the page until it is taken away', async () => {
  expect(await cli('users')).toMatch(/Nobody has a sign-in/);
  const password = passwordIn(await cli('add-user', 'ada', 'Ada', 'Quist'));
  expect(await cli('users')).toMatch(/^ada +Ada Quist {2}\(has not chosen a password yet\)$/);
  expect((await client.get('/api/state'))).toMatchObject({ status: 401, body: { code: 'sign-in-refused', cloud: { reachable: true } } });
  expect((await client.post('/api/sign-in', { account: 'ada', password }))).toMatchObject({ status: 200, headers: { 'set-cookie': [expect.stringMatching(/^__Host-readroom=[\w-]{43}; Max-Age=43200; Path=\/; Secure; HttpOnly; SameSite=Strict$/)] } });
  expect(await client.get('/api/state')).toMatchObject({ status: 403, body: { code: 'password-temporary' } });
  expect(await client.post('/api/password', { current: password, next: 'short' })).toMatchObject({ status: 400, body: { message: expect.stringContaining('12 characters') } });
  expect(await client.post('/api/password', { current: 'another-password', next: 'correct-horse-battery' })).toMatchObject({ status: 401 });
  expect(await client.post('/api/password', { current: password, next: 'correct-horse-battery' })).toMatchObject({ status: 200 });
  expect(await client.get('/api/state')).toMatchObject({ status: 200, body: { person: { account: 'ada', name: 'Ada Quist' }, active: false, alerts: [], studies: [] } });
  expect(told.map((body) => (body.type === 'lan-audit' ? `${body.account} ${body.deed}` : body.type))).toEqual(['ada sign-in', 'ada password']);
  await expect(cli('add-user', 'ada', 'Another')).rejects.toThrow(/has a sign-in on this node already/);
  expect(await cli('remove-user', 'ada')).toMatch(/can sign in no more/);
  expect(await client.get('/api/state')).toMatchObject({ status: 401 });
  await expect(cli('password', 'ada')).rejects.toThrow(/no sign-in ada/);
  await expect(cli('add-user', 'A B', 'x')).rejects.toThrow(/small letters/);
  await expect(cli('other')).rejects.toMatchObject({ code: 'usage' });
});

test('[AL7] while the cloud is reachable nobody is named; after 60 s without it the list is shown, and each look is audited once an hour', async () => {
  await signedIn('bo');
  told.length = 0;
  downSince = clock() - 59_000;
  expect(await client.get('/api/state')).toMatchObject({ body: { active: false, cloud: { reachable: true, address: 'https://readroom.example' } } });
  downSince = clock() - 60_000;
  for (let n = 0; n < 3; n += 1) expect(await client.get('/api/state')).toMatchObject({ body: { active: true, cloud: { reachable: false, since: downSince } } });
  shiftMs = 3_600_000;
  await client.get('/api/state');
  expect(told).toMatchObject([{ type: 'lan-audit', account: 'bo', deed: 'view' }, { deed: 'view' }]);
  shiftMs = SESSION_MS;
  expect((await client.get('/api/state')).status).toBe(401);
});

test('a page elsewhere, a form and a cookie alone change nothing; nothing is cached or framed', async () => {
  await signedIn('cy');
  for (const headers of [{ origin: 'https://elsewhere.example' }, { origin: 'null' }, { origin: '' }]) expect((await client.post('/api/acknowledge', {}, headers)).status).toBe(403);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) expect((await client.post('/api/acknowledge', {}, { 'content-type': type })).status).toBe(415);
  expect((await client.post('/api/acknowledge', { studyUid: 1 })).status).toBe(400);
  expect(await client.post('/api/acknowledge', { studyUid: '1.2', code: 'x', side: 'none', said: null })).toMatchObject({ status: 404, body: { message: expect.stringContaining('with the cloud now') } });
  expect((await client.post('/api/sign-in', { account: 'x'.repeat(20_000) })).status).toBe(413);
  const page = await client.get('/');
  expect(page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store', 'x-frame-options': 'DENY', 'strict-transport-security': 'max-age=31536000', 'content-security-policy': expect.stringMatching(/^default-src 'none'.*script-src 'sha256-/) } });
  expect((await client.post('/api/sign-out', {})).status).toBe(200);
  expect((await client.get('/api/state')).status).toBe(401);
});

test('guessing ends after ten tries for an account, whoever has it or not', async () => {
  const password = await signedIn('di');
  for (const account of ['di', 'nobody']) {
    const answers: number[] = [];
    for (let n = 0; n < 11; n += 1) answers.push((await client.post('/api/sign-in', { account, password: `guess-${n}` })).status);
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  }
  expect((await client.post('/api/sign-in', { account: 'di', password })).status).toBe(429);
  shiftMs = 15 * 60_000 + 1_000;
  expect((await client.post('/api/sign-in', { account: 'di', password })).status).toBe(200);
});

test('[ED6] it speaks TLS 1.2 and newer and nothing else; a renewed certificate is taken up without a restart', async () => {
  const port = server.port() ?? 0;
  const plain = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
  expect(plain).not.toContain('HTTP/');
  await expect(handshake(port, 'TLSv1.1')).rejects.toThrow();
  const before = await handshake(port, 'TLSv1.2');
  expect(await handshake(port)).toEqual({ ...before, protocol: 'TLSv1.3' });
  const next = ca.issue('renewed');
  copyFileSync(next.key, join(home, 'node.key'));
  copyFileSync(next.cert, join(home, 'node.pem'));
  for (const timer of timers.splice(0)) timer();
  expect((await handshake(port)).fingerprint).not.toBe(before.fingerprint);
  timers = [];
});

function handshake(port: number, version?: 'TLSv1.1' | 'TLSv1.2'): Promise<{ protocol: string | null; fingerprint: string }> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...(version === undefined ? {} : { maxVersion: version, minVersion: version }) }, () => {
      resolve({ protocol: socket.getProtocol(), fingerprint: socket.getPeerCertificate().fingerprint256 });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
