import { closeSync, constants, fdatasync, fsyncSync, ftruncateSync, openSync, readSync, writevSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { AppError } from '@readroom/shared/error';
import { giveBack } from '../../infra/give-back.ts';
import { sliceSource } from '../../dicom/header/byte-source.ts';
import type { ByteSource } from '../../dicom/header/byte-source.ts';
import { RECORD_HEADER_BYTES, encodeRecordHeader } from './format.ts';
import type { StoredAt } from './format.ts';

const syncData = promisify(fdatasync);

/** Bytes kept in memory before they go to the file: nearly every image is written by one `writev` when it is whole. */
const SPILL_BYTES = 16 * 1024 * 1024;
const BLOCK_BYTES = 1024 * 1024;
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

/** Appends objects to one segment file. One object at a time: begin, write..., then finish or discard. */
export class SegmentWriter {
  readonly name: string;
  readonly #fd: number;
  #end = 0;
  #head: Buffer = Buffer.alloc(0);
  /** Written over by each object: what is received is copied here, and the socket's memory given back. */
  #blocks: Buffer[] = [];
  #queued = 0;
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
    this.#crc = crc32(head);
    this.#error = null;
  }

  get dataSetLength(): number {
    return this.#spilled + this.#queued;
  }

  /** Keeps a copy of a slice. A write that fails is remembered and reported by `finish`, so that the sender gets its answer in order. */
  write(slice: Buffer): void {
    if (this.#error) return;
    this.#keep(slice);
    // Summed while the sender is still sending, not when it waits for our answer.
    this.#crc = crc32(slice, this.#crc);
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
    return { length: this.#spilled, bytes: (position, length) => this.#read(this.#dataSetStart() + position, Math.min(length, this.#spilled - position)) };
  }

  /**
   * Writes the record and waits until the disk has it (`fdatasync`).
   * @throws AppError `disk-full`, `disk-write` (nothing of the object stays) or `disk-sync` (this file is not to be trusted with more)
   */
  async finish(index: Buffer): Promise<StoredAt> {
    if (this.#error) throw this.#error;
    const record = this.#end;
    const dataSetLength = this.dataSetLength;
    try {
      this.#append(index);
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
    this.#end = record + RECORD_HEADER_BYTES + this.#head.length + dataSetLength + index.length;
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
    closeSync(this.#fd);
  }

  #dataSetStart(): number {
    return this.#end + RECORD_HEADER_BYTES + this.#head.length;
  }

  #append(index: Buffer): void {
    const dataSetLength = this.dataSetLength;
    const rest = this.#kept();
    const crc = crc32(index, this.#crc);
    const header = encodeRecordHeader({ headLength: this.#head.length, dataSetLength, indexLength: index.length, crc });
    if (this.#spilled === 0) return this.#writeAll([header, this.#head, ...rest, index], this.#end);
    this.#writeAll([...rest, index], this.#dataSetStart() + this.#spilled);
    this.#writeAll([header], this.#end);
  }

  #spill(): void {
    if (this.#spilled === 0) this.#writeAll([this.#head], this.#end + RECORD_HEADER_BYTES);
    this.#writeAll(this.#kept(), this.#dataSetStart() + this.#spilled);
    this.#spilled += this.#queued;
    this.#queued = 0;
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
