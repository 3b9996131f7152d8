import { pino } from 'pino';
import type { Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Keys that could carry a person or a secret: dropped wherever a log call might put them. */
const SECRET_KEYS = ['patient', 'patientName', 'patientId', 'birthDate', 'accessionNumber', 'description', 'nodeKey', 'key', 'token', 'ticket', 'authorization', 'record', 'study'];
const REDACTED = SECRET_KEYS.flatMap((key) => [key, `*.${key}`]);

/** JSON lines with `event: 'object.stored'`. AE titles, addresses, UIDs' counts and codes; never an attribute of an object. */
export function createLog(level: string): Logger {
  return pino({
    level,
    base: { app: 'edge-node' },
    redact: { paths: REDACTED, remove: true },
    serializers: { err: describeError, error: describeError },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  });
}

/** What may be said of an error: its message only when it is one of ours (AppError texts hold no patient data). */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at ')).slice(0, 12);
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(error.name === 'AppError' ? { message: error.message } : {}),
    stack: frames.map((line) => line.trim()).join(' | '),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
