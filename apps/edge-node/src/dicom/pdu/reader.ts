import { decodeControlPdu } from './decode.ts';
import { ABORT_REASON, PDU_TYPE, PduError } from './pdu.ts';
import type { ControlPdu, PdvSlice } from './pdu.ts';

/** A-ASSOCIATE-RQ with 128 contexts of 60 transfer syntaxes each is under 300 kB; nothing else but data comes near. */
const MAX_CONTROL_PDU_BYTES = 512 * 1024;

type Need = 'header' | 'control' | 'pdv-header' | 'fragment';

export interface PduSink {
  readonly onControl: (pdu: ControlPdu) => void;
  /** Called for each piece of a PDV as it arrives; the pieces of one fragment share contextId and command. */
  readonly onSlice: (slice: PdvSlice) => void;
  /** All of a chunk has been read, and nothing here looks at it again. */
  readonly onRead?: (chunk: Buffer) => void;
}

/**
 * Cuts the byte stream of a socket into PDUs without gathering P-DATA-TF: fragments are handed on as views of the
 * chunks they came in, good until the call returns. A PDU longer than what was negotiated is refused by its header,
 * before a byte of it is kept.
 *
 *   header(6) -> control(n)                          any PDU but data
 *             -> pdv header(6) -> fragment(n) -> ... until the PDU's length is used up
 */
export class PduReader {
  readonly #sink: PduSink;
  readonly #maxPduLength: number;
  #need: Need = 'header';
  #kept: Buffer[] = [];
  #missing = 6;
  #type = 0;
  #pduLeft = 0;
  #contextId = 0;
  #controlByte = 0;
  #stopped = false;
  #paused = false;
  #rest: { readonly chunk: Buffer; readonly at: number }[] = [];

  constructor(sink: PduSink, maxPduLength: number) {
    this.#sink = sink;
    this.#maxPduLength = maxPduLength;
  }

  /** Nothing more is read or handed on: the association is over. */
  stop(): void {
    this.#stopped = true;
    this.#kept = [];
    this.#rest = [];
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** What is pushed from now on waits. The socket is paused too, so this is one chunk. */
  pause(): void {
    this.#paused = true;
  }

  /** @throws PduError as `push` does. */
  resume(): void {
    this.#paused = false;
    const rest = this.#rest;
    this.#rest = [];
    rest.forEach(({ chunk, at }) => this.#read(chunk, at));
  }

  /** @throws PduError when the bytes break PS3.8: abort and close. */
  push(chunk: Buffer): void {
    this.#read(chunk, 0);
  }

  #read(chunk: Buffer, from: number): void {
    let at = from;
    while (at < chunk.length && !this.#stopped) {
      if (this.#paused) {
        this.#rest.push({ chunk, at });
        return;
      }
      const take = Math.min(this.#missing, chunk.length - at);
      const piece = chunk.subarray(at, at + take);
      at += take;
      this.#missing -= take;
      if (this.#need === 'fragment') this.#fragment(piece);
      else this.#gather(piece);
    }
    this.#sink.onRead?.(chunk);
  }

  #gather(piece: Buffer): void {
    if (this.#missing > 0) {
      this.#kept.push(Buffer.from(piece));
      return;
    }
    const whole = this.#kept.length === 0 ? piece : Buffer.concat([...this.#kept, piece]);
    this.#kept = [];
    if (this.#need === 'header') this.#header(whole);
    else if (this.#need === 'control') this.#control(whole);
    else this.#pdvHeader(whole);
  }

  #expect(need: Need, bytes: number): void {
    this.#need = need;
    this.#missing = bytes;
  }

  #header(bytes: Buffer): void {
    this.#type = bytes[0] ?? 0;
    const length = bytes.readUInt32BE(2);
    if (this.#type === PDU_TYPE.data) {
      if (length > this.#maxPduLength) throw new PduError(ABORT_REASON.invalidParameter, `a P-DATA-TF PDU is longer than the ${this.#maxPduLength} bytes negotiated`);
      this.#pduLeft = length;
      this.#nextPdv();
      return;
    }
    if (this.#type < PDU_TYPE.associateRequest || this.#type > PDU_TYPE.abort) {
      throw new PduError(ABORT_REASON.unrecognizedPdu, 'a PDU type PS3.8 does not know');
    }
    if (length > MAX_CONTROL_PDU_BYTES) throw new PduError(ABORT_REASON.invalidParameter, `a control PDU is longer than ${MAX_CONTROL_PDU_BYTES} bytes`);
    if (length === 0) this.#control(Buffer.alloc(0));
    else this.#expect('control', length);
  }

  #control(bytes: Buffer): void {
    this.#expect('header', 6);
    this.#sink.onControl(decodeControlPdu(this.#type, bytes));
  }

  #nextPdv(): void {
    if (this.#pduLeft === 0) return this.#expect('header', 6);
    if (this.#pduLeft < 6) throw new PduError(ABORT_REASON.invalidParameter, 'a P-DATA-TF PDU ends inside a presentation data value');
    this.#expect('pdv-header', 6);
  }

  #pdvHeader(bytes: Buffer): void {
    const length = bytes.readUInt32BE(0);
    if (length < 2 || length + 4 > this.#pduLeft) throw new PduError(ABORT_REASON.invalidParameter, 'a presentation data value is longer than its PDU');
    this.#contextId = bytes[4] ?? 0;
    this.#controlByte = bytes[5] ?? 0;
    this.#pduLeft -= length + 4;
    this.#expect('fragment', length - 2);
    // An empty last fragment is how some senders end a message.
    if (length === 2) this.#fragment(Buffer.alloc(0));
  }

  #fragment(bytes: Buffer): void {
    const ends = this.#missing === 0;
    if (ends) this.#nextPdv();
    this.#sink.onSlice({
      contextId: this.#contextId,
      command: (this.#controlByte & 1) === 1,
      last: ends && (this.#controlByte & 2) === 2,
      bytes,
    });
  }
}
