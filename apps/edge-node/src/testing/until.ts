import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `condition` answers something other than null, undefined or false. The limit only bounds a failure. */
export async function until<T>(what: string, condition: () => T | Promise<T>, limitMs = 30_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    await pause(10);
  }
}
