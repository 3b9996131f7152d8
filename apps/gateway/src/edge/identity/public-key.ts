import { createHash, createPublicKey, verify } from 'node:crypto';

/** The id a node is known by: sha256, hex, of its public key's DER. `publicKey` is base64url of it (wire/auth.ts). */
export function keyIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex');
}

/** Whether the holder of the key said this text. False for a key that is none, too. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
