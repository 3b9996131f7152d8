import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RT_PATH } from '@readroom/shared/worklist/events';
import { makeAlert, makeItem, uuid } from '../../testing/make.ts';
import { openLive, type Live } from './socket.ts';

let io: Server;
let url: string;
let live: Live | null = null;
let admit: (() => Error | undefined) | null = null;

beforeEach(async () => {
  const http = createServer();
  io = new Server(http, { path: RT_PATH });
  io.use((_socket, next) => next(admit?.()));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  live?.stop();
  admit = null;
  await io.close();
});

test('events come down parsed, proofs go up, and the last head is remembered', async () => {
  const proofs: unknown[] = [];
  io.on('connection', (socket) => socket.on('rt:proof', (proof) => proofs.push(proof)));
  const heard: string[] = [];
  live = openLive(() => 42, url);
  const changes = vi.fn();
  live.subscribe(changes);
  live.listen({
    connected: () => heard.push('connected'),
    patch: (patch) => heard.push(`patch ${patch.rev}`),
    head: (head) => heard.push(`head ${head.rev}`),
    alert: (alert) => heard.push(`alert ${alert.label}`),
    snapshot: () => heard.push('snapshot'),
  });
  await vi.waitFor(() => expect(heard).toEqual(['connected']), 10_000);
  io.emit('rt:patch', { organisation: 'org', prev: 1, rev: 2, upserts: [makeItem(1)], removed: [] });
  io.emit('rt:head', { organisation: 'org', rev: 2, at: Date.now() });
  io.emit('rt:alert', { alert: makeAlert(1), step: null });
  io.emit('rt:snapshot', { organisation: 'org', rev: 3 });
  await vi.waitFor(() => expect(heard.slice(1)).toEqual(['patch 2', 'head 2', 'alert Intracranial haemorrhage', 'snapshot']), 10_000);
  expect(live.facts()).toEqual({ connected: true, lastHeadAt: 42, changedAt: 42 });
  expect(changes).toHaveBeenCalled();
  live.prove({ alertId: uuid(1), step: 'painted', at: 1 });
  await vi.waitFor(() => expect(proofs).toEqual([{ alertId: uuid(1), step: 'painted', at: 1 }]), 10_000);
});

test('a patch this page can’t read makes it fetch again; other unreadable events are dropped', async () => {
  const heard: string[] = [];
  live = openLive(() => 0, url);
  live.listen({ connected: () => heard.push('connected'), snapshot: () => heard.push('snapshot'), head: () => heard.push('head'), alert: () => heard.push('alert') });
  await vi.waitFor(() => expect(heard).toEqual(['connected']), 10_000);
  io.emit('rt:head', { rev: 'x' });
  io.emit('rt:alert', { alert: null });
  io.emit('rt:patch', { from: 'a newer gateway' });
  await vi.waitFor(() => expect(heard).toEqual(['connected', 'snapshot']), 10_000);
});

test('after the server closed the socket the page comes back by itself', async () => {
  let times = 0;
  live = openLive(() => 0, url);
  live.listen({ connected: () => (times += 1) });
  await vi.waitFor(() => expect(times).toBe(1), 10_000);
  io.disconnectSockets(true);
  await vi.waitFor(() => expect(times).toBe(2), 10_000);
});

test('a refused session is told apart from a gateway in trouble', async () => {
  const refused = vi.fn();
  admit = () => new Error('unauthenticated');
  live = openLive(() => 0, url);
  live.listen({ refused });
  await vi.waitFor(() => expect(refused).toHaveBeenCalled(), 10_000);
});

test('[LF7] what a page has open is said, and said again when the socket comes back; who else has is heard', async () => {
  const said: unknown[] = [];
  io.on('connection', (socket) => socket.on('rt:viewing', (payload) => said.push(payload)));
  const heard: unknown[] = [];
  live = openLive(() => 0, url);
  live.listen({ viewers: (viewers) => heard.push(viewers) });
  live.view(uuid(1));
  await vi.waitFor(() => expect(said).toEqual([{ studyId: uuid(1) }]), 10_000);
  io.disconnectSockets(true);
  await vi.waitFor(() => expect(said).toHaveLength(2), 10_000);
  live.view(null);
  await vi.waitFor(() => expect(said.at(-1)).toEqual({ studyId: null }), 10_000);
  const viewers = [{ studyId: uuid(1), id: 'a', name: 'Dr A' }];
  io.emit('rt:viewers', { organisation: 'org', viewers: 7 });
  io.emit('rt:viewers', { organisation: 'org', viewers });
  await vi.waitFor(() => expect(heard).toEqual([viewers]), 10_000);
});
