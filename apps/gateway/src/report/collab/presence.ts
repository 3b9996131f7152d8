import type { Member } from '@readroom/shared/access/can';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/**
 * Who is here and where their caret is (the awareness protocol of y-protocols): entries of (client id, clock, JSON state or null).
 * The browser says where its caret is; who it belongs to is written here from the session, whatever the browser says (RP3).
 * Nothing of it is stored.
 */
export interface PresenceEntry {
  readonly clientId: number;
  readonly clock: number;
  /** JSON text; `null` says the client left. */
  readonly state: string | null;
}

interface Held extends PresenceEntry {
  readonly userId: string;
  readonly seenAt: number;
}

/** A client renews its state every 15 s; one silent for longer has gone (y-protocols' own limit). */
const OUTDATED_MS = 30_000;
/** A browser has one client id; a second may linger for a moment after a reload. */
const IDS_PER_USER = 16;
const ENTRIES_PER_MESSAGE = 64;

/** Readable on near-black; the same person has the same colour on every screen. */
const COLOURS = ['#5ab0f6', '#f2a65a', '#7ed491', '#e58fb1', '#c4a5f5', '#e3d26f', '#6fd3cf', '#f08a7b'] as const;

export function colourOf(userId: string): string {
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return COLOURS[sum % COLOURS.length] ?? COLOURS[0];
}

/** Throws when the bytes are not an awareness update. */
export function decodePresence(update: Uint8Array): PresenceEntry[] {
  const decoder = decoding.createDecoder(update);
  const count = decoding.readVarUint(decoder);
  if (count > ENTRIES_PER_MESSAGE) throw new RangeError('Too many presence entries');
  return Array.from({ length: count }, () => {
    const clientId = decoding.readVarUint(decoder);
    const clock = decoding.readVarUint(decoder);
    const text = decoding.readVarString(decoder);
    return { clientId, clock, state: text === 'null' ? null : text };
  });
}

export function encodePresence(entries: readonly PresenceEntry[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const entry of entries) {
    encoding.writeVarUint(encoder, entry.clientId);
    encoding.writeVarUint(encoder, entry.clock);
    encoding.writeVarString(encoder, entry.state ?? 'null');
  }
  return encoding.toUint8Array(encoder);
}

/** The entry with the member's own name and colour. Of what the browser sent only the caret is kept. Throws when it is not JSON. */
function verified(entry: PresenceEntry, member: Member): PresenceEntry {
  if (entry.state === null) return entry;
  const sent: unknown = JSON.parse(entry.state);
  const cursor = typeof sent === 'object' && sent !== null && 'cursor' in sent ? sent.cursor : null;
  const user = { id: member.userId, name: member.name, role: member.role, color: colourOf(member.userId) };
  return { ...entry, state: JSON.stringify({ user, cursor }) };
}

export class Presence {
  readonly #held = new Map<number, Held>();

  /** Takes what a member's browser says of itself and returns what to tell the others. Throws on bytes that make no sense. */
  take(member: Member, update: Uint8Array, now: number): PresenceEntry[] {
    const own = decodePresence(update).filter((entry) => this.#mayHold(entry, member.userId));
    const told = own.map((entry) => verified(entry, member));
    for (const entry of told) this.#keep(entry, member.userId, now);
    return told;
  }

  /** Takes entries another gateway has verified. */
  takeVerified(userId: string, entries: readonly PresenceEntry[], now: number): void {
    for (const entry of entries) this.#keep(entry, userId, now);
  }

  /** The entries that say these clients left. */
  leave(clientIds: Iterable<number>, now: number): { userId: string; entries: PresenceEntry[] }[] {
    return [...clientIds].flatMap((clientId) => {
      const held = this.#held.get(clientId);
      if (held?.state == null) return [];
      const gone = { clientId, clock: held.clock + 1, state: null };
      this.#keep(gone, held.userId, now);
      return [{ userId: held.userId, entries: [gone] }];
    });
  }

  /** Everybody who is here. */
  everyone(now: number): PresenceEntry[] {
    for (const [clientId, held] of this.#held) if (now - held.seenAt > OUTDATED_MS) this.#held.delete(clientId);
    return [...this.#held.values()].filter((held) => held.state !== null);
  }

  /** A client id belongs to the user who showed it first: nobody moves another one's caret. */
  #mayHold(entry: PresenceEntry, userId: string): boolean {
    const held = this.#held.get(entry.clientId);
    if (held) return held.userId === userId;
    return [...this.#held.values()].filter((other) => other.userId === userId && other.state !== null).length < IDS_PER_USER;
  }

  #keep(entry: PresenceEntry, userId: string, now: number): void {
    this.#held.set(entry.clientId, { ...entry, userId, seenAt: now });
  }
}
