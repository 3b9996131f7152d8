import { createHash } from 'node:crypto';
import type { Deps } from '../infra/deps.ts';

/** An edge node that showed its key: what it says belongs to its organisation and to no other. */
export interface AuthenticatedNode {
  readonly nodeId: string;
  readonly organisation: string;
}

export type NodeAuth = { readonly node: AuthenticatedNode } | { readonly refused: 'unknown-key' | 'revoked' };

/** Looks the key's sha256 up; the key itself is stored nowhere but at the node. */
export async function authenticateNode(deps: Deps, nodeKey: string | undefined): Promise<NodeAuth> {
  if (!nodeKey || nodeKey.length > 256) return { refused: 'unknown-key' };
  const keyHash = createHash('sha256').update(nodeKey).digest('hex');
  const row = await deps.control.edgeNode.findUnique({ where: { keyHash } });
  if (!row) return { refused: 'unknown-key' };
  return row.revokedAt ? { refused: 'revoked' } : { node: { nodeId: row.id, organisation: row.organisationId } };
}
