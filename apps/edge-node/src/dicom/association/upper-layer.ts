import type { Socket } from 'node:net';
import type { Clock } from '@readroom/shared/clock';
import { giveBack } from '../../infra/give-back.ts';
import type { SetTimer } from '../../infra/timers.ts';
import { encodeAbort, encodeAssociateAccept, encodeAssociateReject, encodeAssociateRequest, encodeReleaseRequest, encodeReleaseResponse } from '../pdu/encode.ts';
import { ABORT_REASON, PduError } from '../pdu/pdu.ts';
import type { AssociateAccept, AssociateReject, AssociateRequest, ControlPdu, PdvSlice } from '../pdu/pdu.ts';
import { PduReader } from '../pdu/reader.ts';
import { UPPER_LAYER } from './upper-layer-state.ts';
import type { UpperLayerAction, UpperLayerEvent, UpperLayerState } from './upper-layer-state.ts';

export interface UpperLayerLimits {
  /** Longest P-DATA-TF value taken. */
  readonly maxPduLength: number;
  /** PS3.8 9.1.5: from the connection to the request, and from our last word to the peer's close. */
  readonly artimMs: number;
  /** Silence on an association. */
  readonly idleMs: number;
  /** A whole association. */
  readonly totalMs: number;
}

export interface UpperLayerHandler {
  onRequest(request: AssociateRequest): void;
  onAccepted(accept: AssociateAccept): void;
  onRejected(reject: AssociateReject): void;
  onSlice(slice: PdvSlice): void;
  onPeerReleases(): void;
  /** Once, whatever the end was. `fault` is null after an orderly release or rejection. */
  onClosed(fault: string | null): void;
}

interface Context {
  readonly clock: Clock;
  readonly setTimer: SetTimer;
}

/** One TCP connection driven by the table of `upper-layer-state.ts`. */
export class UpperLayer {
  readonly #socket: Socket;
  readonly #limits: UpperLayerLimits;
  readonly #handler: UpperLayerHandler;
  readonly #context: Context;
  readonly #reader: PduReader;
  #state: UpperLayerState = 'idle';
  #fault: string | null = null;
  #closed = false;
  #heardAt: number;
  #cancelArtim: (() => void) | null = null;
  #cancelIdle: (() => void) | null = null;
  #cancelTotal: (() => void) | null = null;
  #control: ControlPdu | null = null;
  #abortReason: number = ABORT_REASON.notSpecified;
  #request: Parameters<typeof encodeAssociateRequest>[0] | null = null;

  constructor(socket: Socket, limits: UpperLayerLimits, context: Context, handler: UpperLayerHandler) {
    this.#socket = socket;
    this.#limits = limits;
    this.#context = context;
    this.#handler = handler;
    this.#heardAt = context.clock();
    this.#reader = new PduReader({ onControl: (pdu) => this.#onControl(pdu), onSlice: (slice) => this.#onSlice(slice), onRead: giveBack }, limits.maxPduLength);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#fault ??= `the connection failed (${error.code ?? 'unknown'})`;
    });
    socket.on('close', () => this.#dispatch('transport-closed'));
    this.#watchIdle();
    this.#cancelTotal = context.setTimer(() => this.#expire('the association lasted longer than the limit'), limits.totalMs);
  }

  get state(): UpperLayerState {
    return this.#state;
  }

  /** The acceptor's beginning: the socket is open, the request has to come. */
  listen(): void {
    this.#dispatch('transport-opened');
  }

  /** The requestor's beginning. The request goes out once the socket says `opened`. */
  request(request: Parameters<typeof encodeAssociateRequest>[0], opened: 'connect' | 'secureConnect' = 'connect'): void {
    this.#request = request;
    this.#dispatch('connect');
    this.#socket.once(opened, () => this.#dispatch('transport-opened'));
  }

  accept(accept: Omit<AssociateAccept, 'type'>): void {
    this.#send(encodeAssociateAccept(accept), 'accept');
  }

  reject(reject: Omit<AssociateReject, 'type'>): void {
    this.#send(encodeAssociateReject(reject), 'reject');
  }

  release(): void {
    this.#dispatch('release');
  }

  replyRelease(): void {
    this.#dispatch('reply-release');
  }

  abort(why: string, reason: number = ABORT_REASON.notSpecified): void {
    this.#fault ??= why;
    this.#abortReason = reason;
    this.#dispatch('abort-locally');
  }

  /** Sends P-DATA-TF bytes. Resolves when the kernel has them, so that a sender is held back; false once there is no association. */
  sendData(chunks: readonly Buffer[]): Promise<boolean> {
    if (this.#state !== 'established') return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#socket.cork();
      chunks.slice(0, -1).forEach((chunk) => this.#socket.write(chunk));
      this.#socket.write(chunks.at(-1) ?? Buffer.alloc(0), (error) => resolve(!error));
      this.#socket.uncork();
    });
  }

  /** Back-pressure: nothing more is taken from the peer until `resume`, but for the one chunk that tells us it goes on. */
  pause(): void {
    this.#reader.pause();
  }

  resume(): void {
    this.#heardAt = this.#context.clock();
    this.#guard(() => this.#reader.resume());
    if (!this.#reader.paused && this.#socket.isPaused()) this.#socket.resume();
  }

  #onData(chunk: Buffer): void {
    this.#heardAt = this.#context.clock();
    if (this.#reader.paused) this.#socket.pause();
    this.#guard(() => this.#reader.push(chunk));
  }

  /** Bytes that break PS3.8: abort, and at once no longer read a peer that may be sending gigabytes. */
  #guard(read: () => void): void {
    try {
      read();
    } catch (error) {
      const isPduError = error instanceof PduError;
      // A defect of ours met in one association must not end the others with the process.
      this.#fault ??= isPduError ? error.message : `an internal error (${error instanceof Error ? error.name : typeof error})`;
      this.#abortReason = isPduError ? error.abortReason : ABORT_REASON.notSpecified;
      this.#dispatch('invalid-pdu');
      this.#socket.destroySoon();
    }
  }

  #onControl(pdu: ControlPdu): void {
    this.#control = pdu;
    this.#dispatch(pdu.type);
  }

  #onSlice(slice: PdvSlice): void {
    const before = this.#state;
    this.#abortReason = ABORT_REASON.unexpectedPdu;
    this.#dispatch('data');
    if (before === 'established' && this.#state === 'established') this.#handler.onSlice(slice);
  }

  #send(bytes: Buffer, event: UpperLayerEvent): void {
    if (UPPER_LAYER[this.#state][event] === null) return;
    this.#socket.write(bytes);
    this.#dispatch(event);
  }

  #dispatch(event: UpperLayerEvent): void {
    const transition = UPPER_LAYER[this.#state][event];
    if (transition === null) return;
    this.#state = transition.next;
    this.#actions[transition.action]();
    if (event === 'transport-closed') this.#finish();
  }

  /** What each action of the table does (PS3.8 tables 9-6 to 9-9). */
  readonly #actions: Readonly<Record<UpperLayerAction, () => void>> = {
    'AE-1': () => undefined,
    'AE-2': () => {
      if (this.#request) this.#socket.write(encodeAssociateRequest(this.#request));
      this.#startArtim();
    },
    'AE-3': () => {
      this.#stopArtim();
      if (this.#control?.type === 'associate-accept') this.#handler.onAccepted(this.#control);
    },
    'AE-4': () => {
      if (this.#control?.type === 'associate-reject') this.#handler.onRejected(this.#control);
      this.#close();
    },
    'AE-5': () => this.#startArtim(),
    'AE-6': () => {
      this.#stopArtim();
      if (this.#control?.type === 'associate-request') this.#handler.onRequest(this.#control);
    },
    'AE-7': () => undefined,
    'AE-8': () => this.#lastWord(),
    'DT-2': () => undefined,
    'AR-1': () => {
      this.#socket.write(encodeReleaseRequest());
      this.#startArtim();
    },
    'AR-2': () => this.#handler.onPeerReleases(),
    'AR-3': () => this.#close(),
    'AR-4': () => {
      this.#socket.write(encodeReleaseResponse());
      this.#lastWord();
    },
    'AR-5': () => this.#stopArtim(),
    'AR-6': () => undefined,
    'AR-8': () => {
      this.#socket.write(encodeReleaseResponse());
    },
    'AA-1': () => {
      this.#socket.write(encodeAbort({ source: 0, reason: 0 }));
      this.#lastWord();
    },
    'AA-2': () => this.#close(),
    'AA-3': () => {
      this.#fault ??= 'the peer aborted the association';
      this.#close();
    },
    'AA-4': () => {
      this.#fault ??= 'the peer closed the connection without releasing the association';
    },
    'AA-5': () => this.#stopArtim(),
    'AA-6': () => undefined,
    'AA-8': () => {
      this.#fault ??= 'the peer sent a PDU out of turn';
      this.#socket.write(encodeAbort({ source: 2, reason: this.#abortReason }));
      this.#lastWord();
    },
  };

  /** PS3.8 Sta13: the peer closes the connection; ARTIM bounds how long it may take. */
  #lastWord(): void {
    this.#reader.stop();
    this.#socket.resume();
    this.#startArtim();
  }

  #close(): void {
    this.#reader.stop();
    this.#socket.destroy();
    this.#finish();
  }

  #startArtim(): void {
    this.#stopArtim();
    this.#cancelArtim = this.#context.setTimer(() => {
      if (this.#state !== 'closing') this.#fault ??= 'the peer did not answer in time';
      this.#dispatch('timer-expired');
    }, this.#limits.artimMs);
  }

  #stopArtim(): void {
    this.#cancelArtim?.();
    this.#cancelArtim = null;
  }

  /** One timer an association, moved on when it fires, instead of one a chunk. */
  #watchIdle(): void {
    const left = this.#heardAt + this.#limits.idleMs - this.#context.clock();
    if (left <= 0) return this.#expire('nothing was heard from the peer for longer than the limit');
    this.#cancelIdle = this.#context.setTimer(() => this.#watchIdle(), left);
  }

  #expire(why: string): void {
    this.#fault ??= why;
    this.#dispatch('timer-expired');
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopArtim();
    this.#cancelIdle?.();
    this.#cancelTotal?.();
    this.#reader.stop();
    this.#handler.onClosed(this.#fault);
  }
}
