import { describeError } from '@readroom/shared/error';
import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Keys that could carry a person, a secret, free text or a URL (DICOM UIDs stand in ours): dropped wherever a log call might put them. */
const SECRET_KEYS = ['patientName', 'patientId', 'birthDate', 'accessionNumber', 'description', 'password', 'key', 'token', 'cookie', 'authorization', 'email', 'name', 'text', 'note', 'req', 'res', 'url', 'source'];
const REDACTED = SECRET_KEYS.flatMap((key) => [key, `*.${key}`]);

/**
 * JSON lines with `event: 'study.completed'`. Errors are reduced to name, code and stack frames: a database's message
 * can quote the row it refused, and that row is a patient.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { app: 'gateway' },
    redact: { paths: REDACTED, remove: true },
    serializers: { err: describeError, error: describeError },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  return destination ? pino(options, destination) : pino(options);
}
