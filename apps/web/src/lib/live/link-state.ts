import { SECOND_MS } from '@readroom/shared/clock';

/** The head is sent every 2 s; after three missed ones nobody may take the list for the present. */
export const STALE_AFTER_MS = 6 * SECOND_MS;

export interface LinkFacts {
  readonly connected: boolean;
  /** This computer's clock when the last head came, or null when none has yet. */
  readonly lastHeadAt: number | null;
  /** When the connection was opened or lost. */
  readonly changedAt: number;
}

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** Connected and silent. */
  | { readonly kind: 'stale'; readonly since: number }
  | { readonly kind: 'offline'; readonly since: number };

export function linkStateOf(facts: LinkFacts, now: number): LinkState {
  const heardAt = facts.lastHeadAt;
  const fresh = heardAt !== null && now - heardAt < STALE_AFTER_MS;
  if (fresh && facts.connected) return { kind: 'live' };
  // A blink of the connection is not worth a word: what is on screen was right a moment ago.
  if (fresh && now - facts.changedAt < STALE_AFTER_MS / 2) return { kind: 'live' };
  if (!facts.connected) return heardAt === null && now - facts.changedAt < STALE_AFTER_MS ? { kind: 'connecting' } : { kind: 'offline', since: heardAt ?? facts.changedAt };
  if (heardAt === null && now - facts.changedAt < STALE_AFTER_MS) return { kind: 'connecting' };
  return { kind: 'stale', since: heardAt ?? facts.changedAt };
}
