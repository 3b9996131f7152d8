export interface Repeating {
  /** Resolves when the first look is over. */
  start(): Promise<void>;
  /** Resolves when no look is under way any more. */
  stop(): Promise<void>;
}

/** Looks, pauses, looks again: never two looks at once. `look` settles its own failures. */
export function repeat(look: () => Promise<void>, pauseMs: number): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let looking: Promise<void> = Promise.resolve();
  const turn = (): Promise<void> => {
    looking = look().then(() => {
      if (running) timer = setTimeout(() => void turn(), pauseMs);
    });
    return looking;
  };
  return {
    start() {
      running = true;
      return turn();
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      await looking;
    },
  };
}
