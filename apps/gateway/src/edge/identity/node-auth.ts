import type { Proof } from '@readroom/shared/wire/auth';
import type { Deps } from '../../infra/deps.ts';
import { isSignedBy } from './public-key.ts';

/** An edge node that showed its key: what it says belongs to its organisation and to no other. */
export interface AuthenticatedNode {
  readonly nodeId: string;
  readonly organisation: string;
  readonly keyId: string;
}

export type Refused = 'unknown-key' | 'bad-signature' | 'revoked';
export type KnownKey = { readonly node: AuthenticatedNode; readonly publicKey: string } | { readonly refused: Refused };
export type NodeAuth = { readonly node: AuthenticatedNode } | { readonly refused: Refused };

export async function findKey(deps: Deps, keyId: string): Promise<KnownKey> {
  const row = await deps.control.edgeNode.findUnique({ where: { keyHash: keyId } });
  if (row?.publicKey == null) return { refused: 'unknown-key' };
  if (row.revokedAt) return { refused: 'revoked' };
  return { node: { nodeId: row.id, organisation: row.organisationId, keyId }, publicKey: row.publicKey };
}

/** Whether a known, unrevoked key signed this text. Refusals are counted by their reason. */
export function checkProof(deps: Deps, known: KnownKey, text: string, signature: string): NodeAuth {
  if (!('refused' in known) && isSignedBy(known.publicKey, text, signature)) return { node: known.node };
  const refused = 'refused' in known ? known.refused : 'bad-signature';
  deps.metrics.counter('readroom_edge_refused_total', 'Edge nodes turned away, by reason', ['reason']).inc({ reason: refused });
  return { refused };
}

export async function authenticateNode(deps: Deps, { keyId, signature }: Proof, text: string): Promise<NodeAuth> {
  return checkProof(deps, await findKey(deps, keyId), text, signature);
}

/** For hospital IT at the node. */
export function refusalWords(refused: Refused): string {
  return refused === 'revoked'
    ? 'This node was revoked. Ask the administrator for a new one, and enrol it.'
    : 'Unknown node key. Ask the administrator for a code, and run readroom-edge enrol.';
}
