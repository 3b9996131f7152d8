import { describeError } from '@readroom/shared/error';
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
