import type { Clock } from '@readroom/shared/clock';
import { VERIFICATION_SOP_CLASS } from '@readroom/shared/dicom/sop-class';
import { AppError } from '@readroom/shared/error';
import type { SetTimer } from '../../infra/timers.ts';
import { UpperLayer } from '../association/upper-layer.ts';
import type { UpperLayerLimits } from '../association/upper-layer.ts';
import { COMMAND, CommandError, MAX_COMMAND_BYTES, decodeCommand, encodeCommand } from '../dimse/command.ts';
import type { Command } from '../dimse/command.ts';
import { encodeDataHead } from '../pdu/encode.ts';
import { CONTEXT_RESULT, IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION } from '../pdu/pdu.ts';
import type { AssociateAccept, AssociateReject, PdvSlice, ProposedContext } from '../pdu/pdu.ts';
import { dial, dialFault } from '../tls/connect.ts';
import type { CredentialKeeper } from '../tls/keeper.ts';

export interface ScuTarget {
  readonly host: string;
  readonly port: number;
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  /** The peer wants TLS. */
  readonly tls?: CredentialKeeper;
}

export interface ScuContext {
  readonly clock: Clock;
  readonly setTimer: SetTimer;
}

export interface ObjectToSend {
  readonly contextId: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** The data set in the context's transfer syntax, in pieces of any size. */
  readonly dataSet: AsyncIterable<Buffer>;
}

export interface ScuAssociation {
  /** The transfer syntax accepted for a context, or `null`. */
  acceptedSyntax(contextId: number): string | null;
  /** C-STORE. Resolves with the peer's status. @throws AppError `association-lost` (transient) */
  store(object: ObjectToSend): Promise<{ readonly status: number; readonly comment: string }>;
  /** C-ECHO on a context of Verification. */
  echo(contextId: number): Promise<number>;
  /**
   * A request that is answered by many responses (C-FIND, C-MOVE). Each pending one goes to `onPending`, which may answer `cancel`
   * to have the peer stop (C-CANCEL); resolves with the last. @throws AppError `association-lost` (transient)
   */
  ask(request: Asking, onPending: (response: Response) => 'cancel' | void): Promise<Command>;
  release(): Promise<void>;
  abort(): void;
}

export interface Asking {
  readonly contextId: number;
  readonly command: Pick<Command, 'field' | 'affectedSopClassUid'> & Partial<Command>;
  /** The identifier, in the context's transfer syntax. */
  readonly identifier: Buffer;
}

export interface Response {
  readonly command: Command;
  /** Null when the response has none. */
  readonly dataSet: Buffer | null;
}

/** The longest identifier taken of a response: a C-MOVE that fails names every image it did not send (PS3.4 C.4.2.1.4.2). */
const MAX_IDENTIFIER_BYTES = 4 * 1024 * 1024;
/** More responses than one read of the socket brings, so that only a peer that answers nobody's question reaches it. */
const MOST_UNREAD = 10_000;
/** PS3.7 Annex C: pending, and pending with keys that are not supported. */
const PENDING: readonly (number | null)[] = [0xff00, 0xff01];

const SCU_LIMITS: UpperLayerLimits = { maxPduLength: 131_072, artimMs: 10_000, idleMs: 60_000, totalMs: 6 * 3_600_000 };
/** Sent to a peer that names no limit. */
const UNLIMITED_PDU_BYTES = 131_072;

/** PS3.8 table 9-21, for a person. */
function rejection({ source, reason, result }: AssociateReject): AppError {
  const why =
    source === 1 && reason === 7
      ? 'it does not know the called AE title'
      : source === 1 && reason === 3
        ? 'it does not know our AE title'
        : source === 3
          ? 'it is busy now'
          : `reason ${String(source)}.${String(reason)}`;
  return new AppError('association-rejected', { class: result === 2 ? 'transient' : 'permanent', message: `The peer refused the association: ${why}.` });
}

/** Opens an association as requestor. `limits` are those of one that waits otherwise than a sender. @throws AppError `association-rejected`, `association-lost`, `peer-tls` */
export function openAssociation(target: ScuTarget, contexts: readonly ProposedContext[], context: ScuContext, limits: Partial<UpperLayerLimits> = {}): Promise<ScuAssociation> {
  return new Promise((resolve, reject) => {
    const { socket, opened } = dial(target);
    let tlsFault: string | null = null;
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
      tlsFault = target.tls ? dialFault(code) : null;
    });
    let association: Requestor | null = null;
    const upperLayer = new UpperLayer(socket, { ...SCU_LIMITS, ...limits }, context, {
      onRequest: () => undefined,
      onAccepted(accept) {
        association = new Requestor(upperLayer, accept);
        resolve(association);
      },
      onRejected: (rejected) => reject(rejection(rejected)),
      onSlice: (slice) => association?.onSlice(slice),
      onPeerReleases: () => upperLayer.replyRelease(),
      onClosed(fault) {
        const lost = tlsFault === null
          ? new AppError('association-lost', { class: 'transient', message: fault ?? 'The peer ended the association.' })
          : new AppError('peer-tls', { class: 'permanent', message: `TLS with ${target.host} port ${target.port} fails: ${tlsFault}.` });
        association?.onClosed(lost);
        reject(lost);
      },
    });
    upperLayer.request({
      calledAeTitle: target.calledAeTitle,
      callingAeTitle: target.callingAeTitle,
      contexts,
      user: { maxPduLength: SCU_LIMITS.maxPduLength, implementationClassUid: IMPLEMENTATION_CLASS_UID, implementationVersion: IMPLEMENTATION_VERSION },
    }, opened);
  });
}

interface Waiter {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: AppError) => void;
}

/** One message at a time: a request goes out only when the one before is answered. */
class Requestor implements ScuAssociation {
  readonly #upperLayer: UpperLayer;
  readonly #syntaxes: ReadonlyMap<number, string>;
  readonly #maxFragment: number;
  #messageId = 0;
  #slices: Buffer[] = [];
  #bytes = 0;
  /** A response whose data set is still arriving. */
  #announced: Command | null = null;
  /** Responses that came before somebody asked for the next. */
  #unread: Response[] = [];
  #waiter: Waiter | null = null;
  #lost: AppError | null = null;
  #onGone: (() => void) | null = null;

  constructor(upperLayer: UpperLayer, accept: AssociateAccept) {
    this.#upperLayer = upperLayer;
    this.#syntaxes = new Map(accept.contexts.filter(({ result }) => result === CONTEXT_RESULT.acceptance).map(({ id, transferSyntax }) => [id, transferSyntax]));
    this.#maxFragment = Math.max(1_024, accept.user.maxPduLength || UNLIMITED_PDU_BYTES) - 6;
  }

  acceptedSyntax(contextId: number): string | null {
    return this.#syntaxes.get(contextId) ?? null;
  }

  async store(object: ObjectToSend): Promise<{ status: number; comment: string }> {
    const messageId = this.#nextMessageId();
    const answered = this.#answer();
    const { sopClassUid: affectedSopClassUid, sopInstanceUid: affectedSopInstanceUid } = object;
    await this.#sendCommand(object.contextId, encodeCommand({ field: COMMAND.cStoreRequest, messageId, hasDataSet: true, affectedSopClassUid, affectedSopInstanceUid }));
    await this.#sendDataSet(object);
    const { status, errorComment } = (await answered).command;
    return { status: status ?? 0xc000, comment: errorComment };
  }

  async echo(contextId: number): Promise<number> {
    const answered = this.#answer();
    await this.#sendCommand(contextId, encodeCommand({ field: COMMAND.cEchoRequest, messageId: this.#nextMessageId(), affectedSopClassUid: VERIFICATION_SOP_CLASS }));
    return (await answered).command.status ?? 0xc000;
  }

  async ask({ contextId, command, identifier }: Asking, onPending: (response: Response) => 'cancel' | void): Promise<Command> {
    const messageId = this.#nextMessageId();
    this.#unread = [];
    await this.#sendCommand(contextId, encodeCommand({ ...command, messageId, hasDataSet: true }));
    await this.#sendFragments(contextId, identifier, true);
    for (;;) {
      const response = this.#unread.shift() ?? (await this.#answer());
      if (!PENDING.includes(response.command.status)) return response.command;
      if (onPending(response) === 'cancel') await this.#sendCommand(contextId, encodeCommand({ field: COMMAND.cCancel, messageId }));
    }
  }

  release(): Promise<void> {
    if (this.#lost) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onGone = resolve;
      this.#upperLayer.release();
    });
  }

  abort(): void {
    this.#upperLayer.abort('stopped by us');
  }

  onSlice(slice: PdvSlice): void {
    // Our requests of sending bring no data set back: one is a peer's mistake, and passes by.
    if (!slice.command && this.#announced === null) return;
    if (slice.command && this.#announced !== null) return this.#upperLayer.abort('a command where a data set was announced');
    this.#slices.push(Buffer.from(slice.bytes));
    this.#bytes += slice.bytes.length;
    if (this.#bytes > (slice.command ? MAX_COMMAND_BYTES : MAX_IDENTIFIER_BYTES)) return this.#upperLayer.abort('a response longer than any DIMSE command or identifier');
    if (!slice.last) return;
    const bytes = Buffer.concat(this.#slices);
    this.#slices = [];
    this.#bytes = 0;
    if (slice.command) return this.#onCommand(bytes);
    if (this.#announced) this.#answered({ command: this.#announced, dataSet: bytes });
  }

  #onCommand(bytes: Buffer): void {
    try {
      const command = decodeCommand(bytes);
      if (command.hasDataSet) this.#announced = command;
      else this.#answered({ command, dataSet: null });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#upperLayer.abort(error.message);
    }
  }

  #answered(response: Response): void {
    this.#announced = null;
    if (!this.#waiter) {
      if (this.#unread.push(response) > MOST_UNREAD) this.#upperLayer.abort('responses nobody asked for');
      return;
    }
    this.#waiter.resolve(response);
    this.#waiter = null;
  }

  onClosed(lost: AppError): void {
    this.#lost = lost;
    this.#waiter?.reject(lost);
    this.#waiter = null;
    this.#onGone?.();
  }

  #nextMessageId(): number {
    this.#messageId = (this.#messageId % 0xffff) + 1;
    return this.#messageId;
  }

  #answer(): Promise<Response> {
    const answered = new Promise<Response>((resolve, reject) => {
      if (this.#lost) reject(this.#lost);
      else this.#waiter = { resolve, reject };
    });
    // It may be rejected while the data set is still being sent; whoever awaits it later still hears.
    answered.catch(() => undefined);
    return answered;
  }

  async #sendCommand(contextId: number, bytes: Buffer): Promise<void> {
    await this.#send([encodeDataHead(contextId, bytes.length, { command: true, last: true }), bytes]);
  }

  /** The last fragment is known only when the source ends, so one piece is always held back. */
  async #sendDataSet({ contextId, dataSet }: ObjectToSend): Promise<void> {
    let held = Buffer.alloc(0);
    for await (const piece of dataSet) {
      const bytes = held.length === 0 ? piece : Buffer.concat([held, piece]);
      const whole = Math.max(0, Math.ceil(bytes.length / this.#maxFragment) - 1) * this.#maxFragment;
      await this.#sendFragments(contextId, bytes.subarray(0, whole), false);
      held = Buffer.from(bytes.subarray(whole));
    }
    await this.#sendFragments(contextId, held, true);
  }

  async #sendFragments(contextId: number, bytes: Buffer, isEnd: boolean): Promise<void> {
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += this.#maxFragment) {
      const fragment = bytes.subarray(at, at + this.#maxFragment);
      chunks.push(encodeDataHead(contextId, fragment.length, { command: false, last: isEnd && at + fragment.length === bytes.length }), fragment);
    }
    if (isEnd && chunks.length === 0) chunks.push(encodeDataHead(contextId, 0, { command: false, last: true }));
    if (chunks.length > 0) await this.#send(chunks);
  }

  async #send(chunks: readonly Buffer[]): Promise<void> {
    if (this.#lost) throw this.#lost;
    if (!(await this.#upperLayer.sendData(chunks))) throw this.#lost ?? new AppError('association-lost', { class: 'transient', message: 'The association ended while an object was sent.' });
  }
}
