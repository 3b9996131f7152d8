import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { CipherGCM, DecipherGCM, KeyObject } from 'node:crypto';

export const TAG_BYTES = 16;
export const NONCE_BYTES = 12;
const ALGORITHM = 'aes-256-gcm';

export type Key = KeyObject | Buffer;

export const cipherOf = (key: Key, nonce: Buffer): CipherGCM => createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
export const decipherOf = (key: Key, nonce: Buffer): DecipherGCM => createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });

/** Nonce, ciphertext, tag, under a random nonce (NIST SP 800-38D section 8.2.2: good for 2^32 messages a key). `about` is bound and not kept. */
export function seal(key: Key, plain: Buffer, about: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = cipherOf(key, nonce).setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Null when the bytes were not sealed by this key and about this. */
export function open(key: Key, sealed: Buffer, about: string): Buffer | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = decipherOf(key, sealed.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(about));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
