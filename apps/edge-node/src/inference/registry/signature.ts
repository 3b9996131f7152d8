import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@readroom/shared/error';

/** Beside a manifest: base64 of the Ed25519 signature of its bytes, which hold the hashes of every other file of the model. */
export const SIGNATURE_FILE = 'manifest.sig';
const PEM = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

/** Whoever may sign models: one PEM file with one public key after the other; nobody has to sign where none is set. @throws AppError `settings` */
export function readSigners(file: string | null): string[] {
  if (file === null) return [];
  const wrong = (why: string): AppError => new AppError('settings', { class: 'permanent', message: `READROOM_MODEL_SIGNERS_FILE: ${file} ${why}. Put the Ed25519 public keys of those who may sign models there, PEM, one after the other.` });
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw wrong('cannot be read');
  }
  const keys = text.match(PEM) ?? [];
  if (keys.length === 0) throw wrong('holds no public key');
  for (const key of keys) if (keyOf(key)?.asymmetricKeyType !== 'ed25519') throw wrong('holds a key that is not Ed25519');
  return [...keys];
}

/** Why a manifest is not believed; nothing when one of the signers signed it. */
export async function signatureReasons(folder: string, manifest: Uint8Array, signers: readonly string[]): Promise<string[]> {
  const text = await readFile(join(folder, SIGNATURE_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return [`${SIGNATURE_FILE} is missing: this node uses models that are signed only`];
  const signature = Buffer.from(text.trim(), 'base64');
  const isSigned = signers.some((pem) => {
    const key = keyOf(pem);
    return key !== undefined && verify(null, manifest, key, signature);
  });
  return isSigned ? [] : [`${SIGNATURE_FILE} is of none of this node's signers, or manifest.json was changed after it was signed`];
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}
