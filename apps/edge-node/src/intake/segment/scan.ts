import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { RECORD_HEADER_BYTES, decodeRecordHeader, recordLength } from './format.ts';
import type { RecordShape, StoredAt } from './format.ts';
import { TAG_BYTES } from '../../vault/gcm.ts';
import type { StudyKeys } from '../../vault/study-keys.ts';
import { ENVELOPE_BYTES, openEnvelope, openIndex } from './sealing.ts';

export interface ScannedRecord {
  readonly at: StoredAt;
  /** Null: its study was deleted. */
  readonly index: Buffer | null;
}

export interface ScanResult {
  readonly records: ScannedRecord[];
  /** Bytes of the file that are accounted for. */
  readonly end: number;
  /** An unfinished record at the end, which nobody was told of, was cut off, with the zeros that a crash of the machine may leave behind it. */
  readonly cutBytes: number;
  /** Records before others whose bytes changed since they were written: a failing disk. Left where they are. */
  readonly damaged: number;
}

const CHUNK_BYTES = 4 * 1024 * 1024;

function crcOf(fd: number, position: number, length: number): number {
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, length)));
  let crc = 0;
  let at = 0;
  while (at < length) {
    const read = readSync(fd, chunk, 0, Math.min(chunk.length, length - at), position + at);
    if (read === 0) break;
    crc = crc32(chunk.subarray(0, read), crc);
    at += read;
  }
  return crc;
}

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
}

function readRecord(fd: number, segment: string, at: number, shape: RecordShape, keys: StudyKeys): ScannedRecord | null {
  const bodyLength = recordLength(shape) - RECORD_HEADER_BYTES;
  if (crcOf(fd, at + RECORD_HEADER_BYTES, bodyLength) !== shape.crc) return null;
  const position = at + RECORD_HEADER_BYTES;
  const end = position + shape.headLength + shape.dataSetLength;
  const index = shape.isSealed ? readSealedIndex(fd, end + TAG_BYTES, shape, keys, { segment, at }) : readAt(fd, end, shape.indexLength);
  return index === 'changed' ? null : { at: { segment, position, headLength: shape.headLength, dataSetLength: shape.dataSetLength }, index };
}

function readSealedIndex(fd: number, position: number, { indexLength }: RecordShape, keys: StudyKeys, record: { readonly segment: string; readonly at: number }): Buffer | null | 'changed' {
  const bytes = readAt(fd, position, indexLength + TAG_BYTES + ENVELOPE_BYTES);
  const opener = openEnvelope(keys, bytes.subarray(indexLength + TAG_BYTES), record.segment, record.at);
  if (opener === 'destroyed') return null;
  return (opener && openIndex(opener, bytes.subarray(0, indexLength + TAG_BYTES))) ?? 'changed';
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** The next place from `from` on where a whole record begins, or `null`. Only a damaged header makes us look. */
function findNextRecord(fd: number, from: number, size: number): number | null {
  for (let at = from; at < size; at += CHUNK_BYTES) {
    const chunk = readAt(fd, at, CHUNK_BYTES + RECORD_HEADER_BYTES);
    for (let offset = chunk.indexOf('RRSEG\r\n'); offset >= 0 && offset < CHUNK_BYTES; offset = chunk.indexOf('RRSEG\r\n', offset + 1)) {
      const shape = decodeRecordHeader(chunk.subarray(offset, offset + RECORD_HEADER_BYTES));
      if (shape && at + offset + recordLength(shape) <= size) return at + offset;
    }
  }
  return null;
}

/**
 * Reads a segment's records from `from`, checks each, and makes what was found durable: after a crash the kernel may
 * still hold bytes it has not written. A record the last life began and did not finish is cut off.
 */
export function scanSegment(path: string, segment: string, from: number, keys: StudyKeys): ScanResult {
  const fd = openSync(path, 'r+');
  try {
    const size = fstatSync(fd).size;
    const records: ScannedRecord[] = [];
    let damaged = 0;
    let at = from;
    while (at < size) {
      const shape = decodeRecordHeader(readAt(fd, at, RECORD_HEADER_BYTES));
      const isWhole = shape !== null && at + recordLength(shape) <= size;
      const record = isWhole ? readRecord(fd, segment, at, shape, keys) : null;
      if (record && isWhole) {
        records.push(record);
        at += recordLength(shape);
        continue;
      }
      // Records are written one after another, so only the last can be unfinished; one that others follow was whole once.
      const next = findNextRecord(fd, at + 1, size);
      if (next === null) break;
      damaged += 1;
      at = next;
    }
    const isUnfinished = at < size && !isZero(readAt(fd, at, RECORD_HEADER_BYTES));
    if (at < size) ftruncateSync(fd, at);
    if (size > from) fdatasyncSync(fd);
    return { records, end: at, cutBytes: isUnfinished ? size - at : 0, damaged };
  } finally {
    closeSync(fd);
  }
}
