import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import { helloSchema, nodeStatusSchema } from '@readroom/shared/wire/hello';
import type { Hello, NodeStatus } from '@readroom/shared/wire/hello';
import { audit, by } from '../audit/audit.ts';
import { makeNodeKey } from '../auth/node-key.ts';
import type { Deps } from '../infra/deps.ts';

export interface ListedNode {
  readonly nodeId: string;
  readonly name: string;
  /** Milliseconds since epoch; null while it never connected. */
  readonly lastSeenAt: number | null;
  readonly revokedAt: number | null;
  readonly createdAt: number;
  readonly hello: Hello | null;
  readonly status: NodeStatus | null;
}

/** The organisation's edge nodes with what they last said of themselves: software, models, provider, queue, disk. */
export async function listNodes(deps: Deps, member: Member): Promise<ListedNode[]> {
  const rows = await deps.control.edgeNode.findMany({ where: { organisationId: member.organisation }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  return rows.map((row) => ({
    nodeId: row.id,
    name: row.name,
    lastSeenAt: row.lastSeenAt?.getTime() ?? null,
    revokedAt: row.revokedAt?.getTime() ?? null,
    createdAt: row.createdAt.getTime(),
    // An older node may have said it in another shape: what can't be read is not shown.
    hello: helloSchema.safeParse(row.hello).data ?? null,
    status: nodeStatusSchema.safeParse(row.status).data ?? null,
  }));
}

/** Registers a node. The key is in this answer and nowhere else: write it into the node's READROOM_NODE_KEY_FILE. */
export async function createNode(deps: Deps, member: Member, name: string): Promise<{ nodeId: string; key: string }> {
  const { key, keyHash } = makeNodeKey();
  const node = await deps.control.edgeNode.create({ data: { organisationId: member.organisation, name, keyHash } });
  await record(deps, member, 'node.create', node.id);
  return { nodeId: node.id, key };
}

/** For ever: a revoked node is cut off within seconds, and a new one needs a new key. */
export async function revokeNode(deps: Deps, member: Member, nodeId: string): Promise<void> {
  const revoked = await deps.control.edgeNode.updateMany({
    where: { id: nodeId, organisationId: member.organisation, revokedAt: null },
    data: { revokedAt: new Date(deps.clock()) },
  });
  if (revoked.count === 0) throw new AppError('not-found', { class: 'permanent', message: 'There is no such active node in your organisation.' });
  await record(deps, member, 'node.revoke', nodeId);
}

async function record(deps: Deps, member: Member, action: string, nodeId: string): Promise<void> {
  const { client } = await deps.hospital(member.organisation);
  await audit(client, { ...by(member), action, subject: { nodeId } });
}
