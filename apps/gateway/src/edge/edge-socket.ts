import type { IncomingMessage } from 'node:http';
import { TRPCError } from '@trpc/server';
import { applyWSSHandler, type CreateWSSContextFnOptions } from '@trpc/server/adapters/ws';
import { analyseAnswerSchema } from '@readroom/shared/wire/edge-down';
import type { Service } from '@readroom/shared/service';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Deps } from '../infra/deps.ts';
import { ANSWER_CHANNEL, COMMAND_CHANNEL, edgeHub } from './edge-hub.ts';
import { edgeRouter, type EdgeContext } from './edge-router.ts';
import { openGate } from './gate.ts';

/** The largest study snapshot the wire allows is about 6 MB. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
const AUTHENTICATE_WITHIN_MS = 10_000;
const PING_MS = 15_000;
const PONG_WAIT_MS = 10_000;
const PRESENCE_EVERY_MS = 5_000;

/** tRPC over a websocket at `/edge`: nodes dial in and show their key by a signature (gate.ts). */
export function edgeSocketService(deps: Deps): Service {
  const wss = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  let presence: NodeJS.Timeout | undefined;
  let subscriber: Awaited<ReturnType<typeof subscribe>>;
  // tRPC hands its context the request; the socket it came on and the time limit to show a key stand here.
  const arrivals: Arrivals = new WeakMap();
  wss.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const timer = setTimeout(() => socket.terminate(), AUTHENTICATE_WITHIN_MS);
    arrivals.set(request, { socket, timer });
    socket.on('close', () => clearTimeout(timer));
    socket.on('error', (error) => deps.log.debug({ event: 'edge.socket-error', err: error }));
  });
  applyWSSHandler({
    wss,
    router: edgeRouter,
    keepAlive: { enabled: true, pingMs: PING_MS, pongWaitMs: PONG_WAIT_MS },
    createContext: (options) => admit(deps, arrivals, options),
    onError: ({ path, error }) => deps.log.warn({ event: 'edge.call-failed', path: path ?? null, code: error.code, err: error.cause ?? error }),
  });
  deps.upgrades.claim('/edge', (request: IncomingMessage, socket, head) => {
    wss.handleUpgrade(request, socket, head, (client) => wss.emit('connection', client, request));
  });
  return {
    name: 'edge-socket',
    async start() {
      subscriber = await subscribe(deps);
      presence = setInterval(() => void refreshPresence(deps), PRESENCE_EVERY_MS);
    },
    async stop() {
      clearInterval(presence);
      if (subscriber?.isOpen) subscriber.destroy();
      for (const client of wss.clients) client.close(1001, 'the gateway is stopping');
      await new Promise((resolve) => setImmediate(resolve));
      for (const client of wss.clients) client.terminate();
      wss.close();
    },
  };
}

type Arrivals = WeakMap<IncomingMessage, { readonly socket: WebSocket; readonly timer: NodeJS.Timeout }>;

function admit(deps: Deps, arrivals: Arrivals, { req }: CreateWSSContextFnOptions): EdgeContext {
  const arrival = arrivals.get(req);
  if (!arrival) throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR' });
  return { deps, gate: openGate(deps, arrival.socket, () => clearTimeout(arrival.timer)) };
}

async function refreshPresence(deps: Deps): Promise<void> {
  await edgeHub(deps)
    .announceAll()
    .catch((error: unknown) => deps.log.warn({ event: 'edge.presence-failed', err: error }));
}

/** What other gateways say: a node of ours has a command, or an answer came that we wait for. */
async function subscribe(deps: Deps) {
  const subscriber = deps.redis?.duplicate();
  if (!subscriber) return undefined;
  const hub = edgeHub(deps);
  subscriber.on('error', (error: unknown) => deps.log.warn({ event: 'edge.subscriber', err: error }));
  // After an interruption of Redis somebody may have been called in vain.
  subscriber.on('ready', () => hub.wakeAll());
  await subscriber.connect();
  await subscriber.subscribe(COMMAND_CHANNEL, (nodeId) => hub.wake(nodeId));
  await subscriber.subscribe(ANSWER_CHANNEL, (text) => {
    const answer = analyseAnswerSchema.safeParse(JSON.parse(text));
    if (answer.success) hub.answered(answer.data);
  });
  return subscriber;
}
