import type { SetTimer } from './timers.ts';

export interface LookAgain {
  /** Looks now; whoever asks while one is under way waits for that one. */
  look(): Promise<void>;
  start(): Promise<void>;
  /** Resolves when the look under way is over; none follows. */
  stop(): Promise<void>;
}

/** Does `work` again and again, `everyMs` after the last time ended, never twice at once. What it throws is its caller's and ends nothing. */
export function lookAgain(work: () => Promise<void>, setTimer: SetTimer, everyMs: number): LookAgain {
  let cancel: (() => void) | null = null;
  let isStopped = false;
  let looking: Promise<void> | null = null;

  function look(): Promise<void> {
    looking ??= work().finally(() => (looking = null));
    return looking;
  }

  function again(): void {
    if (!isStopped) cancel = setTimer(() => void look().then(again, again), everyMs);
  }

  return {
    look,
    start() {
      again();
      return Promise.resolve();
    },
    async stop() {
      isStopped = true;
      cancel?.();
      await looking?.catch(() => undefined);
    },
  };
}
