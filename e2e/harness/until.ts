import { setTimeout as delay } from 'node:timers/promises';

/** Waits on a condition: the first answer that is neither false, null nor undefined. A question that throws is asked again. Says what it waited for. */
export async function until<T>(what: string, ask: () => Promise<T | null | undefined | false>, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last = '';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = ` Last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > deadline) throw new Error(`Waited ${String(timeoutMs / 1000)} s in vain for ${what}.${last}`);
    await delay(100);
  }
}
