import { AppError } from '@readroom/shared/error';

export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One line for a person, on stdout. */
  say(line: string): void;
}

export interface Command {
  /** Name and arguments, as they are typed after `readroom-edge`. */
  readonly usage: string;
  readonly summary: string;
  /** Answers the exit code. @throws AppError with a sentence for the person who typed it; `usage` when the call is wrong */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

export function wrongCall(usage: string): AppError {
  return new AppError('usage', { class: 'permanent', message: `Usage: readroom-edge ${usage}` });
}
