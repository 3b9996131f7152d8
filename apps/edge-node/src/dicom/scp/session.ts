import type { UpperLayer } from '../association/upper-layer.ts';
import { COMMAND, CommandError, MAX_COMMAND_BYTES, decodeCommand, encodeCommand } from '../dimse/command.ts';
import type { Command } from '../dimse/command.ts';
import { STATUS } from '../dimse/status.ts';
import type { StoreOutcome } from '../dimse/status.ts';
import { encodeDataHead } from '../pdu/encode.ts';
import { ABORT_REASON } from '../pdu/pdu.ts';
import type { PdvSlice } from '../pdu/pdu.ts';
import type { AcceptedContext } from './negotiate.ts';
import type { AssociationReceiver, IncomingObject } from './receiver.ts';

export interface SessionReport {
  onStored(outcome: StoreOutcome, command: Command): void;
}

/** What arrives after a command that announces a data set. */
interface Pending {
  readonly contextId: number;
  readonly command: Command;
  readonly object: IncomingObject | null;
  /** Answered once the data set has passed by, when there is no object to store. */
  readonly refusal: StoreOutcome;
}

/**
 * The messages of one established association (PS3.7): command, then data set, then our response, one at a time
 * (no asynchronous operations window is negotiated). A request that cannot be met is answered; the association lives on.
 */
export class ScpSession {
  readonly #upperLayer: UpperLayer;
  readonly #contexts: ReadonlyMap<number, AcceptedContext>;
  readonly #receiver: AssociationReceiver;
  readonly #report: SessionReport;
  #commandSlices: Buffer[] = [];
  #commandBytes = 0;
  #commandContext: number | null = null;
  #pending: Pending | null = null;

  constructor(upperLayer: UpperLayer, contexts: ReadonlyMap<number, AcceptedContext>, receiver: AssociationReceiver, report: SessionReport) {
    this.#upperLayer = upperLayer;
    this.#contexts = contexts;
    this.#receiver = receiver;
    this.#report = report;
  }

  onSlice(slice: PdvSlice): void {
    if (!this.#contexts.has(slice.contextId)) return this.#outOfTurn('data for a presentation context that was not accepted');
    if (slice.command) this.#onCommandSlice(slice);
    else this.#onDataSlice(slice);
  }

  /** The association is over: an object that was still arriving is not stored. */
  end(): void {
    this.#pending?.object?.discard();
    this.#pending = null;
  }

  #outOfTurn(why: string): void {
    this.#upperLayer.abort(why, ABORT_REASON.unexpectedParameter);
  }

  #onCommandSlice(slice: PdvSlice): void {
    if (this.#pending) return this.#outOfTurn('a command where a data set was announced');
    if (this.#commandContext !== null && this.#commandContext !== slice.contextId) return this.#outOfTurn('a command that changes its presentation context');
    this.#commandContext = slice.contextId;
    this.#commandBytes += slice.bytes.length;
    if (this.#commandBytes > MAX_COMMAND_BYTES) return this.#outOfTurn('a command set longer than any DIMSE command');
    this.#commandSlices.push(Buffer.from(slice.bytes));
    if (!slice.last) return;
    const bytes = Buffer.concat(this.#commandSlices);
    this.#commandSlices = [];
    this.#commandBytes = 0;
    this.#commandContext = null;
    try {
      this.#onCommand(slice.contextId, decodeCommand(bytes));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#outOfTurn(error.message);
    }
  }

  #onCommand(contextId: number, command: Command): void {
    if (command.field === COMMAND.cEchoRequest) return this.#respond(contextId, command, { status: STATUS.success, comment: '' });
    // Nothing of ours lasts long enough to be cancelled (PS3.7 9.3.2.3 belongs to C-FIND, C-GET and C-MOVE).
    if (command.field === COMMAND.cCancel) return;
    // A response to a request we never made.
    if ((command.field & 0x8000) !== 0) return this.#outOfTurn('a response where a request belongs');
    const refusal = this.#refusalOf(contextId, command);
    if (!command.hasDataSet) return this.#respond(contextId, command, refusal ?? { status: STATUS.mistypedArgument, comment: 'C-STORE without a data set' });
    const context = this.#contexts.get(contextId);
    const object =
      refusal || !context
        ? null
        : this.#receiver.receive({
            sopClassUid: command.affectedSopClassUid,
            sopInstanceUid: command.affectedSopInstanceUid,
            transferSyntaxUid: context.transferSyntax,
          });
    this.#pending = { contextId, command, object, refusal: refusal ?? { status: STATUS.cannotUnderstand, comment: '' } };
  }

  #refusalOf(contextId: number, command: Command): StoreOutcome | null {
    if (command.field !== COMMAND.cStoreRequest) return { status: STATUS.unrecognizedOperation, comment: 'Only C-STORE and C-ECHO are served here' };
    if (command.affectedSopClassUid !== this.#contexts.get(contextId)?.abstractSyntax) {
      return { status: STATUS.sopClassNotSupported, comment: 'SOP class differs from that of the presentation context' };
    }
    return null;
  }

  #onDataSlice(slice: PdvSlice): void {
    const pending = this.#pending;
    if (pending?.contextId !== slice.contextId) return this.#outOfTurn('a data set that no command announced');
    if (slice.bytes.length > 0) pending.object?.write(slice.bytes);
    if (!slice.last) return;
    this.#pending = null;
    if (!pending.object) return this.#respond(pending.contextId, pending.command, pending.refusal);
    this.#store(pending, pending.object);
  }

  /** The socket is not read while an object is made durable: memory is bounded by one object a sender. */
  #store(pending: Pending, object: IncomingObject): void {
    this.#upperLayer.pause();
    void object.store().then((outcome) => {
      this.#report.onStored(outcome, pending.command);
      this.#respond(pending.contextId, pending.command, outcome);
      this.#upperLayer.resume();
    });
  }

  #respond(contextId: number, command: Command, outcome: StoreOutcome): void {
    const bytes = encodeCommand({
      field: command.field | 0x8000,
      messageId: command.messageId,
      affectedSopClassUid: command.affectedSopClassUid,
      affectedSopInstanceUid: command.affectedSopInstanceUid,
      status: outcome.status,
      errorComment: outcome.comment,
    });
    void this.#upperLayer.sendData([encodeDataHead(contextId, bytes.length, { command: true, last: true }), bytes]);
  }
}
