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

/** What is said where the disk was found full on the way: a program's raw words (`ENOSPC`, PostgreSQL's) become what to do. Other sentences stay as they are. */
export function withoutRoom(sentence: string, home: string, databaseUrl: string | null): string {
  if (!/ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/i.test(sentence)) return sentence;
  const disk = databaseUrl === null ? `The disk that holds ${home}` : `The disk that holds ${home}, or that of the database in DATABASE_URL,`;
  return `${disk} is full: no more files can be written. Free some space or set READROOM_HOME to another disk and start again; nothing stored is lost.`;
}
