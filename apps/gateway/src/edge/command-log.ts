import { AppError } from '@readroom/shared/error';
import { edgeDownSchema, type EdgeDown } from '@readroom/shared/wire/edge-down';
import type { RedisClient } from '../infra/redis.ts';

export interface LoggedCommand {
  readonly id: string;
  readonly command: EdgeDown;
}

/** What was asked of each node lately, in order, so that a link that broke resumes where it stood. */
export interface CommandLog {
  append(nodeId: string, command: EdgeDown): Promise<void>;
  /** Commands after `id`, oldest first. */
  after(nodeId: string, id: string): Promise<LoggedCommand[]>;
  /** The id to resume from: `wanted` where this log knows such ids, else the end, so that a node is never asked anything twice. */
  resumeFrom(nodeId: string, wanted: string | null): Promise<string>;
}

/** Commands kept a node. They are asked for by somebody who waits seconds, so older ones interest nobody. */
const KEEP = 1_000;

/** For one gateway process; ids carry `boot`, so that those of an earlier life are known for what they are. */
export function memoryLog(boot: string): CommandLog {
  const logs = new Map<string, { end: number; kept: { n: number; command: EdgeDown }[] }>();
  const logOf = (nodeId: string) => logs.get(nodeId) ?? { end: 0, kept: [] };
  const numberIn = (id: string): number => Number(id.slice(boot.length + 1));
  return {
    async append(nodeId, command) {
      const log = logOf(nodeId);
      log.end += 1;
      log.kept.push({ n: log.end, command });
      if (log.kept.length > KEEP) log.kept.shift();
      logs.set(nodeId, log);
    },
    async after(nodeId, id) {
      return logOf(nodeId).kept.filter(({ n }) => n > numberIn(id)).map(({ n, command }) => ({ id: `${boot}-${n}`, command }));
    },
    async resumeFrom(nodeId, wanted) {
      const isOurs = wanted !== null && wanted.startsWith(`${boot}-`) && numberIn(wanted) <= logOf(nodeId).end;
      return isOurs ? wanted : `${boot}-${logOf(nodeId).end}`;
    },
  };
}

const DAY_S = 86_400;
const STREAM_ID = /^\d{1,16}-\d{1,10}$/;

/** For several gateways on one Redis: a stream a node, whichever gateway the node's socket is at. */
export function redisLog(redis: RedisClient): CommandLog {
  const key = (nodeId: string): string => `readroom:edge:${nodeId}:commands`;
  return {
    async append(nodeId, command) {
      await redis.xAdd(key(nodeId), '*', { command: JSON.stringify(command) }, { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: KEEP } });
      await redis.expire(key(nodeId), DAY_S);
    },
    async after(nodeId, id) {
      const entries = (await redis.xRange(key(nodeId), `(${id}`, '+', { COUNT: KEEP })) ?? [];
      return entries.map((entry) => ({ id: entry.id, command: parseCommand(entry.message['command']) }));
    },
    async resumeFrom(nodeId, wanted) {
      if (wanted !== null && STREAM_ID.test(wanted)) return wanted;
      const [last] = (await redis.xRevRange(key(nodeId), '+', '-', { COUNT: 1 })) ?? [];
      return last?.id ?? '0-0';
    },
  };
}

function parseCommand(text: string | undefined): EdgeDown {
  const parsed = edgeDownSchema.safeParse(JSON.parse(text ?? 'null'));
  if (parsed.success) return parsed.data;
  throw new AppError('command-unreadable', { class: 'permanent', message: 'A command in Redis is none of this version: run one version of the gateway at a time.' });
}
