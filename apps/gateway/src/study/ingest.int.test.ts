import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { io } from 'socket.io-client';
import type { WorklistPatch } from '@readroom/shared/worklist/events';
import { greetedEdge, type EdgeSpeaker } from '../edge/testing/edge-speaker.ts';
import { analysed, received } from '../edge/testing/bodies.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
let edge: EdgeSpeaker;
beforeAll(async () => {
  gateway = await startTestGateway();
  edge = await greetedEdge(gateway.url, gateway.nodeKey);
});
afterAll(async () => {
  edge.terminate();
  await gateway.stop();
});

test('a study said by the node stands in the list, and rises with its finding on an open socket', async () => {
  const { cookie } = await gateway.signIn('attending');
  const socket = io(gateway.url, { path: '/rt', extraHeaders: { cookie }, transports: ['websocket'] });
  const patches: WorklistPatch[] = [];
  const heads: unknown[] = [];
  socket.on('rt:patch', (patch: WorklistPatch) => patches.push(patch));
  socket.on('rt:head', (head) => heads.push(head));
  await vi.waitFor(() => expect(heads.length).toBeGreaterThan(0), { timeout: 10_000 });
  await edge.say(received('1.2.1'), received('1.2.2'), analysed('1.2.2'));
  await vi.waitFor(() => expect(patches.flatMap((p) => p.upserts).some((item) => item.tier === 0)).toBe(true), { timeout: 10_000 });
  socket.disconnect();
  const response = await fetch(`${gateway.url}/api/worklist`, { headers: { cookie } });
  const page = (await response.json()) as { items: { studyUid: string }[] };
  console.log(JSON.stringify(page, null, 1).slice(0, 3000));
  expect(page.items.map((item) => item.studyUid)).toEqual(['1.2.2', '1.2.1']);
});
