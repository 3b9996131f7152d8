import { CLOSE } from '@readroom/shared/wire/close-codes';
import type * as Y from 'yjs';
import { SYSTEM_AUTHOR, authorOf, captureUpdate, stampAuthor } from '../../document.ts';
import { applyChecked, freshClients, inspectUpdate } from './guard.ts';
import type { Refusal } from './guard.ts';
import type { Peer } from '../peer.ts';

export type Verdict =
  | { readonly refusal: Refusal | 'incomplete' }
  | {
      readonly refusal: null;
      /** The server's note of who owns the Yjs clients that write here for the first time. */
      readonly stamp: Uint8Array | null;
      /** `null` when the document had it all already. */
      readonly effect: Uint8Array | null;
    };

/**
 * May this peer make this change? On `trial`, which must be made again after a refusal. Authors are stamped here (RP3): a Yjs client
 * id belongs to whom it first wrote for, and nobody else's edits are taken under it.
 */
export function judge(trial: Y.Doc, peer: Peer, update: Uint8Array): Verdict {
  const inspection = inspectUpdate(update);
  if (inspection.refusal) return inspection;
  const fresh = freshClients(trial, inspection.stretches);
  const foreign = fresh.some((client) => !mayWriteAs(trial, client, peer));
  if (foreign) return { refusal: { code: CLOSE.protocol, reason: 'The update writes under the name of somebody else.' } };
  const unknown = fresh.filter((client) => authorOf(trial, client) === null);
  const stamp = unknown.length === 0 ? null : captureUpdate(trial, (doc) => stampAll(doc, unknown, peer));
  const applied = applyChecked(trial, update);
  if (applied.refusal !== null) return applied;
  if (applied.effect !== null && !peer.mayWrite) {
    return { refusal: { code: CLOSE.forbidden, reason: 'Your role may read this report but not write in it.' } };
  }
  return { refusal: null, stamp, effect: applied.effect };
}

function mayWriteAs(doc: Y.Doc, client: number, peer: Peer): boolean {
  const author = authorOf(doc, client);
  return author === null || (author.kind === 'person' && author.id === peer.person.id);
}

function stampAll(doc: Y.Doc, clients: readonly number[], peer: Peer): void {
  stampAuthor(doc, doc.clientID, SYSTEM_AUTHOR);
  for (const client of clients) stampAuthor(doc, client, { kind: 'person', id: peer.person.id, name: peer.person.name, acceptedBy: null });
}
