import { createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { CipherGCM, DecipherGCM, KeyObject } from 'node:crypto';
import { TAG_BYTES, cipherOf, decipherOf, open, seal } from '../../vault/gcm.ts';
import { KEY_ID_BYTES } from '../../vault/slot.ts';
import type { StudyKey, StudyKeys } from '../../vault/study-keys.ts';

/**
 * Whose study an object is stands in its header, and it is sealed while it arrives: so each record has a key of its own,
 * used once, and that key is sealed by the study's when the study is known. With a key of its own the nonce only tells
 * the record's two messages apart.
 */
const BODY_NONCE = Buffer.alloc(12);
const INDEX_NONCE = Buffer.alloc(12, 1);
const RECORD_KEY_BYTES = 32;
const AES_BLOCK_BYTES = 16;

/** Study key's id, nonce, sealed record key, tag. */
export const ENVELOPE_BYTES = KEY_ID_BYTES + 12 + RECORD_KEY_BYTES + TAG_BYTES;

export class RecordSeal {
  readonly #bytes = randomBytes(RECORD_KEY_BYTES);
  readonly #key: KeyObject = createSecretKey(this.#bytes);
  readonly body: CipherGCM = cipherOf(this.#key, BODY_NONCE);

  /** The index record with its tag. */
  index(plain: Buffer): Buffer {
    const cipher = cipherOf(this.#key, INDEX_NONCE);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Binds the record to its study and its place: moved elsewhere it cannot be opened. */
  envelope({ id, key }: StudyKey, segment: string, recordAt: number): Buffer {
    return Buffer.concat([id, seal(key, this.#bytes, placeOf(segment, recordAt))]);
  }

  /** What was sealed as bytes of the body from `position` on, opened again; not authenticated, so only for what this process just wrote. */
  reopen(sealed: Buffer, position: number): Buffer {
    const skip = position % AES_BLOCK_BYTES;
    // GCM encrypts as CTR does, from counter 2 (NIST SP 800-38D section 7.1).
    const counter = Buffer.concat([BODY_NONCE, Buffer.alloc(4)]);
    counter.writeUInt32BE(2 + Math.floor(position / AES_BLOCK_BYTES), 12);
    const stream = createDecipheriv('aes-256-ctr', this.#key, counter);
    stream.update(Buffer.alloc(skip));
    return stream.update(sealed);
  }
}

export interface RecordOpener {
  readonly body: DecipherGCM;
  readonly index: DecipherGCM;
}

/** `destroyed`: the study was deleted. Null: the record is not in its place, or was changed. */
export function openEnvelope(keys: StudyKeys, envelope: Buffer, segment: string, recordAt: number): RecordOpener | 'destroyed' | null {
  const key = keys.byId(envelope.subarray(0, KEY_ID_BYTES));
  if (!key) return 'destroyed';
  const recordKey = open(key, envelope.subarray(KEY_ID_BYTES), placeOf(segment, recordAt));
  return recordKey && { body: decipherOf(recordKey, BODY_NONCE), index: decipherOf(recordKey, INDEX_NONCE) };
}

/** Null when the bytes are not those that were sealed. */
export function openIndex(opener: RecordOpener, sealed: Buffer): Buffer | null {
  opener.index.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([opener.index.update(sealed.subarray(0, sealed.length - TAG_BYTES)), opener.index.final()]);
  } catch {
    return null;
  }
}

function placeOf(segment: string, recordAt: number): string {
  return `record ${segment} ${recordAt}`;
}
