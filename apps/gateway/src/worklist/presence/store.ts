import type { Clock } from '@readroom/shared/clock';
import { PRESENCE_TTL_MS, viewerSchema, type Viewer } from '@readroom/shared/worklist/presence';
import { z } from 'zod';
import type { RedisClient } from '../../infra/redis.ts';

/** Who has what open, by socket. What is kept is forgotten after PRESENCE_TTL_MS unless it is kept again. */
export interface PresenceStore {
  keep(organisation: string, socketId: string, viewer: Viewer): Promise<void>;
  drop(organisation: string, socketId: string): Promise<void>;
  all(organisation: string): Promise<Viewer[]>;
}

const heldSchema = viewerSchema.extend({ until: z.number() });

/** For one gateway alone. */
export function memoryStore(clock: Clock): PresenceStore {
  const held = new Map<string, Map<string, z.infer<typeof heldSchema>>>();
  return {
    async keep(organisation, socketId, viewer) {
      const sockets = held.get(organisation) ?? new Map<string, z.infer<typeof heldSchema>>();
      held.set(organisation, sockets.set(socketId, { ...viewer, until: clock() + PRESENCE_TTL_MS }));
    },
    async drop(organisation, socketId) {
      held.get(organisation)?.delete(socketId);
    },
    async all(organisation) {
      const sockets = held.get(organisation) ?? new Map<string, z.infer<typeof heldSchema>>();
      for (const [socketId, { until }] of sockets) if (until <= clock()) sockets.delete(socketId);
      return [...sockets.values()].map(viewerOf);
    },
  };
}

/** For gateways that share a Redis: one hash an organisation, which is gone itself when nobody keeps anything in it. */
export function redisStore(redis: RedisClient, clock: Clock): PresenceStore {
  const key = (organisation: string): string => `readroom:presence:${organisation}`;
  return {
    async keep(organisation, socketId, viewer) {
      const held = JSON.stringify({ ...viewer, until: clock() + PRESENCE_TTL_MS });
      await redis.multi().hSet(key(organisation), socketId, held).pExpire(key(organisation), 2 * PRESENCE_TTL_MS).exec();
    },
    async drop(organisation, socketId) {
      await redis.hDel(key(organisation), socketId);
    },
    async all(organisation) {
      const entries = Object.entries(await redis.hGetAll(key(organisation))).map(([socketId, held]) => ({ socketId, ...heldSchema.parse(JSON.parse(held)) }));
      const over = entries.filter(({ until }) => until <= clock()).map(({ socketId }) => socketId);
      if (over.length > 0) await redis.hDel(key(organisation), over);
      return entries.filter(({ until }) => until > clock()).map(viewerOf);
    },
  };
}

function viewerOf({ studyId, id, name }: Viewer): Viewer {
  return { studyId, id, name };
}
