import { AppError } from '@readroom/shared/error';
import { rotationProof } from '@readroom/shared/wire/auth';
import type { Rotate } from '@readroom/shared/wire/auth';
import type { Deps } from '../../infra/deps.ts';
import type { AuthenticatedNode } from './node-auth.ts';
import { record } from './enrol.ts';
import { isSignedBy, keyIdOf } from './public-key.ts';

/**
 * Another key for a node, asked for over a socket that the old one opened. Sockets of the old key are closed by the watch.
 * @throws AppError `bad-input`, `conflict`
 */
export async function rotateKey(deps: Deps, node: AuthenticatedNode, nonce: string, { publicKey, signature }: Rotate): Promise<void> {
  if (!isSignedBy(publicKey, rotationProof(nonce, publicKey), signature)) throw new AppError('bad-input', { class: 'permanent', message: 'The new key is not its sender’s.' });
  await deps.control.$transaction(async (tx) => {
    const changed = await tx.edgeNode.updateMany({ where: { id: node.nodeId, keyHash: node.keyId, revokedAt: null }, data: { keyHash: keyIdOf(publicKey), publicKey } });
    if (changed.count !== 1) throw new AppError('conflict', { class: 'permanent', message: 'The key of this node was changed meanwhile.' });
    await record(deps, node.organisation, node.nodeId, 'node.rotate');
  });
  deps.log.info({ event: 'edge.key-rotated', nodeId: node.nodeId });
}
