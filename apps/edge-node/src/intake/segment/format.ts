import { crc32 } from 'node:zlib';

/**
 * A segment is a file of records, one a stored instance, appended and never changed:
 *
 *   record    header (64 bytes) | Part 10 head (preamble, DICM, file meta) | data set as received | index record (JSON)
 *
 * The header is little endian. It is written with the rest in one go, or last where the data set was too long to keep
 * in memory, so a record cut short by a crash has no valid header or ends after the file does. Nothing but this folder
 * knows the layout; bytes pass in and out of it whole.
 */
export const RECORD_HEADER_BYTES = 64;
const MAGIC = Buffer.from('RRSEG\r\n\x01', 'latin1');

export interface RecordShape {
  readonly headLength: number;
  readonly dataSetLength: number;
  readonly indexLength: number;
  /** CRC-32 over everything after the header. */
  readonly crc: number;
}

export function recordLength(shape: RecordShape): number {
  return RECORD_HEADER_BYTES + shape.headLength + shape.dataSetLength + shape.indexLength;
}

export function encodeRecordHeader(shape: RecordShape): Buffer {
  const bytes = Buffer.alloc(RECORD_HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(shape.headLength, 8);
  bytes.writeBigUInt64LE(BigInt(shape.dataSetLength), 12);
  bytes.writeUInt32LE(shape.indexLength, 20);
  bytes.writeUInt32LE(shape.crc, 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
  return bytes;
}

/** `null` when the bytes are not a record's header. */
export function decodeRecordHeader(bytes: Buffer): RecordShape | null {
  if (bytes.length < RECORD_HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return null;
  if (crc32(bytes.subarray(0, 60)) !== bytes.readUInt32LE(60)) return null;
  return {
    headLength: bytes.readUInt32LE(8),
    dataSetLength: Number(bytes.readBigUInt64LE(12)),
    indexLength: bytes.readUInt32LE(20),
    crc: bytes.readUInt32LE(24),
  };
}

/** Where a stored instance's Part 10 file stands. */
export interface StoredAt {
  readonly segment: string;
  /** Of the preamble. */
  readonly position: number;
  readonly headLength: number;
  readonly dataSetLength: number;
}
