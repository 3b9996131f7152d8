import type { HospitalTx } from '@readroom/db';
import { policySchema, type Policy } from '@readroom/shared/priority/policy';

/** The hospital at this moment of a transaction: the revision just taken and the policy in force. */
export interface HospitalMoment {
  readonly revision: number;
  readonly policy: Policy;
  readonly policyVersion: number;
}

/**
 * Takes the hospital's next revision and holds its counter row locked until the transaction ends, so that revisions
 * become visible in their order and none is missed. Call it before touching any other row: every writer then waits
 * here, in one queue, and none can deadlock with another.
 */
export async function nextRevision(tx: HospitalTx): Promise<number> {
  return (await takeRevision(tx)).revision;
}

/** `nextRevision` together with the policy, which stands in the same row. */
export async function takeRevision(tx: HospitalTx): Promise<HospitalMoment> {
  const state = await tx.hospitalState.update({ where: { id: 1 }, data: { revision: { increment: 1 } } });
  return { revision: Number(state.revision), policy: policySchema.parse(state.policy), policyVersion: state.policyVersion };
}

/** The moment of a revision taken earlier in the same transaction. */
export async function momentOf(tx: HospitalTx, revision: number): Promise<HospitalMoment> {
  const state = await tx.hospitalState.findUniqueOrThrow({ where: { id: 1 } });
  return { revision, policy: policySchema.parse(state.policy), policyVersion: state.policyVersion };
}
