import type { HospitalPrisma, HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { mayTakeUp, type Aside, type PutAside } from '@readroom/shared/worklist/aside';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { audit, by } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import { changeRow } from '../../study/change-row.ts';
import { conflict, forbidden, hasLeftTheList, notFound } from '../../study/refusals.ts';
import { refreshWorklistItem } from '../refresh.ts';
import { nextRevision } from '../revision.ts';

/**
 * LF6: who has a study puts it aside, with a note and for a time; its place on the list is no part of that. The audit holds who, when
 * and until when, never the note. Throws `not-found`, `conflict` where somebody else or nobody has it, `forbidden`.
 */
export function putAside(deps: Deps, member: Member, { studyId, note, forMs }: PutAside): Promise<WorklistItem> {
  return changeRow(deps, member, 'study.claim', async (tx) => {
    const revision = await nextRevision(tx);
    const holder = await holderOf(tx, studyId);
    if (holder === null) throw conflict('Claim the study first: only who has a study puts it aside.');
    if (holder.id !== member.userId) throw conflict(`${holder.name} has this study: only they put it aside.`);
    const now = deps.clock();
    const until = forMs === null ? null : new Date(now + forMs);
    const row = { id: deps.makeId(), authorId: member.userId, authorName: member.name, note, since: new Date(now), until };
    await tx.studyAside.upsert({ where: { studyId }, create: { ...row, studyId }, update: row });
    await audit(tx, { ...by(member), action: 'study.put-aside', subject: { studyId, asideId: row.id, until: until?.getTime() ?? null } });
    return refreshWorklistItem(tx, studyId, 'put-aside', revision);
  });
}

/** LF6: ends the putting aside a person saw on the row. Throws `not-found`, `conflict` where it is over already, `forbidden`. */
export function takeUp(deps: Deps, member: Member, studyId: string, asideId: string): Promise<WorklistItem> {
  return changeRow(deps, member, 'study.claim', async (tx) => {
    const revision = await nextRevision(tx);
    const holder = await holderOf(tx, studyId);
    const stored = await tx.studyAside.findUnique({ where: { studyId } });
    if (stored?.id !== asideId) throw conflict('The study is not put aside any more, or was again meanwhile. Look at the row as it is now.');
    if (!mayTakeUp(member, asideOf(stored), holder?.id ?? null)) throw forbidden(`${holder?.name ?? 'Somebody else'} has this study: only they, who put it aside, or an attending takes it up.`);
    await tx.studyAside.delete({ where: { studyId } });
    await audit(tx, { ...by(member), action: 'study.take-up', subject: { studyId, asideId } });
    return refreshWorklistItem(tx, studyId, 'taken-up', revision);
  });
}

async function holderOf(tx: HospitalTx, studyId: string): Promise<Aside['author'] | null> {
  const row = await tx.worklistItem.findUnique({ where: { studyId }, select: { live: true, assignedTo: true, assignedName: true } });
  if (!row) throw notFound();
  if (!row.live) throw hasLeftTheList();
  return row.assignedTo === null ? null : { id: row.assignedTo, name: row.assignedName ?? 'Somebody else' };
}

export function asideOf({ id, authorId, authorName, note, since, until }: HospitalPrisma.StudyAsideGetPayload<object>): Aside {
  return { id, author: { id: authorId, name: authorName }, note, since: since.getTime(), until: until?.getTime() ?? null };
}
