import { z } from 'zod';

/**
 * How a node shows who it is: by an Ed25519 key (RFC 8032) that it made itself and whose public half the gateway keeps.
 *
 *   edge.challenge -> nonce, gateway clock      edge.prove (signature) -> in, or the socket is closed
 *
 * A nonce belongs to one socket and one answer, and its age is counted by the gateway's clock: the node's may be wrong by years.
 * What is signed always begins with its purpose, so that no signature says anything else.
 */
export const challengeSchema = z.object({
  nonce: z.string().min(32).max(128),
  /** Gateway clock, ms since epoch. */
  clock: z.number().int(),
});
export type Challenge = z.infer<typeof challengeSchema>;

const signature = z.string().length(86);

export const proofSchema = z.object({
  /** sha256, hex, of the public key (SubjectPublicKeyInfo, DER). */
  keyId: z.string().length(64),
  /** Ed25519, base64url. */
  signature,
});
export type Proof = z.infer<typeof proofSchema>;

/** An Ed25519 public key: SubjectPublicKeyInfo in DER, base64url. The head is the algorithm's (RFC 8410). */
export const publicKeySchema = z.string().regex(/^MCowBQYDK2VwAyEA[A-Za-z0-9_-]{43}$/);

/** `POST /edge/enrol`: a one-time code makes a public key that of a node. */
export const enrolSchema = z.object({ code: z.string().min(1).max(64), publicKey: publicKeySchema, signature });
export type Enrol = z.infer<typeof enrolSchema>;

export const enrolledSchema = z.object({
  nodeId: z.string(),
  name: z.string(),
  organisation: z.string(),
  /** Gateway clock, ms since epoch. */
  clock: z.number().int(),
});
export type Enrolled = z.infer<typeof enrolledSchema>;

/** `edge.rotate`: another key from now on, signed by the new one; the socket itself was opened by the old one. */
export const rotateSchema = z.object({ publicKey: publicKeySchema, signature });
export type Rotate = z.infer<typeof rotateSchema>;

export const linkProof = (nonce: string): string => `readroom edge link 1\n${nonce}`;
export const rotationProof = (nonce: string, publicKey: string): string => `readroom edge rotation 1\n${nonce}\n${publicKey}`;
/** A ticket is one-time and came down the node's own socket: it is the challenge of its upload. */
export const uploadProof = (ticket: string): string => `readroom edge upload 1\n${ticket}`;
export const enrolProof = (code: string, publicKey: string): string => `readroom edge enrol 1\n${plainCode(code)}\n${publicKey}`;

/** A code as it is hashed and signed: however a person typed it. */
export function plainCode(code: string): string {
  return code.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

/** The `Authorization` header of an upload, and how it is read. */
export const uploadAuthorization = ({ keyId, signature: signed }: Proof): string => `Readroom-Ed25519 ${keyId}.${signed}`;
export function readUploadAuthorization(header: string): Proof | null {
  const [, keyId, signed] = /^Readroom-Ed25519 ([0-9a-f]{64})\.([A-Za-z0-9_-]{86})$/.exec(header) ?? [];
  return keyId === undefined || signed === undefined ? null : { keyId, signature: signed };
}
