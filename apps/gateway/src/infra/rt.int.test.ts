import { createTestDb } from '@readroom/db/testing';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { startRedis } from '../../../../tools/services/redis.ts';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
});
afterAll(() => gateway.stop());

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});

interface Listener {
  readonly socket: Socket;
  readonly heard: unknown[];
}

function listen(url: string, cookie: string, options: object = {}): Listener {
  const socket = io(url, { path: '/rt', transports: ['websocket'], extraHeaders: { cookie }, forceNew: true, reconnectionDelay: 50, ...options });
  open.push(socket);
  const heard: unknown[] = [];
  socket.on('test:event', (payload: unknown) => heard.push(payload));
  return { socket, heard };
}

async function connected(listener: Listener): Promise<Listener> {
  await vi.waitFor(() => expect(listener.socket.connected).toBe(true), { timeout: 20_000 });
  return listener;
}

test('members hear their own hospital; IT hears the event without names, or not at all', async () => {
  const reader = await connected(listen(gateway.url, (await gateway.signIn('resident')).cookie));
  const it = await connected(listen(gateway.url, (await gateway.signIn('it')).cookie));
  const elsewhere = await connected(listen(gateway.url, (await gateway.signIn('resident', 'org-two')).cookie));
  gateway.deps.rt.toOrganisation('org-one', 'test:event', { patient: 'named' }, { patient: null });
  gateway.deps.rt.toOrganisation('org-one', 'test:event', { patient: 'only named' }, null);
  gateway.deps.rt.toOrganisation('org-two', 'test:event', { end: true }, { end: true });
  await vi.waitFor(() => expect(elsewhere.heard).toEqual([{ end: true }]));
  await vi.waitFor(() => expect(reader.heard).toEqual([{ patient: 'named' }, { patient: 'only named' }]));
  expect(it.heard).toEqual([{ patient: null }]);
});

test('nobody listens without a session, with a foreign one, or from another site', async () => {
  const refused: string[] = [];
  const none = listen(gateway.url, '', { reconnection: false });
  none.socket.on('connect_error', (error) => refused.push(error.message));
  const forged = listen(gateway.url, 'readroom.session_token=made-up.signature', { reconnection: false });
  forged.socket.on('connect_error', (error) => refused.push(error.message));
  await vi.waitFor(() => expect(refused).toEqual(['unauthenticated', 'unauthenticated']));

  const { cookie } = await gateway.signIn('resident');
  const status = await new Promise<number>((resolve) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/rt/?EIO=4&transport=websocket`, { headers: { cookie, origin: 'https://evil.example' } });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => resolve(101));
    socket.on('error', () => undefined);
  });
  expect(status).toBe(400);
});

test('a path nobody claimed is refused at once instead of hanging', async () => {
  const status = await new Promise<number>((resolve) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/nothing/here`);
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
  expect(status).toBe(404);
});

test('a short break is replayed; after a change of role what was missed is not, and the socket comes back with its new rights', async () => {
  const { cookie, member } = await gateway.signIn('attending');
  const listener = await connected(listen(gateway.url, cookie));
  gateway.deps.rt.toOrganisation('org-one', 'test:event', { n: 1 }, null);
  await vi.waitFor(() => expect(listener.heard).toEqual([{ n: 1 }]));
  const before = listener.socket.id;

  // Back only after the event: one sent while a socket is being let in again is for the list's own gap repair.
  listener.socket.io.reconnection(false);
  listener.socket.io.engine.close();
  await vi.waitFor(() => expect(gateway.deps.rt.io.of('/').sockets.has(before ?? '')).toBe(false));
  gateway.deps.rt.toOrganisation('org-one', 'test:event', { n: 2 }, null);
  listener.socket.connect();
  await vi.waitFor(() => expect(listener.heard).toEqual([{ n: 1 }, { n: 2 }]), { timeout: 20_000 });
  expect(listener.socket.recovered).toBe(true);

  // The line breaks, and meanwhile an administrator takes the names away.
  const held = listener.socket.id ?? '';
  listener.socket.io.engine.close();
  await vi.waitFor(() => expect(gateway.deps.rt.io.of('/').sockets.has(held)).toBe(false));
  await gateway.deps.control.membership.updateMany({ where: { userId: member.userId }, data: { role: 'it' } });
  gateway.deps.rt.toOrganisation('org-one', 'test:event', { patient: 'missed' }, null);
  listener.socket.connect();
  await connected(listener);
  expect(listener.socket.recovered).toBe(false);
  gateway.deps.rt.toOrganisation('org-one', 'test:event', { patient: 'named' }, { patient: null });
  await vi.waitFor(() => expect(listener.heard).toEqual([{ n: 1 }, { n: 2 }, { patient: null }]));
});

test('signing out closes the sockets', async () => {
  const { cookie } = await gateway.signIn('it');
  const listener = await connected(listen(gateway.url, cookie));
  const gone = new Promise<string>((resolve) => listener.socket.on('disconnect', resolve));
  const response = await fetch(`${gateway.url}/api/auth/sign-out`, { method: 'POST', headers: { cookie } });
  expect(response.status).toBe(200);
  expect(await gone).toBe('io server disconnect');
});

test('a browser that takes nothing is cut off before it eats the memory of the others', async () => {
  const { cookie } = await gateway.signIn('resident');
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/rt/?EIO=4&transport=websocket`, { headers: { cookie } });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  let joined = false;
  socket.on('message', (data: Buffer) => {
    if (data.toString().startsWith('0')) socket.send('40');
    if (data.toString().startsWith('40')) joined = true;
  });
  await vi.waitFor(() => expect(joined).toBe(true));
  socket.pause();
  const payload = { text: 'x'.repeat(60_000) };
  for (let n = 0; n < 200; n += 1) gateway.deps.rt.toOrganisation('org-one', 'test:event', payload, null);
  await vi.waitFor(async () => expect(await gateway.deps.metrics.registry.metrics()).toMatch(/readroom_rt_dropped_total\{reason="slow"\} 1/), { timeout: 20_000 });
  socket.resume();
  await closed;
});

test('two gateways on one Redis: an event raised at one is heard at the other', async () => {
  const redis = await startRedis();
  const db = await createTestDb();
  const env = { REDIS_URL: redis.url };
  const first = await startTestGateway({ db, env });
  const second = await startTestGateway({ db, env: { ...env, READROOM_AUTH_SECRET_FILE: first.deps.env.authSecretFile } });
  const { cookie } = await first.signIn('resident');
  const listener = await connected(listen(second.url, cookie));
  await vi.waitFor(() => {
    first.deps.rt.toOrganisation('org-one', 'test:event', { from: 'first' }, null);
    expect(listener.heard).toContainEqual({ from: 'first' });
  }, { timeout: 20_000, interval: 200 });
  listener.socket.disconnect();
  await second.stop();
  await first.stop();
  await db.close();
  await redis.stop();
});
