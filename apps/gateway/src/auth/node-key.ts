import { createHash, randomBytes } from 'node:crypto';

/** The key of an edge node, 256 random bits: shown once, kept by the node; we keep its hash. */
export function makeNodeKey(): { readonly key: string; readonly keyHash: string } {
  const key = randomBytes(32).toString('base64url');
  return { key, keyHash: hashKey(key) };
}

/** sha256, hex. 256 random bits need no slow hash: nobody guesses them. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
