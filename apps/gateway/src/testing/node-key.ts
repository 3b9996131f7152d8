import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { Proof } from '@readroom/shared/wire/auth';

/** A node's key, made without the edge's code. `pem` is the private half, what lies in READROOM_NODE_KEY_FILE. */
export interface TestNodeKey {
  readonly pem: string;
  readonly publicKey: string;
  readonly keyHash: string;
}

export function makeNodeKey(): TestNodeKey {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { pem, ...publicHalf(pem) };
}

function publicHalf(pem: string): { publicKey: string; keyHash: string } {
  const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  return { publicKey: der.toString('base64url'), keyHash: createHash('sha256').update(der).digest('hex') };
}

export function signWith(pem: string, text: string): Proof {
  return { keyId: publicHalf(pem).keyHash, signature: sign(null, Buffer.from(text), createPrivateKey(pem)).toString('base64url') };
}
