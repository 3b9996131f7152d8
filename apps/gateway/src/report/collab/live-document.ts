import type { Hospital } from '@readroom/db';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import { isSealed } from '@readroom/shared/report/report';
import type { Frozen } from '@readroom/shared/report/collab-wire';
import type { Clock } from '@readroom/shared/clock';
import * as Y from 'yjs';
import { captureUpdate, cloneDocument, loadDocument } from '../document.ts';
import { findReport, penHolder, updatesAfter } from '../report-store.ts';
import type { ReportRow } from '../report-store.ts';
import { commitEntries } from './commit.ts';
import type { Committed } from './commit.ts';
import { LIMITS } from './guard/guard.ts';
import type { Refusal } from './guard/guard.ts';
import { judge } from './guard/judge.ts';
import type { Verdict } from './guard/judge.ts';
import type { Peer, Waiting } from './peer.ts';
import { Presence } from './presence.ts';

export interface LiveContext {
  readonly hospital: Hospital;
  readonly clock: Clock;
  /** The name of a user, for "Dr X is signing". */
  nameOf(userId: string): Promise<string>;
  onFailure(error: unknown): void;
}

const BATCH = 200;
/** A commit is tried again this often before the sockets are closed with 4503 and the edits stay with the browsers. */
const RETRY_MS = [50, 200, 800, 2_000] as const;

/**
 * One report on one gateway.
 *
 *   peer --update--> judge on `trial` --> waiting --commit--> `stored` --> other peers, ack
 *
 * `stored` holds what the table holds and is all that anybody is ever sent. `trial` is ahead of it by what waits for its commit: a
 * hostile update spoils only `trial`, which is then made again from `stored`. Edits of others wait here while somebody signs.
 */
export class LiveDocument {
  readonly presence = new Presence();
  readonly peers = new Set<Peer>();
  readonly stored: Y.Doc;
  trial: Y.Doc;
  report: ReportRow;
  frozen: Frozen | null = null;
  /** How often state, versions or late edits changed since it was loaded here. */
  changes = 0;
  readonly #context: LiveContext;
  /** Edits that came after the seal and are in quarantine: a client that sends them again is answered, not stored twice. */
  readonly #late: Uint8Array[];
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #storedBytes: number;
  #lastSeq: bigint;
  #pumping: Promise<void> | null = null;
  #inbox: Promise<void> = Promise.resolve();
  #thaw: NodeJS.Timeout | null = null;
  #failed = false;

  private constructor(context: LiveContext, report: ReportRow, loaded: { updates: readonly Uint8Array[]; lastSeq: bigint; late: readonly Uint8Array[] }) {
    this.#context = context;
    this.report = report;
    this.stored = loadDocument(loaded.updates);
    this.#late = [...loaded.late];
    this.#lastSeq = loaded.lastSeq;
    this.#storedBytes = loaded.updates.reduce((sum, update) => sum + update.length, 0);
    this.trial = this.#makeTrial();
  }

  /** Null when there is no such report. Throws when it can't be read whole: a report that can't be loaded is refused, never shown blank. */
  static async load(context: LiveContext, reportId: string): Promise<LiveDocument | null> {
    const { client } = context.hospital;
    const report = await findReport(client, context.hospital, reportId);
    if (!report) return null;
    const rows = await updatesAfter(client, reportId, 0n);
    const late = await client.quarantine.findMany({ where: { reportId }, orderBy: { at: 'asc' }, select: { update: true } });
    const loaded = { updates: rows.map((row) => row.update), lastSeq: rows.at(-1)?.seq ?? 0n, late: late.map((row) => row.update) };
    const live = new LiveDocument(context, report, loaded);
    await live.#setReport(report);
    return live;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get idle(): boolean {
    return this.peers.size === 0 && this.#waiting.length === 0;
  }

  get sealed(): boolean {
    return isSealed(this.report.state);
  }

  /** Takes the `number`th sync message of a peer. Messages of a document are judged one after the other, in the order they came. */
  receive(peer: Peer, number: number, update: Uint8Array): Promise<void> {
    this.#inbox = this.#inbox.then(() => this.#receive(peer, number, update)).catch((error: unknown) => this.#fail(error));
    return this.#inbox;
  }

  async #receive(peer: Peer, number: number, update: Uint8Array): Promise<void> {
    if (!this.peers.has(peer) || this.#failed) return;
    const overflow = this.#overflow(update);
    if (overflow) return peer.close(overflow);
    const verdict = await this.#judge(peer, update);
    if (verdict.refusal !== null) {
      this.trial = this.#makeTrial();
      const refusal = verdict.refusal === 'incomplete' ? { code: CLOSE.protocol, reason: 'The update builds on edits nobody has sent.' } : verdict.refusal;
      return peer.close(refusal);
    }
    if (verdict.stamp) this.#wait({ peer, number: null, update: verdict.stamp, authorId: 'readroom', person: peer.person });
    this.#wait({ peer, number, update: verdict.effect, authorId: peer.person.id, person: peer.person });
    void this.#pump();
  }

  async #judge(peer: Peer, update: Uint8Array): Promise<Verdict> {
    const first = judge(this.trial, peer, update);
    if (first.refusal !== 'incomplete') return first;
    // It builds on an edit of another gateway that the notification has not brought yet: the table has it.
    await this.catchUp();
    this.trial = this.#makeTrial();
    return judge(this.trial, peer, update);
  }

  #overflow(update: Uint8Array): Refusal | null {
    if (this.#storedBytes + this.#waitingBytes + update.length > LIMITS.documentBytes) {
      return { code: CLOSE.tooLarge, reason: 'The report has reached its largest size.' };
    }
    if (this.#waiting.length >= LIMITS.queuedUpdates || this.#waitingBytes >= LIMITS.queuedBytes) {
      return { code: CLOSE.unavailable, reason: 'Too many edits wait to be stored. They are kept on your device.' };
    }
    return null;
  }

  #wait(entry: Waiting): void {
    this.#waiting.push(entry);
    this.#waitingBytes += entry.update?.length ?? 0;
  }

  /** One commit at a time; what arrives meanwhile goes into the next one. */
  #pump(): Promise<void> {
    if (this.#failed) return Promise.resolve();
    this.#pumping ??= this.#drain()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#pumping = null;
        // An edit may have come in after the last look and before this moment.
        if (this.#batch().length > 0) void this.#pump();
      });
    return this.#pumping;
  }

  async #drain(): Promise<void> {
    for (let batch = this.#batch(); batch.length > 0; batch = this.#batch()) await this.#commit(batch);
  }

  #batch(): Waiting[] {
    const holder = this.sealed ? null : penHolder(this.report, this.#context.clock());
    return this.#waiting.filter((entry) => holder === null || entry.person.id === holder).slice(0, BATCH);
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const committed = await this.#commitWithRetry(batch);
    this.#waiting = this.#waiting.filter((entry) => !committed.taken.has(entry));
    this.#waitingBytes = this.#waiting.reduce((sum, entry) => sum + (entry.update?.length ?? 0), 0);
    for (const row of committed.foreign) this.#apply(row.update, null);
    this.#lastSeq = committed.lastSeq > this.#lastSeq ? committed.lastSeq : this.#lastSeq;
    const taken = batch.filter((entry) => committed.taken.has(entry));
    for (const { update, peer } of taken) {
      if (!update) continue;
      if (committed.outcome === 'stored') this.#apply(update, peer);
      else this.#late.push(update);
    }
    acknowledge(taken, committed.outcome);
    await this.#setReport(committed.report);
  }

  async #commitWithRetry(batch: readonly Waiting[]): Promise<Committed> {
    // Nothing new in any of them: there is nothing to store, and all that came before is stored already.
    if (batch.every((entry) => entry.update === null)) {
      return { report: this.report, foreign: [], outcome: this.sealed ? 'quarantined' : 'stored', taken: new Set(batch), lastSeq: this.#lastSeq };
    }
    for (const delayMs of RETRY_MS) {
      try {
        return await this.#store(batch);
      } catch (error) {
        this.#context.onFailure(error);
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
    return this.#store(batch);
  }

  #store(batch: readonly Waiting[]): Promise<Committed> {
    return commitEntries({ hospital: this.#context.hospital, reportId: this.report.id }, batch, this.#lastSeq, this.#context.clock());
  }

  /** Takes a committed update into the document and tells everybody else. */
  #apply(update: Uint8Array, from: Peer | null): void {
    const effect = captureUpdate(this.stored, (doc) => Y.applyUpdate(doc, update));
    Y.applyUpdate(this.trial, update);
    if (!effect) return;
    this.#storedBytes += update.length;
    for (const peer of this.peers) if (peer !== from) peer.sendUpdate(effect);
  }

  /** Reads what other gateways and the server's own use cases appended. */
  async catchUp(): Promise<void> {
    const rows = await updatesAfter(this.#context.hospital.client, this.report.id, this.#lastSeq);
    for (const { seq, update } of rows) {
      this.#apply(update, null);
      if (seq > this.#lastSeq) this.#lastSeq = seq;
    }
  }

  /** Reads state and freeze anew and lets everybody know. */
  async refresh(): Promise<void> {
    await this.catchUp();
    this.changes += 1;
    const report = await findReport(this.#context.hospital.client, this.#context.hospital, this.report.id);
    if (report) await this.#setReport(report);
    for (const peer of this.peers) peer.sendStatus();
    void this.#pump();
  }

  async #setReport(report: ReportRow): Promise<void> {
    const wasSealed = this.sealed;
    const holder = isSealed(report.state) ? null : penHolder(report, this.#context.clock());
    const until = report.frozenUntil ?? 0;
    if (holder === null) this.frozen = null;
    else if (this.frozen?.by !== holder || this.frozen.until !== until) this.frozen = { by: holder, name: await this.#context.nameOf(holder), until };
    this.report = report;
    this.#armThaw();
    if (!this.sealed || wasSealed) return;
    // Read-only is a new connection: nobody is left on a socket that was opened to write.
    for (const peer of [...this.peers]) peer.close({ code: CLOSE.sealed, reason: 'The report was signed.' });
  }

  /** When the signer lets go without a word, the edits that waited are stored. */
  #armThaw(): void {
    if (this.#thaw) clearTimeout(this.#thaw);
    this.#thaw = null;
    if (!this.frozen) return;
    const wait = Math.max(1, this.frozen.until - this.#context.clock() + 1);
    this.#thaw = setTimeout(() => void this.refresh().catch((error: unknown) => this.#fail(error)), wait);
    this.#thaw.unref();
  }

  #makeTrial(): Y.Doc {
    const trial = cloneDocument(this.stored);
    const ahead = [...this.#late, ...this.#waiting.flatMap((entry) => (entry.update ? [entry.update] : []))];
    for (const update of ahead) Y.applyUpdate(trial, update);
    return trial;
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#context.onFailure(error);
    this.close({ code: CLOSE.unavailable, reason: 'The report cannot be stored just now. Your edits are kept on your device.' });
  }

  close(refusal: Refusal): void {
    for (const peer of [...this.peers]) peer.close(refusal);
    if (this.#thaw) clearTimeout(this.#thaw);
    this.#thaw = null;
  }

  /** Resolves when nothing that was received is still on its way to the table. */
  async settle(): Promise<void> {
    await this.#inbox;
    await this.#pump();
  }
}

/** One ack per peer: its newest message of the batch, which covers all before. */
function acknowledge(taken: readonly Waiting[], outcome: 'stored' | 'quarantined'): void {
  const newest = new Map<Peer, number>();
  for (const { peer, number } of taken) if (number !== null) newest.set(peer, number);
  for (const [peer, upTo] of newest) peer.sendStored({ upTo, outcome });
}
