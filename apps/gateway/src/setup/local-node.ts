import type { Deps } from '../infra/deps.ts';

/**
 * The edge node of this machine belongs to `organisationId` from now on. Its key never leaves the machine: the start
 * command tells us the hash. A node that served the demo moves to the real hospital when that is set up; a node somebody
 * revoked stays revoked.
 */
export async function adoptLocalNode(deps: Deps, organisationId: string): Promise<void> {
  const keyHash = deps.env.localNodeKeyHash;
  if (keyHash === null) return;
  const found = await deps.control.edgeNode.findUnique({ where: { keyHash }, include: { organisation: true } });
  if (!found) {
    await deps.control.edgeNode.create({ data: { organisationId, name: 'This machine', keyHash } });
    deps.log.info({ event: 'node.registered', organisation: organisationId });
  } else if (found.organisationId !== organisationId && found.organisation.demo) {
    await deps.control.edgeNode.update({ where: { id: found.id }, data: { organisationId } });
    deps.log.info({ event: 'node.moved', node: found.id, organisation: organisationId });
  }
}
