import { MESSAGE_STATUS, MESSAGE_STORED, collabStatusSchema, storedSchema, type CollabStatus } from '@readroom/shared/report/collab-wire';
import { isSealed } from '@readroom/shared/report/report';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import * as decoding from 'lib0/decoding';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { countingSocket } from './counting-socket.ts';
import type { Journal, KeptEdit } from './journal.ts';

/** Coming back can't help: the gateway would say the same again. */
const FINAL_CODES: readonly number[] = [CLOSE.unauthenticated, CLOSE.forbidden, CLOSE.notFound, CLOSE.protocol, CLOSE.tooLarge];
const KEPT = 'kept-edit';

export interface SessionView {
  /** `opening` until the text is here for the first time. */
  readonly phase: 'opening' | 'open' | 'refused';
  readonly online: boolean;
  /** Edits of this page the gateway has not acknowledged. */
  readonly unstored: number;
  /** Some of them are still on their way to this device's disk. */
  readonly keeping: boolean;
  /** False where the browser can't keep them over a reload. */
  readonly keeps: boolean;
  readonly status: CollabStatus | null;
  readonly refused: { readonly code: number; readonly reason: string } | null;
  /** Edits of this page came after the signature and are kept as a proposed addendum. */
  readonly late: boolean;
}

export interface SessionOptions {
  /** `ws://host/collab`. */
  readonly url: string;
  readonly reportId: string;
  readonly journal: Journal | null;
  readonly kept: readonly KeptEdit[];
  readonly clock: () => number;
}

/**
 * One report on one page: the Yjs document, its line to the gateway, and the count of what is not stored yet.
 *
 *   edit -> journal (encrypted, on this device) -> socket -> gateway's table -> ack -> out of the journal
 */
export class ReportSession {
  readonly doc = new Y.Doc({ gc: false });
  readonly provider: WebsocketProvider;
  readonly #journal: Journal | null;
  readonly #clock: () => number;
  readonly #listeners = new Set<() => void>();
  #kept: readonly KeptEdit[];
  /** For each sync message of this connection: the newest edit it covers. */
  #covers: number[] = [];
  #lastEdit: number;
  #lastStored: number;
  #view: SessionView;

  constructor(options: SessionOptions) {
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#kept = options.kept;
    this.#lastStored = (options.kept[0]?.order ?? 1) - 1;
    this.#lastEdit = options.kept.at(-1)?.order ?? 0;
    this.#view = { phase: 'opening', online: false, unstored: options.kept.length, keeping: false, keeps: options.journal !== null, status: null, refused: null, late: false };
    // Before the provider's own handler, which sends: an edit must be numbered before the message that covers it.
    this.doc.on('update', this.#onUpdate);
    this.provider = this.#connect(options);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly view = (): SessionView => this.#view;

  /** Leaves the report. What is unacknowledged stays in the journal. */
  destroy(): void {
    this.#listeners.clear();
    this.doc.off('update', this.#onUpdate);
    this.provider.destroy();
    this.doc.destroy();
    this.#journal?.close();
  }

  /** The browser says the line is gone. The socket would notice half a minute later; it tries again by itself. */
  onLineLost(): void {
    // Not a close of the socket: that waits for an answer which can't come.
    this.provider.disconnect();
    if (this.#view.phase !== 'refused') this.provider.connect();
  }

  /** The line is back: no waiting for the next try. */
  onLineBack(): void {
    if (!this.#view.online && this.#view.phase !== 'refused') this.provider.connect();
  }

  /** Gives up the edits the gateway refuses, after the person copied what they need. */
  discardKept(): void {
    this.#journal?.dropUpTo(this.#lastEdit);
  }

  #connect(options: SessionOptions): WebsocketProvider {
    const provider = new WebsocketProvider(options.url, options.reportId, this.doc, {
      // The BroadcastChannel between tabs would pass edits round the gateway, its lock and its stamps.
      disableBc: true,
      WebSocketPolyfill: countingSocket({ onOpening: () => (this.#covers = []), onEdits: () => void this.#covers.push(this.#lastEdit) }),
      maxBackoffTime: 5_000,
      shouldReconnect: (event) => !FINAL_CODES.includes(event.code),
    });
    provider.messageHandlers[MESSAGE_STORED] = (_encoder, decoder) => this.#onStored(decoding.readVarString(decoder));
    provider.messageHandlers[MESSAGE_STATUS] = (_encoder, decoder) => this.#onStatus(decoding.readVarString(decoder));
    provider.on('status', ({ status }) => this.#change({ online: status === 'connected' }));
    provider.on('sync', (synced: boolean) => synced && this.#onSynced());
    provider.on('closed', ({ code, reason }) => this.#change({ phase: 'refused', refused: { code, reason } }));
    return provider;
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this.provider || origin === KEPT) return;
    this.#lastEdit += 1;
    const edit = this.#lastEdit;
    this.#journal?.add(edit, update, this.#clock());
    this.#change({ unstored: edit - this.#lastStored, keeping: this.#journal !== null });
    void this.#journal?.settled().then(() => edit === this.#lastEdit && this.#change({ keeping: false }));
  };

  /** The gateway's text is here. Now what an earlier visit left can go on top of it: before, it would build on nothing. */
  #onSynced(): void {
    const kept = this.#kept;
    this.#kept = [];
    const before = this.#covers.length;
    for (const { update } of kept) Y.applyUpdate(this.doc, update, KEPT);
    // None of it was news: it had been stored and only the acknowledgement was lost.
    if (kept.length > 0 && this.#covers.length === before) this.#storedUpTo(this.#lastEdit);
    this.#change({ phase: 'open' });
  }

  #onStored(text: string): void {
    const { upTo, outcome } = storedSchema.parse(JSON.parse(text));
    const had = this.#view.unstored > 0;
    this.#storedUpTo(this.#covers[upTo - 1] ?? 0);
    if (outcome === 'quarantined' && had) this.#change({ late: true });
  }

  #storedUpTo(order: number): void {
    if (order <= this.#lastStored) return;
    this.#lastStored = order;
    this.#journal?.dropUpTo(order);
    this.#change({ unstored: this.#lastEdit - this.#lastStored });
  }

  #onStatus(text: string): void {
    const status = collabStatusSchema.parse(JSON.parse(text));
    const before = this.#view.status;
    const same = before !== null && before.state === status.state && before.access === status.access && before.changes === status.changes && before.frozen?.until === status.frozen?.until;
    if (!same) this.#change({ status });
  }

  #change(change: Partial<SessionView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** May this page write now? `me` may while signing, others wait. */
export function mayType(view: SessionView, userId: string): boolean {
  const { status } = view;
  if (view.phase !== 'open' || !status || status.access !== 'edit' || isSealed(status.state)) return false;
  return status.frozen === null || status.frozen.by === userId;
}

export interface LinkWords {
  readonly tone: 'calm' | 'busy' | 'warn';
  readonly text: string;
}

/** Where the words are, said plainly. */
export function linkWords(view: SessionView): LinkWords {
  const changes = view.unstored === 1 ? '1 change' : `${view.unstored} changes`;
  if (view.phase === 'refused') return { tone: 'warn', text: view.unstored > 0 ? `Not connected: ${changes} not stored` : 'Not connected' };
  if (view.phase === 'opening' && view.online) return { tone: 'busy', text: 'Opening the report' };
  if (!view.online && view.unstored > 0 && view.keeping) return { tone: 'warn', text: `Offline: keeping ${changes} on this device` };
  if (!view.online && view.unstored > 0) return { tone: 'warn', text: `Offline: ${changes} kept on this device${view.keeps ? '' : ' until the page is closed'}` };
  if (!view.online) return view.phase === 'opening' ? { tone: 'busy', text: 'Connecting' } : { tone: 'warn', text: 'Offline: what you type is kept on this device' };
  return view.unstored > 0 ? { tone: 'busy', text: `Storing ${changes}` } : { tone: 'calm', text: 'All changes stored' };
}
