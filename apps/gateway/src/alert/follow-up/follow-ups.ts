import type { Hospital, HospitalPrisma } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { followUpStatusSchema } from '@readroom/shared/alert/follow-up';
import type { CloseFollowUp, FollowUp, FollowUps } from '@readroom/shared/alert/follow-up';
import { AppError } from '@readroom/shared/error';
import { audit, by } from '../../audit/audit.ts';
import { auditOnceAnHour } from '../../audit/once-an-hour.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { conflict } from '../../study/refusals.ts';
import { ALERT_PARTS, toAlert } from '../alert-view.ts';

/** More open tasks than this are a department in trouble: the first due are shown. */
const OPEN_LIMIT = 500;
const CLOSED_SHOWN = 50;

const PARTS = { alert: { include: ALERT_PARTS } } satisfies HospitalPrisma.FollowUpTaskInclude;
type TaskRow = HospitalPrisma.FollowUpTaskGetPayload<{ include: typeof PARTS }>;

/** The open ones, the first due first, and those closed last. The look is audited once an hour. Throws `forbidden`. */
export async function listFollowUps(deps: Deps, member: Member): Promise<FollowUps> {
  requireCan(member, 'alert.view', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const [open, closed] = await Promise.all([
    hospital.client.followUpTask.findMany({ where: { status: 'requested' }, orderBy: [{ dueAt: 'asc' }, { id: 'asc' }], take: OPEN_LIMIT, include: PARTS }),
    hospital.client.followUpTask.findMany({ where: { closedAt: { not: null } }, orderBy: [{ closedAt: 'desc' }, { id: 'desc' }], take: CLOSED_SHOWN, include: PARTS }),
  ]);
  await auditOnceAnHour(deps, hospital, member, 'alert.view');
  const of = (row: TaskRow): FollowUp => followUpOf(member.organisation, row);
  return { open: open.map(of), closed: closed.map(of) };
}

/**
 * AL15: closed once, by a named person, in their words. The same request sent again answers the same. Throws `forbidden`,
 * `not-found`, and `conflict` with the name of who was first.
 */
export async function closeFollowUp(deps: Deps, member: Member, { id, status, note }: CloseFollowUp): Promise<FollowUp> {
  requireCan(member, 'alert.communicate', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  await hospital.client.$transaction(async (tx) => {
    const { count } = await tx.followUpTask.updateMany({ where: { id, status: 'requested' }, data: { status, note, closedAt: new Date(deps.clock()), closedBy: member.userId, closedName: member.name } });
    // What was written may name a patient: it stays with the task.
    if (count === 1) await audit(tx, { ...by(member), action: 'follow-up.close', subject: { followUpId: id, status } });
  });
  const task = await find(hospital, id);
  const isMine = task.closedBy === member.userId && task.status === status && task.note === note;
  if (!isMine) throw conflict(`${task.closedName ?? 'Somebody else'} has closed this task already. Open this page again to read what was done.`);
  return followUpOf(member.organisation, task);
}

async function find({ client }: Hospital, id: string): Promise<TaskRow> {
  const row = await client.followUpTask.findUnique({ where: { id }, include: PARTS });
  if (row) return row;
  throw new AppError('not-found', { class: 'permanent', message: 'There is no such task here. The list shows those that are open.' });
}

function followUpOf(organisation: string, row: TaskRow): FollowUp {
  const { id, status, authoredAt, dueAt, closedAt, closedBy, closedName, note } = row;
  return {
    id, alert: toAlert(organisation, row.alert), status: followUpStatusSchema.parse(status), authoredAt: authoredAt.getTime(), dueAt: dueAt.getTime(),
    closed: closedAt === null ? null : { by: { id: closedBy ?? '', name: closedName ?? '' }, at: closedAt.getTime(), note: note ?? '' },
  };
}
