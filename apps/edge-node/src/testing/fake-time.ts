import type { SetTimer } from '../infra/timers.ts';

export interface FakeTime {
  readonly clock: () => number;
  readonly setTimer: SetTimer;
  /** Moves the clock, firing what falls due on the way, in order. */
  advance(ms: number): void;
  pending(): number;
}

/** A clock and timers that move only when told. */
export function fakeTime(startMs = 1_000_000): FakeTime {
  let now = startMs;
  let nextId = 0;
  const timers = new Map<number, { readonly at: number; readonly callback: () => void }>();
  return {
    clock: () => now,
    setTimer(callback, delayMs) {
      const id = nextId++;
      timers.set(id, { at: now + delayMs, callback });
      return () => timers.delete(id);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
        if (!due) break;
        timers.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].callback();
      }
      now = end;
    },
    pending: () => timers.size,
  };
}
