import { AppError } from '@readroom/shared/error';

/** What a client gets to know of a failure: never a stack, a statement or a row. */
export interface PublicError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The one table from our codes to HTTP. A code that is not here answers by its class. */
const STATUS: Readonly<Record<string, number>> = {
  unauthenticated: 401,
  'demo-off': 403,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'not-acceptable': 406,
  'unsupported-image': 406,
  'not-at-edge': 409,
  'stale-hash': 409,
  'already-signed': 409,
  expired: 410,
  'too-large': 413,
  'bad-input': 400,
  'too-many-requests': 429,
  'edge-offline': 503,
  'edge-timeout': 504,
};

const BY_CLASS = { transient: 503, ambiguous: 502, permanent: 422 } as const;

const DATABASE_DOWN: PublicError = {
  status: 503,
  code: 'database-unavailable',
  message: 'The database cannot be reached just now. Nothing acknowledged is lost; try again in a moment.',
};

/** For code that learns of the database's absence through a library that hides the cause. */
export function databaseUnavailable(cause: unknown): AppError {
  return new AppError(DATABASE_DOWN.code, { class: 'transient', message: DATABASE_DOWN.message, cause });
}

const INTERNAL: PublicError = { status: 500, code: 'internal', message: 'Something went wrong on our side. It has been logged; try again, and tell your administrator if it stays.' };

/** Translates anything thrown. The text of an AppError is written for people; every other text stays inside. */
export function publicError(error: unknown): PublicError {
  if (error instanceof AppError) {
    return { status: STATUS[error.code] ?? BY_CLASS[error.class], code: error.code, message: error.message };
  }
  if (isDatabaseDown(error)) return DATABASE_DOWN;
  return holdsNul(error) ? UNSTORABLE : INTERNAL;
}

const UNSTORABLE: PublicError = { status: 400, code: 'bad-input', message: 'The request holds a character that no text here may hold (U+0000). Send it without.' };

/** PostgreSQL keeps no U+0000, neither as text (22021) nor inside JSON (22P05): the request's fault, wherever in it the character stood. */
function holdsNul(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false;
  if ('code' in error && (error.code === '22021' || error.code === '22P05')) return true;
  if (error instanceof Error && /invalid byte sequence for encoding "UTF8": 0x00|\\u0000 cannot be converted to text/.test(error.message)) return true;
  return 'cause' in error && holdsNul(error.cause, depth + 1);
}

/** Node's and PostgreSQL's codes of a server that is gone, going, starting or full (PostgreSQL appendix A), and Prisma's own. */
const DOWN_CODES = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH',
  '57P01', '57P02', '57P03', '08000', '08003', '08006', '08001', '08004', '53300',
  'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028',
]);
const DOWN_TEXT = /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|not queryable|Can't reach database server|ConnectionClosed|DatabaseNotReachable|SocketTimeout|server closed the connection/i;

/** Whether the failure is the database's absence (now), and not the request's fault. */
export function isDatabaseDown(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false;
  if ('code' in error && typeof error.code === 'string' && DOWN_CODES.has(error.code)) return true;
  if (error instanceof Error && DOWN_TEXT.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some((one) => isDatabaseDown(one, depth + 1))) return true;
  return 'cause' in error && isDatabaseDown(error.cause, depth + 1);
}
