import type { Role } from '@readroom/shared/access/role';
import type { Stored } from '@readroom/shared/report/collab-wire';
import type { Entry } from './commit.ts';
import type { Refusal } from './guard/guard.ts';

/** A connection as its document sees it. */
export interface Peer {
  readonly person: { readonly id: string; readonly name: string; readonly role: Role };
  /** False for roles that may only look. */
  readonly mayWrite: boolean;
  sendUpdate(update: Uint8Array): void;
  sendStored(stored: Stored): void;
  sendStatus(): void;
  close(refusal: Refusal): void;
}

/** An edit that was judged and waits for its commit. `number` counts the peer's sync messages; `null` for the server's own stamp. */
export interface Waiting extends Entry {
  readonly peer: Peer;
  readonly number: number | null;
}
