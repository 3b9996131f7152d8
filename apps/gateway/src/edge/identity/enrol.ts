import { MINUTE_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { enrolProof, plainCode } from '@readroom/shared/wire/auth';
import type { Enrol, Enrolled } from '@readroom/shared/wire/auth';
import { NODE_ACTOR, audit } from '../../audit/audit.ts';
import { hashSecret, makeCode } from '../../auth/one-time.ts';
import type { Deps } from '../../infra/deps.ts';
import { isSignedBy, keyIdOf } from './public-key.ts';

/** Time to walk from the desk to the machine. */
export const CODE_MS = 15 * MINUTE_MS;

export interface IssuedCode {
  /** Shown once; its hash is kept. */
  readonly code: string;
  readonly expiresAt: number;
}

/** A code that gives this node a key, once. An earlier code that nobody used is void from now on. */
export async function issueCode(deps: Deps, nodeId: string, createdBy: string): Promise<IssuedCode> {
  const code = makeCode();
  const expiresAt = new Date(deps.clock() + CODE_MS);
  await deps.control.$transaction([
    deps.control.edgeEnrolment.deleteMany({ where: { nodeId, usedAt: null } }),
    deps.control.edgeEnrolment.create({ data: { codeHash: hashSecret(plainCode(code)), nodeId, createdBy, expiresAt } }),
  ]);
  return { code, expiresAt: expiresAt.getTime() };
}

/**
 * Gives the code's node this public key, in one transaction with the use of the code: of two that send it only one gets in.
 * The same key may ask again with the same code (its answer was lost); another key finds the code used.
 * @throws AppError `bad-input` for a key its sender does not hold, `expired` for a code that is wrong, used or old
 */
export async function enrol(deps: Deps, input: Enrol): Promise<Enrolled> {
  const count = (outcome: string): void => deps.metrics.counter('readroom_edge_enrolments_total', 'Enrolments of edge nodes, by outcome', ['outcome']).inc({ outcome });
  if (!isSignedBy(input.publicKey, enrolProof(input.code, input.publicKey), input.signature)) {
    count('bad-signature');
    throw new AppError('bad-input', { class: 'permanent', message: 'The key of this enrolment is not its sender’s.' });
  }
  const keyId = keyIdOf(input.publicKey);
  const codeHash = hashSecret(plainCode(input.code));
  const isFresh = await useCode(deps, codeHash, keyId, input.publicKey);
  const found = await deps.control.edgeEnrolment.findUnique({ where: { codeHash }, include: { node: { include: { organisation: true } } } });
  if (found?.node.keyHash !== keyId || found.node.revokedAt !== null || found.expiresAt.getTime() <= deps.clock()) {
    count('refused');
    deps.log.warn({ event: 'edge.enrol-refused' });
    throw new AppError('expired', { class: 'permanent', message: 'This code is wrong, was used, or is older than 15 minutes. Ask the administrator for a new one.' });
  }
  const { node } = found;
  if (isFresh) deps.log.info({ event: 'edge.enrolled', nodeId: node.id, organisation: node.organisationId });
  count(isFresh ? 'enrolled' : 'repeated');
  return { nodeId: node.id, name: node.name, organisation: node.organisation.name, clock: deps.clock() };
}

/** Whether the code was taken now. */
async function useCode(deps: Deps, codeHash: string, keyHash: string, publicKey: string): Promise<boolean> {
  const now = new Date(deps.clock());
  return await deps.control.$transaction(async (tx) => {
    const taken = await tx.edgeEnrolment.updateMany({ where: { codeHash, usedAt: null, expiresAt: { gt: now }, node: { revokedAt: null } }, data: { usedAt: now } });
    if (taken.count !== 1) return false;
    const { nodeId } = await tx.edgeEnrolment.findUniqueOrThrow({ where: { codeHash } });
    const owner = await tx.edgeNode.findUnique({ where: { keyHash } });
    if (owner !== null && owner.id !== nodeId) throw new AppError('conflict', { class: 'permanent', message: 'This key is already that of another node. Enrol again: the node makes a new one.' });
    const node = await tx.edgeNode.update({ where: { id: nodeId }, data: { keyHash, publicKey } });
    // Before the commit: a key that is in force stands in the audit.
    await record(deps, node.organisationId, nodeId, 'node.enrol');
    return true;
  });
}

/** A deed of the node itself. */
export async function record(deps: Deps, organisation: string, nodeId: string, action: string): Promise<void> {
  const { client } = await deps.hospital(organisation);
  await audit(client, { actor: `${NODE_ACTOR}${nodeId}`, role: 'node', action, subject: { nodeId } });
}
