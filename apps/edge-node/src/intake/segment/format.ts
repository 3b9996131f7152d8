import { crc32 } from 'node:zlib';
import { TAG_BYTES } from '../../vault/gcm.ts';
import { ENVELOPE_BYTES } from './sealing.ts';

/**
 * A segment is a file of records, one a stored instance, appended and never changed:
 *
 *   record    header (64 bytes) | sealed: Part 10 head (preamble, DICM, file meta), data set as received | tag
 *                               | sealed: index record (JSON) | tag | envelope: the record's key, sealed by the study's
 *
 * Lengths are those of what was sealed; AES-GCM changes none. A record of before there were keys has the older magic and
 * neither tags nor envelope. The checksum is over what is on the disk, so that whole and torn records are told apart
 * without any key.
 *
 * The header is little endian. It is written with the rest in one go, or last where the data set was too long to keep
 * in memory, so a record cut short by a crash has no valid header or ends after the file does. Nothing but this folder
 * knows the layout; bytes pass in and out of it whole.
 */
export const RECORD_HEADER_BYTES = 64;
const CLEAR_MAGIC = Buffer.from('RRSEG\r\n\x01', 'latin1');
const SEALED_MAGIC = Buffer.from('RRSEG\r\n\x02', 'latin1');
/** Tag of the body, tag of the index record, envelope. */
export const SEAL_BYTES = 2 * TAG_BYTES + ENVELOPE_BYTES;

export interface RecordShape {
  readonly isSealed: boolean;
  readonly headLength: number;
  readonly dataSetLength: number;
  readonly indexLength: number;
  /** CRC-32 over everything after the header. */
  readonly crc: number;
}

export function recordLength(shape: RecordShape): number {
  return RECORD_HEADER_BYTES + shape.headLength + shape.dataSetLength + shape.indexLength + (shape.isSealed ? SEAL_BYTES : 0);
}

export function encodeRecordHeader(shape: RecordShape): Buffer {
  const bytes = Buffer.alloc(RECORD_HEADER_BYTES);
  (shape.isSealed ? SEALED_MAGIC : CLEAR_MAGIC).copy(bytes, 0);
  bytes.writeUInt32LE(shape.headLength, 8);
  bytes.writeBigUInt64LE(BigInt(shape.dataSetLength), 12);
  bytes.writeUInt32LE(shape.indexLength, 20);
  bytes.writeUInt32LE(shape.crc, 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
  return bytes;
}

/** `null` when the bytes are not a record's header. */
export function decodeRecordHeader(bytes: Buffer): RecordShape | null {
  if (bytes.length < RECORD_HEADER_BYTES) return null;
  const isSealed = bytes.subarray(0, 8).equals(SEALED_MAGIC);
  if (!isSealed && !bytes.subarray(0, 8).equals(CLEAR_MAGIC)) return null;
  if (crc32(bytes.subarray(0, 60)) !== bytes.readUInt32LE(60)) return null;
  return {
    isSealed,
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
