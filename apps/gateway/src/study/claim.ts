import type { HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { audit, by } from '../audit/audit.ts';
import type { Deps } from '../infra/deps.ts';
import { refreshWorklistItem, type RefreshCause } from '../worklist/refresh.ts';
import { nextRevision } from '../worklist/revision.ts';
import { changeRow } from './change-row.ts';
import { conflict, hasLeftTheList, notFound } from './refusals.ts';

type Change = Readonly<{ status: string; assignedTo: string | null; assignedName: string | null }>;

/** Takes an unread study for this member. Again by the same member: no change. Throws `not-found`, `conflict` with the name of who has it. */
export async function claimStudy(deps: Deps, member: Member, studyId: string): Promise<WorklistItem> {
  const taken = { status: 'claimed', assignedTo: member.userId, assignedName: member.name };
  return change(deps, member, studyId, 'claimed', { status: ['unread'], assignedTo: null }, taken);
}

/** Gives back what this member holds; an attending may give back for anybody. Throws `not-found`, `conflict`. */
export async function releaseStudy(deps: Deps, member: Member, studyId: string): Promise<WorklistItem> {
  const holder = member.role === 'attending' ? undefined : member.userId;
  return change(deps, member, studyId, 'released', { status: ['claimed', 'reading'], assignedTo: holder }, { status: 'unread', assignedTo: null, assignedName: null });
}

/** The one who claimed the study opened it. Null when there was nothing to change. */
export async function beginReading(tx: HospitalTx, member: Member, studyId: string): Promise<Awaited<ReturnType<typeof refreshWorklistItem>> | null> {
  const mine = { studyId, status: 'claimed', assignedTo: member.userId };
  if ((await tx.worklistItem.count({ where: mine })) === 0) return null;
  const revision = await nextRevision(tx);
  await tx.worklistItem.updateMany({ where: mine, data: { status: 'reading' } });
  return refreshWorklistItem(tx, studyId, 'opened', revision);
}

interface From {
  readonly status: readonly string[];
  /** Undefined: whoever holds it. */
  readonly assignedTo: string | null | undefined;
}

/** Compare-and-set under the revision lock: of two who claim in the same instant one has it and the other is told who. */
function change(deps: Deps, member: Member, studyId: string, cause: RefreshCause, from: From, to: Change): Promise<WorklistItem> {
  return changeRow(deps, member, 'study.claim', async (tx) => {
    const revision = await nextRevision(tx);
    const where = { studyId, live: true, status: { in: [...from.status] }, ...(from.assignedTo === undefined ? {} : { assignedTo: from.assignedTo }) };
    const { count } = await tx.worklistItem.updateMany({ where, data: to });
    if (count === 0) await explain(tx, studyId, to);
    if (count > 0) await audit(tx, { ...by(member), action: `study.${cause}`, subject: { studyId } });
    return refreshWorklistItem(tx, studyId, cause, revision);
  });
}

/** Returns when the row already is as wanted, else throws what stands in the way. */
async function explain(tx: HospitalTx, studyId: string, to: Change): Promise<void> {
  const row = await tx.worklistItem.findUnique({ where: { studyId }, select: { status: true, live: true, assignedTo: true, assignedName: true } });
  if (!row) throw notFound();
  if (!row.live) throw hasLeftTheList();
  if (row.assignedTo === to.assignedTo && (to.assignedTo !== null || row.status === to.status)) return;
  throw conflict(row.assignedTo === null ? `The study is ${row.status}.` : `${row.assignedName ?? 'Somebody else'} has this study.`);
}
