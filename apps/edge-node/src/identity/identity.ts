import { existsSync } from 'node:fs';
import { AppError } from '@readroom/shared/error';
import type { Proof } from '@readroom/shared/wire/auth';
import { adoptNextKey, readNextKey, readNodeKey } from './node-key.ts';
import type { NodeKey } from './node-key.ts';

/** The key of the running node. It is read again at each connection, so that a rotation needs no restart. */
export interface NodeIdentity {
  /** The key, and behind it one that a rotation cut short may have left: whether the gateway took it only the gateway knows. @throws AppError `node-key` */
  candidates(): readonly NodeKey[];
  /** The gateway let this one in. */
  confirmed(key: NodeKey): void;
  /** By the key last confirmed. @throws AppError `node-key` before the first */
  sign(text: string): Proof;
}

export function fileIdentity(file: string): NodeIdentity {
  let current: NodeKey | null = null;
  return {
    candidates() {
      const next = readNextKey(file);
      if (next === null) return [readNodeKey(file)];
      return existsSync(file) ? [readNodeKey(file), next] : [next];
    },
    confirmed(key) {
      current = key;
      if (readNextKey(file)?.keyId === key.keyId) adoptNextKey(file);
    },
    sign(text) {
      if (current === null) throw new AppError('node-key', { class: 'transient', message: 'The gateway has not let this node in yet.' });
      return current.sign(text);
    },
  };
}
