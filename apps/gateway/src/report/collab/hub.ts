import type { Member } from '@readroom/shared/access/can';
import { can } from '@readroom/shared/access/can';
import { COLLAB_PATH } from '@readroom/shared/report/collab-wire';
import type { Service } from '@readroom/shared/service';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { audit, by } from '../../audit/audit.ts';
import { signedIn } from '../../auth/session.ts';
import { originAllowed } from '../../http/origin.ts';
import { perDeps } from '../../infra/deps.ts';
import type { Deps } from '../../infra/deps.ts';
import { ReportBus } from './bus.ts';
import type { BusMessage } from './bus.ts';
import { Connection, HEARTBEAT_MS, broadcastPresence } from './connection.ts';
import { LIMITS } from './guard/guard.ts';
import type { Refusal } from './guard/guard.ts';
import { LiveDocument } from './live-document.ts';
import { decodePresence, encodePresence } from './presence.ts';
import type { PresenceEntry } from './presence.ts';

/** A document nobody has open is dropped from memory after this. */
const IDLE_MS = 30_000;
/** How often a socket's session is looked at again: somebody signed out or removed is out within this. */
const RECHECK_BEATS = 3;

interface Held {
  readonly document: Promise<LiveDocument | null>;
  loaded: LiveDocument | null;
  idleTimer: NodeJS.Timeout | null;
}

interface Seat {
  readonly connection: Connection;
  readonly member: Member;
  readonly request: IncomingMessage;
}

/** The live documents of one gateway and the sockets on them. */
class CollabHub implements Service {
  readonly name = 'report-collab';
  readonly #deps: Deps;
  readonly #bus: ReportBus;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: LIMITS.messageBytes + 1_024, perMessageDeflate: false });
  readonly #held = new Map<string, Held>();
  readonly #seats = new Set<Seat>();
  readonly #gatewayId: string;
  #heart: NodeJS.Timeout | null = null;
  #beats = 0;
  #stopped = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#gatewayId = deps.makeId();
    this.#bus = new ReportBus(deps, {
      onMessage: (message) => this.#onBus(message),
      onResume: () => this.#eachLoaded((document) => document.refresh()),
    });
  }

  async start(): Promise<void> {
    this.#stopped = false;
    await this.#bus.start();
    this.#heart = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heart.unref();
    this.#deps.upgrades.claim(COLLAB_PATH, (request, socket, head) => {
      this.#server.handleUpgrade(request, socket, head, (ws) => void this.#join(ws, request));
    });
  }

  /** What was received is stored first; then every socket is told to come back later. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#heart) clearInterval(this.#heart);
    await Promise.all([...this.#held.values()].flatMap((held) => (held.loaded ? [held.loaded.settle()] : [])));
    this.#eachLoaded((document) => Promise.resolve(document.close({ code: CLOSE.unavailable, reason: 'The server is restarting. Your edits are kept.' })));
    for (const held of this.#held.values()) if (held.idleTimer) clearTimeout(held.idleTimer);
    this.#held.clear();
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    await this.#bus.stop();
  }

  /** How many documents are in memory now. */
  get size(): number {
    return this.#held.size;
  }

  async #join(socket: WebSocket, request: IncomingMessage): Promise<void> {
    // Nothing is read before we know who speaks; what the client sends meanwhile waits in the socket.
    socket.pause();
    socket.on('error', () => socket.terminate());
    try {
      const refusal = await this.#seat(socket, request);
      if (refusal) socket.close(refusal.code, refusal.reason);
    } catch (error) {
      this.#deps.log.error({ event: 'report.join.failed', err: error });
      socket.close(CLOSE.unavailable, 'The report cannot be loaded just now. Your edits are kept on your device.');
    }
    socket.resume();
  }

  async #seat(socket: WebSocket, request: IncomingMessage): Promise<Refusal | null> {
    if (!originAllowed(request.headers, this.#deps.env.publicUrl)) return { code: CLOSE.forbidden, reason: 'This page belongs to another site.' };
    const person = await signedIn(this.#deps, request.headers);
    if (!person) return { code: CLOSE.unauthenticated, reason: 'Sign in first: your session is missing or over.' };
    const reportId = reportIdOf(request);
    const found = reportId === null ? null : await this.#find(person.memberships.map((one) => one.member), reportId);
    // Another hospital's report and one that never was are told apart by nobody (TN1).
    if (!found) return { code: CLOSE.notFound, reason: 'There is no such report.' };
    const { member, document } = found;
    if (!can(member, 'report.view', member.organisation)) return { code: CLOSE.forbidden, reason: 'Your role may not read reports.' };
    if (socket.readyState !== socket.OPEN || this.#stopped) return null;
    await audit((await this.#deps.hospital(member.organisation)).client, { ...by(member), action: 'report.open', subject: { reportId } });
    this.#connect(socket, request, member, document);
    return null;
  }

  #connect(socket: WebSocket, request: IncomingMessage, member: Member, document: LiveDocument): void {
    const connection = new Connection({
      socket,
      member,
      document,
      clock: this.#deps.clock,
      onPresence: (userId, entries) => this.#publishPresence(member.organisation, document.report.id, userId, entries),
      onGone: () => {
        this.#seats.delete(seat);
        this.#release(member.organisation, document);
      },
    });
    const seat = { connection, member, request };
    this.#seats.add(seat);
    connection.open();
  }

  /** The first of the person's hospitals that has this report. */
  async #find(members: readonly Member[], reportId: string): Promise<{ member: Member; document: LiveDocument } | null> {
    for (const member of members) {
      const document = await this.#load(member.organisation, reportId);
      if (document) return { member, document };
    }
    return null;
  }

  async #load(organisation: string, reportId: string): Promise<LiveDocument | null> {
    const key = keyOf(organisation, reportId);
    const held = this.#held.get(key) ?? this.#hold(key, organisation, reportId);
    if (held.idleTimer) clearTimeout(held.idleTimer);
    held.idleTimer = null;
    const document = await held.document;
    if (document?.failed) {
      this.#held.delete(key);
      return this.#load(organisation, reportId);
    }
    if (document) this.#release(organisation, document);
    return document;
  }

  #hold(key: string, organisation: string, reportId: string): Held {
    const held: Held = { document: this.#read(organisation, reportId), loaded: null, idleTimer: null };
    this.#held.set(key, held);
    const forget = (): void => {
      if (this.#held.get(key) === held) this.#held.delete(key);
    };
    held.document.then((document) => {
      held.loaded = document;
      if (!document) forget();
    }, forget);
    return held;
  }

  async #read(organisation: string, reportId: string): Promise<LiveDocument | null> {
    const hospital = await this.#deps.hospital(organisation);
    const context = {
      hospital,
      clock: this.#deps.clock,
      nameOf: async (userId: string) => (await this.#deps.control.user.findUnique({ where: { id: userId }, select: { name: true } }))?.name ?? 'Somebody',
      onFailure: (error: unknown) => this.#deps.log.error({ event: 'report.store.failed', reportId, err: error }),
    };
    const document = await LiveDocument.load(context, reportId);
    // Anything committed between the read and the moment the bus finds the document here is read once more.
    if (document) setImmediate(() => void document.refresh().catch(context.onFailure));
    return document;
  }

  /** Arms the timer that drops a document nobody uses; joining disarms it. */
  #release(organisation: string, document: LiveDocument): void {
    const key = keyOf(organisation, document.report.id);
    const held = this.#held.get(key);
    if (!held || this.#stopped || !document.idle) return;
    if (held.idleTimer) clearTimeout(held.idleTimer);
    held.idleTimer = setTimeout(() => this.#drop(key, held), IDLE_MS);
    held.idleTimer.unref();
  }

  #drop(key: string, held: Held): void {
    if (!held.loaded?.idle || this.#held.get(key) !== held) return;
    if (held.idleTimer) clearTimeout(held.idleTimer);
    held.loaded.close({ code: CLOSE.unavailable, reason: 'Idle.' });
    this.#held.delete(key);
  }

  /** Drops at once what nobody uses, without waiting for its time. */
  dropIdle(): void {
    for (const [key, held] of this.#held) this.#drop(key, held);
  }

  #onBus(message: BusMessage): void {
    const document = this.#held.get(keyOf(message.organisation, message.reportId))?.loaded;
    if (!document) return;
    if (message.type === 'presence') {
      if (message.from !== this.#gatewayId) this.#onForeignPresence(document, message);
      return;
    }
    this.#guarded(message.type === 'update' ? document.catchUp() : document.refresh());
  }

  #onForeignPresence(document: LiveDocument, message: Extract<BusMessage, { type: 'presence' }>): void {
    const entries = decodePresence(Buffer.from(message.update, 'base64'));
    document.presence.takeVerified(message.userId, entries, this.#deps.clock());
    broadcastPresence(document, entries, null);
  }

  #publishPresence(organisation: string, reportId: string, userId: string, entries: readonly PresenceEntry[]): void {
    if (this.#stopped) return;
    const update = Buffer.from(encodePresence(entries)).toString('base64');
    this.#guarded(this.#bus.publish({ type: 'presence', organisation, reportId, from: this.#gatewayId, userId, update }));
  }

  #eachLoaded(work: (document: LiveDocument) => Promise<void>): void {
    for (const held of this.#held.values()) if (held.loaded) this.#guarded(work(held.loaded));
  }

  #guarded(work: Promise<void>): void {
    work.catch((error: unknown) => this.#deps.log.warn({ event: 'report.bus.failed', err: error }));
  }

  #beat(): void {
    this.#beats += 1;
    for (const seat of this.#seats) {
      seat.connection.beat();
      if (this.#beats % RECHECK_BEATS === 0) this.#guarded(this.#recheck(seat));
    }
  }

  /** A session that ended or a role that changed closes the socket; it comes back with what it may now do. */
  async #recheck({ connection, member, request }: Seat): Promise<void> {
    const person = await signedIn(this.#deps, request.headers);
    const now = person?.memberships.find((one) => one.member.organisation === member.organisation)?.member;
    if (!now) connection.close({ code: CLOSE.unauthenticated, reason: 'Your session is over. Sign in again; your edits are kept.' });
    else if (now.role !== member.role) connection.close({ code: CLOSE.unavailable, reason: 'Your role changed.' });
  }
}

function keyOf(organisation: string, reportId: string): string {
  return `${organisation}/${reportId}`;
}

function reportIdOf(request: IncomingMessage): string | null {
  const path = new URL(request.url ?? '/', 'http://gateway').pathname;
  const parsed = z.uuid().safeParse(path.slice(COLLAB_PATH.length));
  return parsed.success ? parsed.data.toLowerCase() : null;
}

export const collabHub = perDeps((deps) => new CollabHub(deps));
