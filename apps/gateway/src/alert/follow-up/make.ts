import type { Hospital, HospitalTx } from '@readroom/db';
import { followUpDueAt } from '@readroom/shared/alert/follow-up';
import { severitySchema } from '@readroom/shared/finding/finding';
import { audit } from '../../audit/audit.ts';
import type { AuditEntry } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import { policyOf } from '../escalation/policies.ts';

export interface Acknowledged {
  readonly id: string;
  readonly severity: string;
  readonly raisedAt: Date;
  /** The escalation policy it was raised under. */
  readonly policyVersion: number;
}

/** AL15: what an acknowledged result that is not critical still asks for, in the transaction of its acknowledgement; once. */
export async function makeFollowUp(tx: HospitalTx, deps: Deps, hospital: Hospital, who: Pick<AuditEntry, 'actor' | 'role'>, alert: Acknowledged): Promise<void> {
  const severity = severitySchema.parse(alert.severity);
  const policy = await policyOf(deps, hospital, alert.policyVersion);
  const dueAt = followUpDueAt(severity, alert.raisedAt.getTime(), policy[severity]);
  if (dueAt === null) return;
  const id = deps.makeId();
  const { count } = await tx.followUpTask.createMany({ data: [{ id, alertId: alert.id, authoredAt: new Date(deps.clock()), dueAt: new Date(dueAt) }], skipDuplicates: true });
  if (count === 1) await audit(tx, { ...who, action: 'follow-up.open', subject: { followUpId: id, alertId: alert.id } });
}
