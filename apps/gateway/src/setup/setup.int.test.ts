import { createHash, randomBytes } from 'node:crypto';
import { createTestDb } from '@readroom/db/testing';
import type { TestDb } from '@readroom/db/testing';
import { afterEach, expect, test } from 'vitest';
import { makeNodeKey } from '../testing/node-key.ts';
import { signInCookie, startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway, TestGatewayOptions } from '../testing/test-gateway.ts';
import { SETUP_TOKEN_MS } from './setup.ts';

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function gateway(options: TestGatewayOptions): Promise<TestGateway> {
  const started = await startTestGateway({ hospitals: [], ...options });
  open.push(started);
  return started;
}

async function freshDb(): Promise<TestDb> {
  const db = await createTestDb();
  open.push({ stop: () => db.close() });
  return db;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const admin = { organisation: 'St. Anna Ziekenhuis', name: 'Dr. A. First', email: 'First@Anna.test', password: 'a-very-long-password' };

function setUp(url: string, token: string, changes: object = {}): Promise<Response> {
  return fetch(`${url}/api/setup`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token, ...admin, ...changes }) });
}

async function instance(url: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${url}/api/instance`)).json()) as Record<string, unknown>;
}

test('the one-time link makes the first administrator, once, and takes the local node into the new hospital', async () => {
  const token = randomBytes(24).toString('base64url');
  const local = makeNodeKey();
  const { url, deps } = await gateway({ env: { READROOM_SETUP_TOKEN_HASH: sha256(token), READROOM_LOCAL_NODE_PUBLIC_KEY: local.publicKey } });
  expect(await instance(url)).toMatchObject({ name: 'Readroom', demo: false, demoAccounts: null, password: null, needsSetup: true });

  const made = await setUp(url, token);
  expect(made.status).toBe(200);
  const { organisation } = (await made.json()) as { organisation: string };

  expect(await instance(url)).toMatchObject({ needsSetup: false });
  expect(await deps.control.organisation.findUnique({ where: { id: organisation } })).toMatchObject({ name: admin.organisation, schemaName: 'h_st_anna_ziekenhuis', demo: false });
  expect(await deps.control.edgeNode.findUnique({ where: { keyHash: local.keyHash } })).toMatchObject({ organisationId: organisation });
  expect(await signInCookie(url, 'first@anna.test', admin.password)).toContain('readroom.session_token');
  const again = await setUp(url, token, { email: 'second@anna.test' });
  expect(again.status).toBe(410);
  expect(await again.json()).toMatchObject({ error: { code: 'expired' } });
});

test('a wrong, an old or a malformed token makes nothing, and a failure gives the token back', async () => {
  const token = randomBytes(24).toString('base64url');
  let now = Date.now();
  const { url, deps } = await gateway({ clock: () => now, env: { READROOM_SETUP_TOKEN_HASH: sha256(token) } });
  expect((await setUp(url, 'x'.repeat(32))).status).toBe(410);
  expect((await setUp(url, 'short')).status).toBe(400);
  expect((await setUp(url, token, { email: 'x@demo.readroom.test' })).status).toBe(400);
  expect((await setUp(url, token, { password: 'short' })).status).toBe(400);
  now += SETUP_TOKEN_MS + 1;
  expect((await setUp(url, token)).status).toBe(410);
  expect(await deps.control.organisation.count()).toBe(0);
  now -= SETUP_TOKEN_MS;
  await deps.control.user.create({ data: { id: 'u', name: 'Taken', email: 'first@anna.test' } });
  expect((await setUp(url, token)).status).toBe(409);
  await deps.control.user.delete({ where: { id: 'u' } });
  expect((await setUp(url, token)).status).toBe(200);
});

test('two browsers with the same link make one administrator', async () => {
  const token = randomBytes(24).toString('base64url');
  const { url, deps } = await gateway({ env: { READROOM_SETUP_TOKEN_HASH: sha256(token) } });
  const answers = await Promise.all([1, 2, 3].map((n) => setUp(url, token, { email: `n${n}@anna.test` })));
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 410, 410]);
  expect(await deps.control.membership.count()).toBe(1);
});

test('the demo publishes its accounts, each opens the demo hospital, and a second start changes nothing', async () => {
  const db = await freshDb();
  const env = { READROOM_DEMO: '1', READROOM_LOCAL_NODE_PUBLIC_KEY: makeNodeKey().publicKey };
  await (await startTestGateway({ hospitals: [], db, env })).stop();
  const { url, deps } = await gateway({ db, env });
  const about = await instance(url);
  expect(about).toMatchObject({ demo: true, password: 'readroom-demo', needsSetup: false });
  expect(about['demoAccounts']).toEqual(['resident', 'attending', 'admin', 'it', 'technologist'].map((role) => ({ email: `${role}@demo.readroom.test`, role })));
  for (const role of ['resident', 'attending', 'admin', 'it', 'technologist']) {
    const cookie = await signInCookie(url, `${role}@demo.readroom.test`, 'readroom-demo');
    const me = (await (await fetch(`${url}/trpc/me.get`, { headers: { cookie } })).json()) as { result: { data: { memberships: unknown[] } } };
    expect(me.result.data.memberships).toEqual([{ organisation: 'demo', organisationName: 'Demo Hospital', role, demo: true }]);
  }
  expect(await deps.control.membership.count()).toBe(5);
  expect(await deps.control.edgeNode.count()).toBe(1);
});

test('the node of this machine, known by a password until now, keeps its row under its new key', async () => {
  const db = await freshDb();
  const env = { READROOM_DEMO: '1' };
  await (await startTestGateway({ hospitals: [], db, env })).stop();
  const control = db.control;
  const { id } = await control.edgeNode.create({ data: { organisationId: 'demo', name: 'This machine' } });
  const local = makeNodeKey();
  const { deps } = await gateway({ db, env: { ...env, READROOM_LOCAL_NODE_PUBLIC_KEY: local.publicKey } });
  expect(await deps.control.edgeNode.findMany()).toMatchObject([{ id, keyHash: local.keyHash, publicKey: local.publicKey }]);
});

test('with the demo off its accounts open nothing, not even with a session they still hold', async () => {
  const db = await freshDb();
  const secret = await startTestGateway({ hospitals: [], db, env: { READROOM_DEMO: '1' } });
  const cookie = await signInCookie(secret.url, 'admin@demo.readroom.test', 'readroom-demo');
  const secretFile = secret.deps.env.authSecretFile;
  const off = await gateway({ db, env: { READROOM_DEMO: '0', READROOM_AUTH_SECRET_FILE: secretFile } });
  await expect(signInCookie(off.url, 'admin@demo.readroom.test', 'readroom-demo')).rejects.toThrow(/403.*demo/i);
  expect((await fetch(`${off.url}/trpc/me.get`, { headers: { cookie } })).status).toBe(401);
  expect((await fetch(`${secret.url}/trpc/me.get`, { headers: { cookie } })).status).toBe(200);
  await secret.stop();
});

test('the demo refuses to start beside a real hospital', async () => {
  const db = await freshDb();
  await db.hospital('real');
  await expect(startTestGateway({ hospitals: [], db, env: { READROOM_DEMO: '1' } })).rejects.toMatchObject({ code: 'demo-refused' });
});
