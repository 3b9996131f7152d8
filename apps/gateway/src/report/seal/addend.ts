import type { HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { canonicalJson } from '@readroom/shared/canonical-json';
import { canonicalAddendum } from '@readroom/shared/report/canonical';
import { reportMachine } from '@readroom/shared/report/report';
import type { Person } from '@readroom/shared/report/report';
import * as Y from 'yjs';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { readDocument } from '../report-store.ts';
import { changeListed, onReport, refusal, reportSubject, seal } from './sign.ts';
import type { Sealed } from './sign.ts';

export interface AddendInput {
  readonly reportId: string;
  readonly text: string;
  /** The late edit it takes up; its author stays the addendum's author. `null`: the attending's own words. */
  readonly lateEditId: string | null;
  /** sha256, hex, over the canonical addendum the attending had on the screen (RP2). */
  readonly contentHash: string;
}

/** Seals an addendum as a version of its own; the signed text stays as it is (RP1). */
export async function addendReport(deps: Deps, member: Member, input: AddendInput): Promise<Sealed> {
  requireCan(member, 'report.addend', member.organisation);
  return changeListed(deps, member, input.reportId, async ({ tx, report }) => {
    const state = reportMachine.next(report.state, 'addend');
    const signed = await tx.reportVersion.findFirst({ where: { reportId: report.id, kind: 'final' }, select: { hash: true } });
    if (!state || !signed) throw refusal('conflict', 'The report is not signed yet: write in the report itself.');
    const author = await takeUp(tx, member, input, deps.clock());
    const subject = await reportSubject(tx, report.studyId);
    const addendum = canonicalAddendum({ subject, amends: signed.hash, author, text: input.text });
    if (addendum.paragraphs.length === 0) throw refusal('bad-input', 'An addendum needs words. Write them, then sign.');
    const doc = await readDocument(tx, report.id);
    const sealed = await seal(tx, {
      report,
      member,
      canonical: canonicalJson(addendum),
      expected: input.contentHash,
      kind: 'addendum',
      state: Y.encodeStateAsUpdate(doc),
      at: deps.clock(),
    });
    await tx.report.update({ where: { id: report.id }, data: { state } });
    await audit(tx, { ...by(member), action: 'report.addend', subject: { reportId: report.id, studyId: report.studyId, lateEditId: input.lateEditId, ...sealed } });
    return { state, ...sealed };
  });
}

/** Marks the late edit as taken up and returns who wrote it. */
async function takeUp(tx: HospitalTx, member: Member, input: AddendInput, now: number): Promise<Person> {
  if (input.lateEditId === null) return { id: member.userId, name: member.name };
  return resolve(tx, member, { reportId: input.reportId, lateEditId: input.lateEditId, resolution: 'accepted', now });
}

export interface DismissInput {
  readonly reportId: string;
  readonly lateEditId: string;
  readonly reason: string;
}

/** Puts a late edit aside, with the reason. It stays in the table and can be read. */
export async function dismissLateEdit(deps: Deps, member: Member, input: DismissInput): Promise<void> {
  requireCan(member, 'report.addend', member.organisation);
  await onReport(deps, member, input.reportId, async ({ tx, report }) => {
    await resolve(tx, member, { reportId: report.id, lateEditId: input.lateEditId, resolution: `dismissed: ${input.reason}`, now: deps.clock() });
    await audit(tx, { ...by(member), action: 'report.dismiss-late-edit', subject: { reportId: report.id, lateEditId: input.lateEditId } });
  });
}

async function resolve(tx: HospitalTx, member: Member, input: { reportId: string; lateEditId: string; resolution: string; now: number }): Promise<Person> {
  const { reportId, lateEditId, resolution, now } = input;
  const found = await tx.quarantine.findFirst({ where: { id: lateEditId, reportId } });
  if (!found) throw refusal('not-found', 'There is no such late edit.');
  if (found.resolution !== null) throw refusal('conflict', 'This late edit was dealt with already.');
  await tx.quarantine.update({ where: { id: lateEditId }, data: { resolution, resolvedBy: member.userId, resolvedAt: new Date(now) } });
  return { id: found.authorId, name: found.authorName };
}
