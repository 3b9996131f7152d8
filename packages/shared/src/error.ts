/** What a caller may do about a failure: try again, find out what happened first, or stop. */
export type ErrorClass = 'transient' | 'ambiguous' | 'permanent';

export interface AppErrorOptions {
  readonly class: ErrorClass;
  /** What a person reads: what happened, what is safe, what to do. Never patient data. */
  readonly message?: string;
  readonly cause?: unknown;
}

/** Every error Readroom throws on purpose. Retry reads `class`, a boundary translates `code`; nobody reads the text. */
export class AppError extends Error {
  readonly code: string;
  readonly class: ErrorClass;

  constructor(code: string, options: AppErrorOptions) {
    super(options.message ?? code, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.class = options.class;
  }
}

export function isAppError(error: unknown, code?: string): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

export function isTransient(error: unknown): boolean {
  return error instanceof AppError && error.class === 'transient';
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
