import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import { helloSchema, nodeStatusSchema } from '@readroom/shared/wire/hello';
import type { Hello, NodeStatus } from '@readroom/shared/wire/hello';
import { audit, by } from '../audit/audit.ts';
import { issueCode } from '../edge/identity/enrol.ts';
import type { IssuedCode } from '../edge/identity/enrol.ts';
import type { Deps } from '../infra/deps.ts';

export interface ListedNode {
  readonly nodeId: string;
  readonly name: string;
  /** It has a key, so it may connect. */
  readonly enrolled: boolean;
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
    enrolled: row.publicKey !== null,
    lastSeenAt: row.lastSeenAt?.getTime() ?? null,
    revokedAt: row.revokedAt?.getTime() ?? null,
    createdAt: row.createdAt.getTime(),
    // An older node may have said it in another shape: what can't be read is not shown.
    hello: helloSchema.safeParse(row.hello).data ?? null,
    status: nodeStatusSchema.safeParse(row.status).data ?? null,
  }));
}

/** Registers a node. The code in this answer gives it a key, within 15 minutes and once: `readroom-edge enrol URL CODE`. */
export async function createNode(deps: Deps, member: Member, name: string): Promise<{ nodeId: string } & IssuedCode> {
  const node = await deps.control.edgeNode.create({ data: { organisationId: member.organisation, name } });
  await record(deps, member, 'node.create', node.id);
  return { nodeId: node.id, ...(await issueCode(deps, node.id, member.userId)) };
}

/** Another code: for one that ran out, or for a machine that replaces the node's. Until it is used the node keeps the key it has. */
export async function renewCode(deps: Deps, member: Member, nodeId: string): Promise<IssuedCode> {
  const node = await deps.control.edgeNode.findFirst({ where: { id: nodeId, organisationId: member.organisation, revokedAt: null } });
  if (!node) throw noSuchNode();
  await record(deps, member, 'node.new-code', nodeId);
  return await issueCode(deps, nodeId, member.userId);
}

/** For ever: a revoked node is cut off within seconds, and its codes open nothing. */
export async function revokeNode(deps: Deps, member: Member, nodeId: string): Promise<void> {
  const revoked = await deps.control.edgeNode.updateMany({
    where: { id: nodeId, organisationId: member.organisation, revokedAt: null },
    data: { revokedAt: new Date(deps.clock()) },
  });
  if (revoked.count === 0) throw noSuchNode();
  await record(deps, member, 'node.revoke', nodeId);
}

function noSuchNode(): AppError {
  return new AppError('not-found', { class: 'permanent', message: 'There is no such active node in your organisation.' });
}

async function record(deps: Deps, member: Member, action: string, nodeId: string): Promise<void> {
  const { client } = await deps.hospital(member.organisation);
  await audit(client, { ...by(member), action, subject: { nodeId } });
}
