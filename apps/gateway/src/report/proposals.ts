import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import { decide } from '@readroom/shared/report/proposal';
import type { Decision } from '@readroom/shared/report/proposal';
import { proposalsOf } from '@readroom/shared/report/paragraphs';
import { isSealed } from '@readroom/shared/report/report';
import type { Proposal } from '@readroom/shared/report/report';
import { audit, by } from '../audit/audit.ts';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { SYSTEM_AUTHOR, appendParagraph, putProposal, stampAuthor } from './document.ts';
import { currentFindings, ensureReportIn, syncProposals } from './ensure-report.ts';
import { penHolder, writeDocument } from './report-store.ts';
import type { Writing } from './report-store.ts';

/**
 * Brings a study's report in line with what the AI says now; called after every committed analysis. A study with active, final
 * findings gets its report here, with template and proposals, before anybody opens it. A signed report is left alone.
 */
export async function offerProposals(deps: Deps, organisationId: string, studyId: string): Promise<void> {
  const hospital = await deps.hospital(organisationId);
  await hospital.client.$transaction(async (tx) => {
    const report = await tx.report.findUnique({ where: { studyId }, select: { id: true } });
    if (report) return syncProposals(tx, hospital, report.id, studyId);
    if ((await currentFindings(tx, studyId)).length > 0) await ensureReportIn(tx, hospital, studyId);
  });
}

export interface DecideInput {
  readonly reportId: string;
  readonly proposalId: string;
  readonly decision: Decision;
}

/**
 * Accepts or refuses one proposal, once. Accepted text enters its section, attributed to the model and to the person (RP3); a refused
 * finding leaves the rank (PR3). The server writes it, so nobody decides under another name.
 */
export async function decideProposal(deps: Deps, member: Member, input: DecideInput): Promise<Proposal> {
  requireCan(member, 'report.edit', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const now = deps.clock();
  return hospital.client.$transaction(async (tx) => {
    let decided: Proposal | null = null;
    const report = await writeDocument(tx, hospital, input.reportId, (writing) => {
      decided = applyDecision(writing, member, input, now);
    });
    if (!report || !decided) throw new AppError('not-found', { class: 'permanent', message: 'There is no such report.' });
    const subject = { reportId: report.id, studyId: report.studyId, proposalId: input.proposalId, decision: input.decision };
    await audit(tx, { ...by(member), action: 'report.proposal', subject });
    return decided;
  });
}

function applyDecision({ doc, report }: Writing, member: Member, input: DecideInput, now: number): Proposal {
  if (isSealed(report.state)) throw conflict('already-signed', 'The report is signed; its proposals are closed.');
  const holder = penHolder(report, now);
  if (holder !== null && holder !== member.userId) throw conflict('conflict', 'Somebody is signing this report. Try again in a minute.');
  const proposal = proposalsOf(doc).find((one) => one.id === input.proposalId);
  if (!proposal) throw new AppError('not-found', { class: 'permanent', message: 'This proposal is not in the report any more.' });
  const person = { id: member.userId, name: member.name };
  const decided = decide(proposal, input.decision, person, now);
  if (!decided) throw conflict('conflict', `This proposal was ${proposal.status} before${proposal.decidedBy ? ` by ${proposal.decidedBy.name}` : ''}.`);
  putProposal(doc, decided);
  if (input.decision === 'refused') {
    stampAuthor(doc, doc.clientID, SYSTEM_AUTHOR);
    return decided;
  }
  const { model } = proposal;
  stampAuthor(doc, doc.clientID, { kind: 'ai', id: `${model.id}@${model.version}`, name: `${model.id} ${model.version}`, acceptedBy: person });
  appendParagraph(doc, proposal.section, proposal.text);
  return decided;
}

function conflict(code: string, message: string): AppError {
  return new AppError(code, { class: 'permanent', message });
}
