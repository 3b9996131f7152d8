import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { Socket } from 'socket.io';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import type { Service } from '@readroom/shared/service';
import { RT_PATH } from '@readroom/shared/worklist/events';
import { originAllowed } from '../http/origin.ts';
import { perDeps } from './deps.ts';
import type { Deps } from './deps.ts';
import type { RedisClient } from './redis.ts';
import { admit, guardRecovery, rooms, socketDataSchema } from './rt-admission.ts';

/** Live events to browsers. Rooms follow what a member may see, so that a name never reaches a screen that may not show it. */
export interface Rt {
  readonly io: Server;
  /** To every member of an organisation; `unnamed` is the same event for those who may not know the patient, null says nothing to them. */
  toOrganisation(organisation: string, event: string, named: object, unnamed: object | null): void;
  /** After sign-out or a changed role: the socket comes back with what it may now do. */
  disconnectUser(userId: string): void;
}

export { rooms };

export function createRt(redis: RedisClient | null, publicUrl: string | null): Rt {
  const io = new Server({
    path: RT_PATH,
    serveClient: false,
    // Other WebSocket servers share the port; engine.io must not end their upgrades.
    destroyUpgrade: false,
    maxHttpBufferSize: 64 * 1024,
    pingInterval: 10 * SECOND_MS,
    pingTimeout: 10 * SECOND_MS,
    connectTimeout: 10 * SECOND_MS,
    // A short interruption is replayed; who may listen is asked again each time.
    connectionStateRecovery: { maxDisconnectionDuration: 2 * MINUTE_MS, skipMiddlewares: false },
    allowRequest: (request, callback) => callback(null, originAllowed(request.headers, publicUrl)),
    ...(redis ? { adapter: createAdapter(forgiving(redis), { streamName: 'readroom:rt', maxLen: 10_000 }) } : {}),
  });
  return {
    io,
    toOrganisation(organisation, event, named, unnamed) {
      io.to(rooms.named(organisation)).emit(event, named);
      if (unnamed) io.to(rooms.unnamed(organisation)).emit(event, unnamed);
    },
    disconnectUser: (userId) => void io.in(rooms.user(userId)).disconnectSockets(true),
  };
}

/**
 * The adapter keeps a leaving socket's session with a SET that nobody waits for. While Redis is away that session is lost, which
 * costs the browser a refetch; its failure must not become an unhandled rejection.
 */
function forgiving(redis: RedisClient): RedisClient {
  const set = (...given: Parameters<RedisClient['set']>): Promise<unknown> => redis.set(...given).catch(() => null);
  return new Proxy(redis, {
    get(client, key) {
      if (key === 'set') return set;
      const value: unknown = Reflect.get(client, key, client);
      // Bound to the client itself: its private fields are not the proxy's.
      return typeof value === 'function' ? (value.bind(client) as unknown) : value;
    },
  });
}

/** What a socket may hold unsent: a stalled browser is cut off (it reconnects and refetches) before it eats the memory of the others. */
const BUFFERED_LIMIT_BYTES = 1024 * 1024;
const SWEEP_MS = 1_000;

const attached = perDeps(() => ({ http: null as HttpServer | null }));

/** Where this gateway listens, as a program on its own machine reaches it. */
export function ownUrl(deps: Deps): string {
  const address = attached(deps).http?.address();
  const port = typeof address === 'object' && address !== null ? address.port : deps.env.port;
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[deps.env.host] ?? deps.env.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Attaches the socket server to the HTTP server, lets people in by their session, and watches the slow ones. */
export function rtService(deps: Deps, http: HttpServer): Service {
  const { io } = deps.rt;
  let sweep: NodeJS.Timeout | undefined;
  return {
    name: 'rt',
    async start() {
      io.use((socket, next) => {
        admit(deps, socket).then(
          (admitted) => next(admitted ? undefined : new Error('unauthenticated')),
          (error: unknown) => {
            deps.log.error({ event: 'rt.admit-failed', err: error });
            next(new Error('unavailable'));
          },
        );
      });
      guardRecovery(deps);
      attached(deps).http = http;
      io.attach(http);
      sweep = setInterval(() => sweepSockets(deps), SWEEP_MS);
      sweep.unref();
    },
    async stop() {
      clearInterval(sweep);
      io.disconnectSockets(true);
      // Ends the adapter's reading of Redis.
      void io.of('/').adapter.close();
      // Not io.close(): that would close the HTTP server, which is not ours.
      io.engine?.close();
    },
  };
}

function sweepSockets(deps: Deps): void {
  const sockets = deps.rt.io.of('/').sockets;
  deps.metrics.gauge('readroom_rt_sockets', 'Browsers that listen').set(sockets.size);
  const dropped = deps.metrics.counter('readroom_rt_dropped_total', 'Sockets cut off by the gateway, by reason', ['reason']);
  for (const socket of sockets.values()) {
    const reason = whyDrop(socket, deps.clock());
    if (reason === null) continue;
    dropped.inc({ reason });
    socket.disconnect(true);
  }
}

function whyDrop(socket: Socket, now: number): 'slow' | 'expired' | null {
  if (bufferedBytes(socket) > BUFFERED_LIMIT_BYTES) return 'slow';
  const known = socketDataSchema.safeParse(socket.data);
  return known.success && known.data.expiresAt < now ? 'expired' : null;
}

/** Bytes the kernel has not taken plus packets engine.io still holds. */
function bufferedBytes(socket: Socket): number {
  const raw: unknown = Reflect.get(socket.conn.transport, 'socket');
  const inSocket = typeof raw === 'object' && raw !== null && 'bufferedAmount' in raw && typeof raw.bufferedAmount === 'number' ? raw.bufferedAmount : 0;
  const queue: unknown = Reflect.get(socket.conn, 'writeBuffer');
  let held = 0;
  for (const packet of Array.isArray(queue) ? queue : []) held += typeof packet?.data === 'string' ? packet.data.length : 64;
  return inSocket + held;
}
