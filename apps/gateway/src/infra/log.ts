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

/** What may be said of an error: never its message, unless it is one of ours (AppError texts hold no patient data). */
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
