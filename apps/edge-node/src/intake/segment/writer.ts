import { closeSync, constants, fdatasync, fsyncSync, ftruncateSync, openSync, readSync, writevSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { AppError } from '@readroom/shared/error';
import { giveBack } from '../../infra/give-back.ts';
import { sliceSource } from '../../dicom/header/byte-source.ts';
import type { ByteSource } from '../../dicom/header/byte-source.ts';
import type { StudyKey } from '../../vault/study-keys.ts';
import { RECORD_HEADER_BYTES, encodeRecordHeader, recordLength } from './format.ts';
import type { StoredAt } from './format.ts';
import { RecordSeal } from './sealing.ts';

const syncData = promisify(fdatasync);

/** Bytes kept in memory before they go to the file: nearly every image is written by one `writev` when it is whole. */
const SPILL_BYTES = 16 * 1024 * 1024;
const BLOCK_BYTES = 1024 * 1024;
/** Sealed at once: while the sender still sends, and in few calls. Divides a block. */
const SEAL_STEP_BYTES = 128 * 1024;
/** Blocks a writer keeps between objects: enough for a slice of CT or MR, and little for a node with many senders. */
const BLOCKS_KEPT = 2;

function failure(code: string, cause: unknown, message: string): AppError {
  return new AppError(code, { class: 'transient', message, cause });
}

/** A segment's file could not take the bytes. Nothing of the object stays; what came before it does. */
function writeFailure(cause: unknown): AppError {
  const full = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
  return full ? failure('disk-full', cause, 'The disk is full.') : failure('disk-write', cause, 'The disk refused a write.');
}

/** A file's name is durable before the first object in it is. */
function syncDirectory(path: string): void {
  const directory = openSync(dirname(path), constants.O_RDONLY);
  fsyncSync(directory);
  closeSync(directory);
}

/** Appends objects to one segment file, sealed. One object at a time: begin, write..., then finish or discard. */
export class SegmentWriter {
  readonly name: string;
  readonly #fd: number;
  #end = 0;
  #head: Buffer = Buffer.alloc(0);
  /** Written over by each object: what is received is copied here, and the socket's memory given back. */
  #blocks: Buffer[] = [];
  #queued = 0;
  /** Of what is queued, the bytes that are in `#sealed` too. */
  #sealedBytes = 0;
  #sealed: Buffer[] = [];
  #seal: RecordSeal = new RecordSeal();
  #spilled = 0;
  #crc = 0;
  #error: AppError | null = null;
  #closed = false;

  private constructor(fd: number, name: string) {
    this.#fd = fd;
    this.name = name;
  }

  /** A new file. @throws AppError `disk-full` or `disk-write` */
  static create(path: string, name: string): SegmentWriter {
    try {
      const fd = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600);
      syncDirectory(path);
      return new SegmentWriter(fd, name);
    } catch (cause) {
      throw writeFailure(cause);
    }
  }

  get size(): number {
    return this.#end;
  }

  /** `head` is the Part 10 head that goes before the data set. */
  begin(head: Buffer): void {
    this.#head = head;
    this.#forget();
    this.#seal = new RecordSeal();
    this.#crc = 0;
    this.#take(this.#seal.body.update(head));
    this.#error = null;
  }

  get dataSetLength(): number {
    return this.#spilled + this.#queued;
  }

  /** Keeps a copy of a slice. A write that fails is remembered and reported by `finish`, so that the sender gets its answer in order. */
  write(slice: Buffer): void {
    if (this.#error) return;
    this.#keep(slice);
    // Sealed and summed while the sender is still sending, not when it waits for our answer.
    while (this.#queued - this.#sealedBytes >= SEAL_STEP_BYTES) this.#sealNext(SEAL_STEP_BYTES);
    if (this.#queued < SPILL_BYTES) return;
    try {
      this.#spill();
    } catch (cause) {
      this.#error = writeFailure(cause);
      this.#forget();
    }
  }

  /** The data set so far, wherever it is, for reading its header. */
  source(): ByteSource {
    if (this.#spilled === 0) return sliceSource(this.#kept());
    if (this.#queued > 0) this.#spill();
    const read = (position: number, length: number): Buffer => this.#seal.reopen(this.#read(this.#dataSetStart() + position, Math.min(length, this.#spilled - position)), this.#head.length + position);
    return { length: this.#spilled, bytes: read };
  }

  /**
   * Writes the record, sealed for its study, and waits until the disk has it (`fdatasync`).
   * @throws AppError `disk-full`, `disk-write` (nothing of the object stays) or `disk-sync` (this file is not to be trusted with more)
   */
  async finish(index: Buffer, studyKey: StudyKey): Promise<StoredAt> {
    if (this.#error) throw this.#error;
    const record = this.#end;
    const dataSetLength = this.dataSetLength;
    try {
      this.#append(index, studyKey);
    } catch (cause) {
      this.#forget();
      this.#cut(record);
      throw writeFailure(cause);
    }
    try {
      await syncData(this.#fd);
    } catch (cause) {
      // After a failed sync the kernel may call the lost pages clean: a second sync would succeed and prove nothing.
      this.#forget();
      this.#cut(record);
      throw failure('disk-sync', cause, 'The disk could not make an object durable.');
    }
    const at = { segment: this.name, position: record + RECORD_HEADER_BYTES, headLength: this.#head.length, dataSetLength };
    this.#end = record + recordLength({ isSealed: true, headLength: this.#head.length, dataSetLength, indexLength: index.length, crc: 0 });
    this.#forget();
    return at;
  }

  /** Takes back the last finished record, which nobody was told of. */
  undo(at: StoredAt): void {
    this.#end = at.position - RECORD_HEADER_BYTES;
    this.#cut(this.#end);
  }

  discard(): void {
    if (this.#spilled > 0) this.#cut(this.#end);
    this.#forget();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#blocks = [];
    this.#sealed = [];
    closeSync(this.#fd);
  }

  #dataSetStart(): number {
    return this.#end + RECORD_HEADER_BYTES + this.#head.length;
  }

  #append(index: Buffer, studyKey: StudyKey): void {
    const dataSetLength = this.dataSetLength;
    this.#sealRest();
    this.#take(this.#seal.body.final());
    for (const part of [this.#seal.body.getAuthTag(), this.#seal.index(index), this.#seal.envelope(studyKey, this.name, this.#end)]) this.#take(part);
    const header = encodeRecordHeader({ isSealed: true, headLength: this.#head.length, dataSetLength, indexLength: index.length, crc: this.#crc });
    if (this.#spilled === 0) return this.#writeAll([header, ...this.#sealed], this.#end);
    this.#writeAll(this.#sealed, this.#dataSetStart() + this.#spilled);
    this.#writeAll([header], this.#end);
  }

  #spill(): void {
    this.#sealRest();
    this.#writeAll(this.#sealed, this.#spilled === 0 ? this.#end + RECORD_HEADER_BYTES : this.#dataSetStart() + this.#spilled);
    this.#dropSealed();
    this.#spilled += this.#queued;
    this.#queued = 0;
  }

  /** Nothing in the file is ever clear. `length` does not pass a block's end. */
  #sealNext(length: number): void {
    const from = this.#sealedBytes % BLOCK_BYTES;
    const block = this.#blocks[Math.floor(this.#sealedBytes / BLOCK_BYTES)];
    if (block) this.#take(this.#seal.body.update(block.subarray(from, from + length)));
    this.#sealedBytes += length;
  }

  #sealRest(): void {
    const rest = this.#queued - this.#sealedBytes;
    if (rest > 0) this.#sealNext(rest);
  }

  #take(sealed: Buffer): void {
    if (sealed.length === 0) return;
    this.#crc = crc32(sealed, this.#crc);
    this.#sealed.push(sealed);
  }

  #dropSealed(): void {
    // Those of a whole step have memory of their own; small ones may share theirs.
    for (const part of this.#sealed) if (part.length === SEAL_STEP_BYTES && part.buffer.byteLength === part.length) giveBack(part);
    this.#sealed = [];
    this.#sealedBytes = 0;
  }

  /** `writev` may write less than it was given, on a full disk above all: go on until it throws or is done. */
  #writeAll(buffers: readonly Buffer[], position: number): void {
    let left = buffers.filter((buffer) => buffer.length > 0);
    let at = position;
    while (left.length > 0) {
      let written = writevSync(this.#fd, left, at);
      at += written;
      while (left[0] && written >= left[0].length) {
        written -= left[0].length;
        left = left.slice(1);
      }
      if (left[0] && written > 0) left = [left[0].subarray(written), ...left.slice(1)];
    }
  }

  #read(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, length));
    const read = readSync(this.#fd, bytes, 0, bytes.length, position);
    return bytes.subarray(0, read);
  }

  #forget(): void {
    this.#blocks.splice(BLOCKS_KEPT).forEach(giveBack);
    this.#dropSealed();
    this.#queued = 0;
    this.#spilled = 0;
  }

  #keep(slice: Buffer): void {
    for (let from = 0; from < slice.length; ) {
      const index = Math.floor(this.#queued / BLOCK_BYTES);
      const block = (this.#blocks[index] ??= Buffer.allocUnsafeSlow(BLOCK_BYTES));
      const copied = slice.copy(block, this.#queued % BLOCK_BYTES, from);
      from += copied;
      this.#queued += copied;
    }
  }

  /** What waits in memory, as views. */
  #kept(): Buffer[] {
    return this.#blocks.slice(0, Math.ceil(this.#queued / BLOCK_BYTES)).map((block, index) => block.subarray(0, this.#queued - index * BLOCK_BYTES));
  }

  /** Best effort: a record that stays in part has no valid header and is never read. */
  #cut(length: number): void {
    try {
      ftruncateSync(this.#fd, length);
    } catch {
      this.#error = null;
    }
  }
}
