import { io, type Socket } from 'socket.io-client';
import { createTestDb } from '@readroom/db/testing';
import type { WorklistPatch } from '@readroom/shared/worklist/events';
import { applyPatch, type WorklistView } from '@readroom/shared/worklist/patch';
import { received } from '../apps/gateway/src/edge/testing/bodies.ts';
import { greetedEdge } from '../apps/gateway/src/edge/testing/edge-speaker.ts';
import { startTestGateway, type TestGateway } from '../apps/gateway/src/testing/test-gateway.ts';
import { readPage } from '../apps/gateway/src/worklist/page/read-page.ts';
import { startTemporaryPostgres } from '../tools/services/postgres.ts';
import { percentile, verdict } from './harness.ts';
import type { BenchContext, BenchResult, Benchmark } from './harness.ts';

const EVENTS = 200;
const LISTENERS = 20;
const BAR_MS = 1_000;
/** The floor is compared over so many parts of the run. */
const BLOCKS = 10;
const WAIT_MS = 30_000;

/**
 * From the event to the second browser's list: a claim by one person, and a study said by an edge node, each until the
 * row stands in a list held by the very reducer the pages use. The floor is a bare socket.io message on the same sockets.
 */
export const benchmark: Benchmark = {
  name: 'list-push',
  what: `event to second list, ${String(EVENTS)} events, ${String(LISTENERS)} lists open`,
  async run(context) {
    const server = await startTemporaryPostgres();
    context.defer(() => server.stop());
    const db = await createTestDb(server.url);
    context.defer(() => db.close());
    const gateway = await startTestGateway({ db });
    context.defer(() => gateway.stop());
    return measure(context, gateway);
  },
};

async function measure(context: BenchContext, gateway: TestGateway): Promise<BenchResult[]> {
  const edge = await greetedEdge(gateway.url, gateway.nodeKey);
  context.defer(() => edge.terminate());
  await edge.say(received('1.2.0'));
  const { cookie } = await gateway.signIn('attending');
  const second = await openList(context, gateway, cookie);
  for (let n = 1; n < LISTENERS; n += 1) await openList(context, gateway, cookie);
  const studyId = second.view().items[0]?.studyId;
  if (!studyId) throw new Error('The list is empty.');
  const [claims, studies, floor]: [number[], number[], number[]] = [[], [], []];
  for (let n = 1; n <= EVENTS; n += 1) {
    floor.push(await timed(second.heard('bench:floor', () => gateway.deps.rt.toOrganisation(gateway.organisation, 'bench:floor', { n }, null))));
    const status = n % 2 === 1 ? 'claimed' : 'unread';
    claims.push(await timed(second.shows((view) => view.items.some((item) => item.studyUid === '1.2.0' && item.status === status), () => void ask(gateway, cookie, n % 2 === 1 ? 'claim' : 'release', studyId))));
    studies.push(await timed(second.shows((view) => view.items.some((item) => item.studyUid === `1.2.${String(n)}`), () => void edge.say(received(`1.2.${String(n)}`)))));
  }
  return [resultFor('list-push', claims, floor, 'a claim over HTTP'), resultFor('list-push-study', studies, floor, 'a study said by an edge node')];
}

function resultFor(name: string, ours: readonly number[], floor: readonly number[], event: string): BenchResult {
  const [p99, peer] = [percentile(ours, 99), percentile(floor, 99)];
  const { ok, words } = verdict(p99 <= BAR_MS, floor, BLOCKS);
  const note = `${words}; p99 of ${String(ours.length)}, median ${percentile(ours, 50).toFixed(1)} ms; event: ${event}; floor: p99 of a bare socket.io message, median ${percentile(floor, 50).toFixed(1)} ms; lists are socket clients in this process`;
  return { name, ours: p99, peer, ratio: p99 / peer, unit: 'ms p99', bar: `<= ${String(BAR_MS)} ms p99`, ok, note };
}

async function timed(work: Promise<void>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

async function ask(gateway: TestGateway, cookie: string, deed: 'claim' | 'release', studyId: string): Promise<void> {
  const response = await fetch(`${gateway.url}/trpc/study.${deed}`, { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify({ studyId }) });
  if (!response.ok) throw new Error(`${deed} answered ${String(response.status)}`);
  await response.arrayBuffer();
}

interface List {
  view(): WorklistView;
  /** Does the deed and waits until the list is as wanted. */
  shows(wanted: (view: WorklistView) => boolean, deed: () => void): Promise<void>;
  heard(event: string, deed: () => void): Promise<void>;
}

async function openList(context: BenchContext, gateway: TestGateway, cookie: string): Promise<List> {
  const socket: Socket = io(gateway.url, { path: '/rt', extraHeaders: { cookie }, transports: ['websocket'], forceNew: true });
  context.defer(() => void socket.disconnect());
  let view: WorklistView = { revision: 0, items: [], more: false };
  const changed = new Set<() => void>();
  const load = async (): Promise<void> => {
    const page = await readPage(await gateway.deps.hospital(gateway.organisation), { limit: 500 });
    if (page.revision >= view.revision) view = { revision: page.revision, items: page.items, more: false };
    changed.forEach((tell) => tell());
  };
  socket.on('rt:patch', (patch: WorklistPatch) => {
    const outcome = applyPatch(view, patch);
    if (outcome.kind === 'gap') return void load();
    if (outcome.kind === 'applied') view = outcome.view;
    changed.forEach((tell) => tell());
  });
  await within((done) => socket.once('rt:head', done));
  await load();
  return {
    view: () => view,
    heard: (event, deed) => within((done) => void socket.once(event, done), deed),
    shows: (wanted, deed) =>
      within((done) => {
        const look = (): void => {
          if (!wanted(view)) return;
          changed.delete(look);
          done();
        };
        changed.add(look);
      }, deed),
  };
}

function within(listen: (done: () => void) => void, deed: () => void = () => {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Nothing reached the list within ${String(WAIT_MS)} ms.`)), WAIT_MS);
    listen(() => {
      clearTimeout(timer);
      resolve();
    });
    deed();
  });
}
