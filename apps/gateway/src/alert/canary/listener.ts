import { SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { RT_PATH } from '@readroom/shared/worklist/events';
import { io } from 'socket.io-client';
import { z } from 'zod';
import { openCanarySession } from '../../auth/canary-session.ts';
import type { CanarySession } from '../../auth/canary-session.ts';
import type { Deps } from '../../infra/deps.ts';
import { ownUrl } from '../../infra/rt.ts';
import { CANARY_EVENT } from '../emit.ts';

const CONNECT_TIMEOUT_MS = 10 * SECOND_MS;

export interface Listener {
  /** Whether the push of the run arrived here. */
  heard(): boolean;
  close(): Promise<void>;
}

const eventSchema = z.object({ id: z.string() });

/**
 * AL6: a browser as far as the gateway can tell: a socket.io client that comes in by the gateway's own port, cookie and admission,
 * and may see nothing but canaries. Throws AppError `listener-refused`.
 */
export async function listenFor(deps: Deps, organisation: string, runId: string): Promise<Listener> {
  const session = await openCanarySession(deps, organisation);
  const socket = io(ownUrl(deps), { path: RT_PATH, transports: ['websocket'], extraHeaders: { cookie: session.cookie }, forceNew: true, timeout: CONNECT_TIMEOUT_MS, reconnection: false });
  let isHeard = false;
  socket.on(CANARY_EVENT, (payload: unknown) => {
    if (eventSchema.safeParse(payload).data?.id === runId) isHeard = true;
  });
  const close = async (): Promise<void> => {
    socket.disconnect();
    await end(deps, session);
  };
  try {
    await connected(socket);
  } catch (cause) {
    await close();
    throw new AppError('listener-refused', { class: 'transient', cause });
  }
  return { heard: () => isHeard, close };
}

function connected(socket: ReturnType<typeof io>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no connection in time')), CONNECT_TIMEOUT_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.once('connect_error', (error: Error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** What can't be deleted now is over by itself within a shift. */
async function end(deps: Deps, session: CanarySession): Promise<void> {
  await session.end().catch((error: unknown) => deps.log.warn({ event: 'canary.session-not-ended', err: error }));
}
