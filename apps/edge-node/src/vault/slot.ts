import type { KeyObject } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { open, seal } from './gcm.ts';

/**
 * One study's key in the file of keys, 256 bytes, so that it is written by one sector and wiped in place:
 *
 *   magic (4) | key id (16) | made at, ms (8) | sealed by the master key: study key (32), length of UID (1), UID (64) | zeros | CRC-32 (4)
 */
export const SLOT_BYTES = 256;
export const KEY_ID_BYTES = 16;
const MAGIC = Buffer.from('RRK1', 'latin1');
const STUDY_KEY_BYTES = 32;
const UID_BYTES = 64;
const SEALED_AT = MAGIC.length + KEY_ID_BYTES + 8;
const SEALED_BYTES = 12 + STUDY_KEY_BYTES + 1 + UID_BYTES + 16;

export interface SlotContent {
  readonly id: Buffer;
  readonly key: Buffer;
  readonly studyUid: string;
  /** ms since 1970. */
  readonly madeAt: number;
}

export function encodeSlot(master: KeyObject, { id, key, studyUid, madeAt }: SlotContent): Buffer {
  const bytes = Buffer.alloc(SLOT_BYTES);
  MAGIC.copy(bytes, 0);
  id.copy(bytes, MAGIC.length);
  bytes.writeBigUInt64LE(BigInt(madeAt), MAGIC.length + KEY_ID_BYTES);
  const plain = Buffer.alloc(STUDY_KEY_BYTES + 1 + UID_BYTES);
  key.copy(plain, 0);
  plain[STUDY_KEY_BYTES] = plain.write(studyUid, STUDY_KEY_BYTES + 1, 'latin1');
  seal(master, plain, aboutOf(id)).copy(bytes, SEALED_AT);
  plain.fill(0);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, SLOT_BYTES - 4)), SLOT_BYTES - 4);
  return bytes;
}

/** `free`: wiped or never used. `damaged`: the disk changed it. `foreign`: whole, and sealed by another master key. */
export function decodeSlot(master: KeyObject, bytes: Buffer): SlotContent | 'free' | 'damaged' | 'foreign' {
  if (bytes.every((byte) => byte === 0)) return 'free';
  const isWhole = bytes.subarray(0, MAGIC.length).equals(MAGIC) && crc32(bytes.subarray(0, SLOT_BYTES - 4)) === bytes.readUInt32LE(SLOT_BYTES - 4);
  if (!isWhole) return 'damaged';
  const id = Buffer.from(bytes.subarray(MAGIC.length, MAGIC.length + KEY_ID_BYTES));
  const plain = open(master, bytes.subarray(SEALED_AT, SEALED_AT + SEALED_BYTES), aboutOf(id));
  if (!plain) return 'foreign';
  const from = STUDY_KEY_BYTES + 1;
  return { id, key: plain.subarray(0, STUDY_KEY_BYTES), studyUid: plain.toString('latin1', from, from + (plain[STUDY_KEY_BYTES] ?? 0)), madeAt: Number(bytes.readBigUInt64LE(MAGIC.length + KEY_ID_BYTES)) };
}

function aboutOf(id: Buffer): string {
  return `study-key ${id.toString('hex')}`;
}
