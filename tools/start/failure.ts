/** A start that can't go on, in one sentence a person can act on. `main.ts` prints it alone and exits non-zero. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether `error` is a system error with one of these codes (errno(3)). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
