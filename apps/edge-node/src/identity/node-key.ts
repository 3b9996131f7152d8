import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { chownSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@readroom/shared/error';
import type { Proof } from '@readroom/shared/wire/auth';

/** The node's Ed25519 key. The private half never leaves its file. */
export interface NodeKey {
  /** sha256, hex, of the public key: what the gateway knows it by. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo in DER, base64url. */
  readonly publicKey: string;
  sign(text: string): Proof;
}

/** @throws AppError `node-key`, with a sentence for IT */
export function readNodeKey(file: string): NodeKey {
  return fromPem(read(file), file);
}

/** Makes a key and writes it beside `file`, where `adoptNextKey` takes it from. Durable before it is told to anybody. @throws AppError `node-key` */
export function makeNextKey(file: string): NodeKey {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  try {
    writeDurably(nextFile(file), pem);
  } catch (cause) {
    throw new AppError('node-key', { class: 'permanent', message: `The node key cannot be written beside ${file}. Run this as the node's user, or set READROOM_NODE_KEY_FILE to a file in a folder it may write.`, cause });
  }
  return fromPem(pem, file);
}

/** The key that was made and whose use nobody has confirmed yet; null when there is none. */
export function readNextKey(file: string): NodeKey | null {
  try {
    return readNodeKey(nextFile(file));
  } catch {
    return null;
  }
}

/** The gateway took the next key: it is the key from now on. Twice is as good as once. */
export function adoptNextKey(file: string): void {
  try {
    renameSync(nextFile(file), file);
    syncFolder(file);
  } catch (cause) {
    const isDone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (!isDone) throw new AppError('node-key', { class: 'permanent', message: `The new node key lies in ${nextFile(file)} and cannot be moved to ${file}. Move it by hand.`, cause });
  }
}

export function nextFile(file: string): string {
  return `${file}.next`;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const message = isMissing
      ? `This node is not enrolled: there is no key at ${file}. Ask the administrator for a code, and run readroom-edge enrol URL CODE.`
      : `The node key ${file} cannot be read. Run this as the node's user, and check READROOM_NODE_KEY_FILE.`;
    throw new AppError('node-key', { class: 'permanent', message, cause });
  }
}

function fromPem(pem: string, file: string): NodeKey {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(key.asymmetricKeyType);
  } catch (cause) {
    throw new AppError('node-key', { class: 'permanent', message: `What lies in ${file} is no node key. Ask the administrator for a code, and run readroom-edge enrol URL CODE --replace.`, cause });
  }
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha256').update(der).digest('hex');
  return { keyId, publicKey: der.toString('base64url'), sign: (text) => ({ keyId, signature: sign(null, Buffer.from(text), key).toString('base64url') }) };
}

function writeDurably(file: string, text: string): void {
  const handle = openSync(file, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  // Written by root for the node's user, to whom the folder belongs.
  if (process.getuid?.() === 0) {
    const { uid, gid } = statSync(dirname(file));
    chownSync(file, uid, gid);
  }
  syncFolder(file);
}

function syncFolder(file: string): void {
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
