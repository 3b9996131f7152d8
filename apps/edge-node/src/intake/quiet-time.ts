/** How long a sender is waited for, learned from how it sent before and bounded both ways. */
export interface QuietBounds {
  readonly firstMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** Silence inside an open association, and after the last one with the study ended. */
export const QUIET = {
  open: { firstMs: 2_000, minMs: 1_000, maxMs: 20_000 },
  ended: { firstMs: 400, minMs: 200, maxMs: 15_000 },
} as const satisfies Record<string, QuietBounds>;
export type QuietKind = keyof typeof QUIET;

const STUDIES_REMEMBERED = 16;
/** A pause longer than this is not how a sender sends: it is another session with the patient. */
const LONGEST_PAUSE_MS = 60_000;
/** Waiting this much longer than the longest pause seen. */
const MARGIN = 1.5;
const MOST_SENDERS = 1_000;

export interface QuietTimes {
  waitMs(sender: string, kind: QuietKind): number;
  /** The longest pause inside one study of this sender. */
  learn(sender: string, kind: QuietKind, longestPauseMs: number): void;
}

export function createQuietTimes(): QuietTimes {
  const pauses = new Map<string, number[]>();
  return {
    waitMs(sender, kind) {
      const bounds = QUIET[kind];
      const seen = pauses.get(`${kind} ${sender}`);
      if (!seen) return bounds.firstMs;
      return Math.min(bounds.maxMs, Math.max(bounds.minMs, MARGIN * Math.max(...seen)));
    },
    learn(sender, kind, longestPauseMs) {
      if (longestPauseMs > LONGEST_PAUSE_MS) return;
      const key = `${kind} ${sender}`;
      const seen = pauses.get(key) ?? [];
      pauses.delete(key);
      pauses.set(key, [...seen, longestPauseMs].slice(-STUDIES_REMEMBERED));
      const [oldest] = pauses.keys();
      if (pauses.size > MOST_SENDERS && oldest !== undefined) pauses.delete(oldest);
    },
  };
}
