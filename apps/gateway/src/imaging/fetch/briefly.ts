import type { Clock } from '@readroom/shared/clock';

const KEEP = 2_000;

/**
 * Answers of one question, kept for `forMs` by key: a reader who scrolls asks hundreds of times a second who they are. An answer
 * that failed is not kept. Whoever was let in may stay in for as long, so the time is short.
 */
export function briefly<T>(clock: Clock, forMs: number, ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
  return (key) => {
    const now = clock();
    const found = kept.get(key);
    if (found && now - found.at < forMs) return found.answer;
    const answer = ask(key);
    kept.delete(key);
    kept.set(key, { at: now, answer });
    answer.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > KEEP && oldest !== undefined) kept.delete(oldest);
    return answer;
  };
}
