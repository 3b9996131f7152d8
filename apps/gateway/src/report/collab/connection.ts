import type { Member } from '@readroom/shared/access/can';
import { can } from '@readroom/shared/access/can';
import type { Clock } from '@readroom/shared/clock';
import { MESSAGE_STATUS, MESSAGE_STORED } from '@readroom/shared/report/collab-wire';
import type { CollabStatus, Stored } from '@readroom/shared/report/collab-wire';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { WebSocket } from 'ws';
import * as Y from 'yjs';
import { LIMITS } from './guard/guard.ts';
import type { Refusal } from './guard/guard.ts';
import type { LiveDocument } from './live-document.ts';
import type { Peer } from './peer.ts';
import { encodePresence } from './presence.ts';
import type { PresenceEntry } from './presence.ts';

/** Message types of y-websocket and, inside sync messages, of y-protocols. */
const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** A y-websocket client takes 30 s of silence for a dead line. */
export const HEARTBEAT_MS = 10_000;
/** Its awareness is renewed every 15 s: a client silent for three of them is gone. */
const SILENT_MS = 45_000;

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly member: Member;
  readonly document: LiveDocument;
  readonly clock: Clock;
  /** Tells the other gateways. */
  onPresence(userId: string, entries: readonly PresenceEntry[]): void;
  onGone(): void;
}

/** One browser on one report: speaks y-websocket and the two messages of `collab-wire`, and pays for its own mistakes only. */
export class Connection implements Peer {
  readonly person: Peer['person'];
  readonly mayWrite: boolean;
  readonly #options: ConnectionOptions;
  readonly #clientIds = new Set<number>();
  #synced = false;
  #received = 0;
  #lastHeard: number;
  #budget = { messages: LIMITS.messageBurst as number, bytes: LIMITS.byteBurst as number, at: 0 };
  #closed = false;

  constructor(options: ConnectionOptions) {
    const { member, socket, clock } = options;
    this.#options = options;
    this.person = { id: member.userId, name: member.name, role: member.role };
    this.mayWrite = can(member, 'report.edit', member.organisation);
    this.#lastHeard = clock();
    this.#budget.at = this.#lastHeard;
    socket.on('message', (data: Buffer, isBinary) => this.#onMessage(data, isBinary));
    socket.once('close', () => this.#onClose());
    socket.on('error', () => socket.terminate());
  }

  /** Joins: status, our state vector (the client answers with what we lack), and who else is here. */
  open(): void {
    const { document, clock } = this.#options;
    document.peers.add(this);
    this.sendStatus();
    this.#sendSync(STEP_1, Y.encodeStateVector(document.stored));
    const present = document.presence.everyone(clock());
    if (present.length > 0) this.sendPresence(present);
  }

  sendUpdate(update: Uint8Array): void {
    this.#sendSync(UPDATE, update);
  }

  sendStored(stored: Stored): void {
    this.#sendJson(MESSAGE_STORED, stored);
  }

  sendStatus(): void {
    const { document, clock } = this.#options;
    const access = this.mayWrite && !document.sealed ? 'edit' : 'read';
    const status: CollabStatus = { state: document.report.state, access, frozen: document.frozen, changes: document.changes, at: clock() };
    this.#sendJson(MESSAGE_STATUS, status);
  }

  sendPresence(entries: readonly PresenceEntry[]): void {
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, AWARENESS);
      encoding.writeVarUint8Array(encoder, encodePresence(entries));
    });
  }

  /** Called every HEARTBEAT_MS. */
  beat(): void {
    if (this.#options.clock() - this.#lastHeard > SILENT_MS) return this.#options.socket.terminate();
    this.sendStatus();
  }

  close(refusal: Refusal): void {
    this.#options.socket.close(refusal.code, refusal.reason);
    this.#onClose();
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#closed) return;
    this.#lastHeard = this.#options.clock();
    if (!this.#afford(data.length)) return this.close({ code: CLOSE.rateLimited, reason: 'More messages than a person can type.' });
    if (!isBinary) return this.close({ code: CLOSE.protocol, reason: 'Only binary messages are understood here.' });
    try {
      this.#dispatch(decoding.createDecoder(new Uint8Array(data)));
    } catch {
      this.close({ code: CLOSE.protocol, reason: 'The message could not be read.' });
    }
  }

  #dispatch(decoder: decoding.Decoder): void {
    const type = decoding.readVarUint(decoder);
    if (type === SYNC) return this.#onSync(decoder);
    if (type === AWARENESS) return this.#onAwareness(decoding.readVarUint8Array(decoder));
    if (type === QUERY_AWARENESS) return this.sendPresence(this.#options.document.presence.everyone(this.#options.clock()));
    this.close({ code: CLOSE.protocol, reason: 'The message is of a kind nobody knows.' });
  }

  #onSync(decoder: decoding.Decoder): void {
    const step = decoding.readVarUint(decoder);
    const bytes = decoding.readVarUint8Array(decoder);
    if (step === STEP_1) return this.#sendSync(STEP_2, Y.encodeStateAsUpdate(this.#options.document.stored, bytes));
    if (step !== STEP_2 && step !== UPDATE) throw new RangeError('unknown sync step');
    this.#received += 1;
    this.#synced ||= step === STEP_2;
    // Before its step 2 a client may send what builds on edits it made offline. The step 2 that follows holds all of it, in order.
    if (this.#synced) void this.#options.document.receive(this, this.#received, bytes);
  }

  #onAwareness(update: Uint8Array): void {
    if (update.length > LIMITS.awarenessBytes) return this.close({ code: CLOSE.tooLarge, reason: 'The presence message is too large.' });
    const { document, member, clock } = this.#options;
    const entries = document.presence.take(member, update, clock());
    for (const entry of entries) this.#clientIds.add(entry.clientId);
    if (entries.length > 0) this.#tell(entries);
  }

  #tell(entries: readonly PresenceEntry[]): void {
    broadcastPresence(this.#options.document, entries, this);
    this.#options.onPresence(this.person.id, entries);
  }

  #sendSync(step: number, bytes: Uint8Array): void {
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, SYNC);
      encoding.writeVarUint(encoder, step);
      encoding.writeVarUint8Array(encoder, bytes);
    });
  }

  #sendJson(type: number, value: Stored | CollabStatus): void {
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, type);
      encoding.writeVarString(encoder, JSON.stringify(value));
    });
  }

  #send(write: (encoder: encoding.Encoder) => void): void {
    const { socket } = this.#options;
    if (this.#closed || socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > LIMITS.bufferedBytes) return socket.terminate();
    const encoder = encoding.createEncoder();
    write(encoder);
    socket.send(encoding.toUint8Array(encoder));
  }

  /** Token buckets for messages and bytes. */
  #afford(bytes: number): boolean {
    const now = this.#options.clock();
    const seconds = Math.max(0, now - this.#budget.at) / 1_000;
    const messages = Math.min(LIMITS.messageBurst, this.#budget.messages + seconds * LIMITS.messagesPerSecond) - 1;
    const left = Math.min(LIMITS.byteBurst, this.#budget.bytes + seconds * LIMITS.bytesPerSecond) - bytes;
    this.#budget = { messages, bytes: left, at: now };
    return messages >= 0 && left >= 0;
  }

  #onClose(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { document, clock, onGone, onPresence } = this.#options;
    document.peers.delete(this);
    for (const { userId, entries } of document.presence.leave(this.#clientIds, clock())) {
      broadcastPresence(document, entries, this);
      onPresence(userId, entries);
    }
    onGone();
  }
}

export function broadcastPresence(document: LiveDocument, entries: readonly PresenceEntry[], except: Peer | null): void {
  for (const peer of document.peers) if (peer !== except && peer instanceof Connection) peer.sendPresence(entries);
}
