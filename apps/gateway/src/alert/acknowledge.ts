import type { Hospital, HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { alertMachine, alertStateSchema } from '@readroom/shared/alert/alert';
import type { Alert } from '@readroom/shared/alert/alert';
import { SECOND_MS } from '@readroom/shared/clock';
import { AppError, isAppError } from '@readroom/shared/error';
import { by } from '../audit/audit.ts';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { publishPatch } from '../worklist/push.ts';
import { refreshWorklistItem } from '../worklist/refresh.ts';
import { nextRevision } from '../worklist/revision.ts';
import { ALERT_PARTS, silent, toAlert } from './alert-view.ts';
import type { AlertRow } from './alert-view.ts';
import { emitAlerts } from './emit.ts';
import { recordAcknowledged } from './record-acknowledged.ts';

/**
 * AL5: one person takes the alert; a critical one then waits for its communication record (AL9), another leaves a follow-up task (AL15). A second click of the same
 * person answers the same acknowledgement. Throws `forbidden`, `not-found`, and `conflict` with the name of who was first.
 */
export async function acknowledgeAlert(deps: Deps, member: Member, alertId: string): Promise<Alert> {
  const { organisation } = member;
  requireCan(member, 'alert.acknowledge', organisation);
  const hospital = await deps.hospital(organisation);
  const before = await hospital.client.alert.findUnique({ where: { id: alertId }, include: ALERT_PARTS });
  if (!before) throw new AppError('not-found', { class: 'permanent', message: 'There is no such alert. The list shows those that are open.' });
  const taken = await hospital.client.$transaction((tx) => take(tx, deps, hospital, member, before)).catch(nullWhenTaken);
  if (!taken) return existing(organisation, await hospital.client.alert.findUniqueOrThrow({ where: { id: alertId }, include: ALERT_PARTS }), member);
  publishPatch(deps, organisation, taken.patch);
  await emitAlerts(deps, organisation, [silent(organisation, taken.row)]);
  measure(deps, before);
  return toAlert(organisation, taken.row);
}

/** The name and the deed in one transaction under the revision lock; null when somebody was first. */
async function take(tx: HospitalTx, deps: Deps, hospital: Hospital, member: Member, before: AlertRow) {
  const { id, studyId } = before;
  const state = alertStateSchema.parse((await tx.alert.findUniqueOrThrow({ where: { id }, select: { state: true } })).state);
  const next = alertMachine.next(state, 'acknowledge');
  if (next === null) return null;
  const revision = await nextRevision(tx);
  const at = new Date(deps.clock());
  const data = { state: next, acknowledgedBy: member.userId, acknowledgedName: member.name, acknowledgedAt: at, revision: BigInt(revision) };
  const { count } = await tx.alert.updateMany({ where: { id, state }, data });
  // Somebody was first while this one waited for the lock. Rolled back by throwing: the revision must not be used up.
  if (count === 0) throw new AppError(TAKEN, { class: 'permanent' });
  await recordAcknowledged(tx, deps, hospital, before, { who: by(member), name: member.name, at });
  const patch = await refreshWorklistItem(tx, studyId, 'alert', revision);
  return { patch, row: await tx.alert.findUniqueOrThrow({ where: { id }, include: ALERT_PARTS }) };
}

const TAKEN = 'alert-taken';

function nullWhenTaken(error: unknown): null {
  if (isAppError(error, TAKEN)) return null;
  throw error;
}

function existing(organisation: string, row: AlertRow, member: Member): Alert {
  if (row.acknowledgedBy === member.userId) return toAlert(organisation, row);
  throw new AppError('conflict', { class: 'permanent', message: `${row.acknowledgedName ?? 'Somebody else'} has acknowledged this alert already. Nothing more is to be done.` });
}

function measure(deps: Deps, { severity, raisedAt }: AlertRow): void {
  const buckets = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400];
  const seconds = Math.max(0, deps.clock() - raisedAt.getTime()) / SECOND_MS;
  deps.metrics.histogram('readroom_alert_acknowledged_seconds', 'From raising an alert to its acknowledgement', ['severity'], buckets).observe({ severity }, seconds);
}
