import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Deps } from '../infra/deps.ts';

/** 256 random bits: shown once, kept by the node; we keep its hash. */
export function makeNodeKey(): { readonly key: string; readonly keyHash: string } {
  const key = randomBytes(32).toString('base64url');
  return { key, keyHash: hashKey(key) };
}

/** sha256, hex. A random key of 256 bits needs no slow hash: nobody guesses it. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Longest key worth hashing: a hostile one must not cost us anything. */
const KEY_LIMIT = 256;

/** Which node holds this key; null for an unknown, malformed or revoked one. Asked at every connection, so a revocation is final. */
export async function authenticateNode(deps: Deps, key: unknown): Promise<{ readonly nodeId: string; readonly organisationId: string } | null> {
  if (typeof key !== 'string' || key.length === 0 || key.length > KEY_LIMIT) return null;
  const keyHash = hashKey(key);
  const node = await deps.control.edgeNode.findUnique({ where: { keyHash } });
  if (!node || node.revokedAt !== null || !sameHash(node.keyHash, keyHash)) return null;
  return { nodeId: node.id, organisationId: node.organisationId };
}

function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
