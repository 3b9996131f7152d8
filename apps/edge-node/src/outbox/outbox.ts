import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { MakeId } from '@readroom/shared/id';
import type { EdgeAck, EdgeUp, EdgeUpBody } from '@readroom/shared/wire/edge-up';
import type { StudyKeys } from '../vault/study-keys.ts';
import { createGroupCommit } from './group-commit.ts';
import { openStore, type ParkedMessage, type Row, type Store } from './store.ts';
import { identityOf } from './identity.ts';
import { urgencyOf } from './urgency.ts';

export type { ParkedMessage } from './store.ts';

export interface OutboxOptions {
  /** SQLite file; its `-wal` and `-shm` stand beside it. Created when absent. */
  readonly file: string;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** What is kept is sealed by its study's key (law ED4). */
  readonly keys: StudyKeys;
  /** Most messages held, parked ones included. */
  readonly limit?: number;
}

/**
 * What the edge has to say and the gateway has not acknowledged yet.
 *
 *   put --fsync--> waiting --claim--> in flight --settle--> gone (applied, duplicate) | parked (refused)
 *                     ^                  |
 *                     +---- release -----+     also after every restart: in flight lives in memory only
 */
export interface Outbox {
  /** New for each life of the file (wire edge-up). */
  readonly nodeEpoch: string;
  /**
   * Resolves once the message is on the disk. A message of the same identity that was not handed out yet is replaced in its place.
   * Throws AppError `outbox-full` (transient), `disk-full` (transient) or `outbox-failed` (transient): nothing was kept then.
   */
  put(body: EdgeUpBody, traceparent?: string | null): Promise<void>;
  /** Up to `limit` waiting messages, the urgent first and then the oldest, now in flight until settled or released. At least one, then no more than `maxBytes` in all. */
  claim(limit: number, maxBytes?: number): EdgeUp[];
  /** Ends what the gateway answered, durably; unknown ids are no error. */
  settle(acks: readonly EdgeAck[]): Promise<void>;
  /** Gives back what was claimed and not answered. */
  release(ids: readonly string[]): void;
  /** Whether the gateway has not acknowledged a message of this identity: it waits, is in flight, or was refused. */
  holds(identity: string): boolean;
  /** Messages neither acknowledged nor parked. */
  depth(): number;
  /** Studies of which a message is neither acknowledged nor parked: their keys are still needed. */
  studies(): ReadonlySet<string>;
  /** When the oldest of them was queued, ms since epoch. */
  oldest(): number | null;
  /** Messages the gateway refused for good, newest first. They stay until somebody drops them. */
  parked(limit?: number): ParkedMessage[];
  dropParked(id: string): Promise<void>;
  /** Calls back after every put and release, until the returned function is called. */
  onWaiting(listener: () => void): () => void;
  /** Commits what is pending and closes the file. Safe to call twice. */
  close(): Promise<void>;
}

const DEFAULT_LIMIT = 200_000;

/** Throws AppError `outbox-open-failed` when the file can't be opened or is no outbox. */
export function openOutbox(options: OutboxOptions): Outbox {
  const store = openStore(options.file, options.makeId, options.keys);
  const commits = createGroupCommit(store);
  const inFlight = new Set<string>();
  const listeners = new Set<() => void>();
  const announce = (): void => listeners.forEach((listener) => listener());

  return {
    nodeEpoch: store.nodeEpoch,
    async put(body, traceparent = null) {
      await commits.run(() => insert(store, options, inFlight, body, traceparent));
      announce();
    },
    claim: (limit, maxBytes = Infinity) => readable(store, options.clock, claim(store, inFlight, limit, maxBytes)),
    async settle(acks) {
      await commits.run(() => acks.forEach((ack) => settleOne(store, options.clock, ack)));
      for (const ack of acks) inFlight.delete(ack.id);
    },
    release(ids) {
      for (const id of ids) inFlight.delete(id);
      announce();
    },
    holds: (identity) => store.holds(identity),
    depth: () => store.depth(),
    studies: () => store.studies(),
    oldest: () => store.oldest(),
    parked: (limit = 100) => store.parked(limit),
    dropParked: (id) => commits.run(() => store.dropParked(id)),
    onWaiting(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await commits.drain();
      store.close();
    },
  };
}

function insert(store: Store, options: OutboxOptions, inFlight: ReadonlySet<string>, body: EdgeUpBody, traceparent: string | null): void {
  const identity = identityOf(body);
  const text = JSON.stringify(body);
  const waiting = store.byIdentity(identity).filter((row) => !inFlight.has(row.id));
  if (waiting.some((row) => row.body === text)) return;
  if (waiting.length === 0) refuseWhenFull(store, options.limit ?? DEFAULT_LIMIT);
  // A fresh id even in an old place: the replaced one may have been sent, and applied, in an earlier life of the process.
  const message = { id: options.makeId(), identity, urgency: urgencyOf(body), queuedAt: options.clock(), traceparent, body: text };
  const [place, ...rest] = waiting;
  for (const row of rest) store.remove(row.id);
  if (place) store.replace(place.position, message);
  else store.append(message);
}

function refuseWhenFull(store: Store, limit: number): void {
  if (store.count() < limit) return;
  throw new AppError('outbox-full', {
    class: 'transient',
    message: `The outbox holds its limit of ${limit} messages. Restore the connection to the gateway, or drop parked messages; nothing already queued is lost.`,
  });
}

function claim(store: Store, inFlight: Set<string>, limit: number, maxBytes: number): Row[] {
  const claimed: Row[] = [];
  let bytes = 0;
  for (const row of store.waiting(inFlight)) {
    bytes += row.body.length;
    if (claimed.length >= limit || (claimed.length > 0 && bytes > maxBytes)) break;
    claimed.push(row);
  }
  for (const row of claimed) inFlight.add(row.id);
  return claimed;
}

/** A row this software can't read (damaged, or written by a newer version) is parked, so that it never stops the queue. */
function readable(store: Store, clock: Clock, rows: readonly Row[]): EdgeUp[] {
  return rows.flatMap((row) => {
    const message = store.message(row);
    if (!message) store.park(row.id, 'unreadable', clock());
    return message ?? [];
  });
}

function settleOne(store: Store, clock: Clock, ack: EdgeAck): void {
  if (ack.outcome === 'refused') store.park(ack.id, ack.code ?? 'refused', clock());
  else store.remove(ack.id);
}
