import { createClient } from 'redis';
import { AppError } from '@readroom/shared/error';
import type { Logger } from './log.ts';

export type RedisClient = ReturnType<typeof makeClient>;

function makeClient(url: string) {
  return createClient({
    url,
    // Losing Redis loses no truth: calls fail at once instead of queueing, and the client comes back by itself.
    disableOfflineQueue: true,
    socket: { connectTimeout: 5_000, reconnectStrategy: (retries) => Math.min(100 * 2 ** retries, 5_000) },
  });
}

/** Connects once, with a clear sentence when it can't; later interruptions are logged and mended in the background. */
export async function connectRedis(url: string, log: Logger): Promise<RedisClient> {
  const client = makeClient(url);
  let up = false;
  client.on('error', (error: unknown) => {
    if (up) log.warn({ event: 'redis.error', err: error });
  });
  try {
    await withTimeout(client.connect(), 8_000);
    up = true;
    return withPatientCopies(client);
  } catch (cause) {
    client.destroy();
    throw new AppError('redis-unreachable', {
      class: 'transient',
      message: `Redis at ${new URL(url).host} cannot be reached. Start it, correct REDIS_URL, or leave REDIS_URL out to run one gateway without it.`,
      cause,
    });
  }
}

/**
 * Copies subscribe and read streams. The socket.io adapter reads in a loop without a pause: on a client that fails at once
 * while Redis is away it would spin and starve the process, so a copy waits for Redis to come back.
 */
function withPatientCopies(client: RedisClient): RedisClient {
  const copy = client.duplicate.bind(client);
  return Object.assign(client, { duplicate: () => copy({ disableOfflineQueue: false }) });
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new AppError('timeout', { class: 'transient' })), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
