import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileIdentity } from '../identity/identity.ts';
import type { NodeIdentity } from '../identity/identity.ts';
import { adoptNextKey, makeNextKey } from '../identity/node-key.ts';
import type { NodeKey } from '../identity/node-key.ts';

/** A real key in a file of its own. */
export function makeTestIdentity(file = join(mkdtempSync(join(tmpdir(), 'readroom-key-')), 'node.key')): { readonly file: string; readonly key: NodeKey; readonly identity: NodeIdentity } {
  const key = makeNextKey(file);
  adoptNextKey(file);
  return { file, key, identity: fileIdentity(file) };
}
