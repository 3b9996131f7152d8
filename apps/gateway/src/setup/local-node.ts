import { keyIdOf } from '../edge/identity/public-key.ts';
import type { Deps } from '../infra/deps.ts';

const NAME = 'This machine';

/**
 * The edge node of this machine belongs to `organisationId` from now on, without a code: the start command, which made its
 * key, tells us the public half. A node that served the demo moves to the real hospital when that is set up; a node somebody
 * revoked stays revoked.
 */
export async function adoptLocalNode(deps: Deps, organisationId: string): Promise<void> {
  const publicKey = deps.env.localNodePublicKey;
  if (publicKey === null) return;
  const keyHash = keyIdOf(publicKey);
  const found = await deps.control.edgeNode.findUnique({ where: { keyHash }, include: { organisation: true } });
  if (!found) {
    // Of a version that knew no public keys: the same node, so that the images of its studies are still found.
    const keyless = await deps.control.edgeNode.findFirst({ where: { organisationId, name: NAME, publicKey: null, revokedAt: null } });
    if (keyless) await deps.control.edgeNode.update({ where: { id: keyless.id }, data: { keyHash, publicKey } });
    else await deps.control.edgeNode.create({ data: { organisationId, name: NAME, keyHash, publicKey } });
    deps.log.info({ event: 'node.registered', organisation: organisationId });
  } else if (found.organisationId !== organisationId && found.organisation.demo) {
    await deps.control.edgeNode.update({ where: { id: found.id }, data: { organisationId } });
    deps.log.info({ event: 'node.moved', node: found.id, organisation: organisationId });
  }
}
