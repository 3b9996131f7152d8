'use client';

import { useSyncExternalStore } from 'react';

/**
 * One timer for every clock on the page. Times are the gateway's: a workstation whose clock is wrong by an hour still
 * counts down right.
 */
let offsetMs = 0;
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

export function gatewayNow(): number {
  return Date.now() + offsetMs;
}

/** `at` is the gateway's clock as it just arrived. Half a second of jitter is not a wrong clock. */
export function heardGatewayClock(at: number): void {
  const measured = at - Date.now();
  if (Math.abs(measured - offsetMs) > 500) offsetMs = measured;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((each) => each()), 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** What `read` makes of the time now. The component is drawn again only when that changes. */
export function useTicking<T extends string | number | boolean | null>(read: (now: number) => T): T {
  const snapshot = () => read(gatewayNow());
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}
