/** Calls `callback` once after `delayMs`; the answer cancels it. Passed in, so that time-outs are tested without waiting. */
export type SetTimer = (callback: () => void, delayMs: number) => () => void;

/** Node's own timers. They keep no process alive: a service that waits is stopped, not outlived. */
export const realTimer: SetTimer = (callback, delayMs) => {
  const timer = setTimeout(callback, delayMs);
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
};
