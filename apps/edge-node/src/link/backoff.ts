/** How long to wait before attempt `attempt` (0-based). Jitter keeps a hundred nodes from coming back in the same instant. */
export interface BackoffPolicy {
  readonly firstMs: number;
  readonly capMs: number;
}

export const RECONNECT_BACKOFF: BackoffPolicy = { firstMs: 500, capMs: 30_000 };

/** Exponential, capped, half of it random: between 50 % and 100 % of `first * 2^attempt`. `random` answers [0, 1). */
export function backoffMs(attempt: number, random: () => number, policy: BackoffPolicy = RECONNECT_BACKOFF): number {
  const fullMs = Math.min(policy.capMs, policy.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(fullMs / 2 + (random() * fullMs) / 2);
}
