import type { Hospital, HospitalTx } from '@readroom/db';
import { audit } from '../audit/audit.ts';
import type { AuditEntry } from '../audit/audit.ts';
import type { Deps } from '../infra/deps.ts';
import { EVENT } from './alert-view.ts';
import { makeFollowUp } from './follow-up/make.ts';
import type { Acknowledged } from './follow-up/make.ts';

export interface AcknowledgedBy {
  readonly who: Pick<AuditEntry, 'actor' | 'role'>;
  /** As the chain of the alert says it. */
  readonly name: string;
  readonly at: Date;
}

/** AL5, AL15: what an acknowledgement leaves besides the alert's own state, in its transaction: the link of the chain, the audit, and the task it may ask for. */
export async function recordAcknowledged(tx: HospitalTx, deps: Deps, hospital: Hospital, alert: Acknowledged & { readonly study: { readonly studyUid: string } }, { who, name, at }: AcknowledgedBy): Promise<void> {
  await tx.alertEvent.create({ data: { id: deps.makeId(), alertId: alert.id, key: EVENT.acknowledged, step: EVENT.acknowledged, at, by: who.actor, detail: { name } } });
  await audit(tx, { ...who, action: 'alert.acknowledge', subject: { alertId: alert.id, studyUid: alert.study.studyUid } });
  await makeFollowUp(tx, deps, hospital, who, alert);
}
