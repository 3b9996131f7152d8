import type { HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import { proposalsOf } from '@readroom/shared/report/paragraphs';
import { decide } from '@readroom/shared/report/proposal';
import type { Decision } from '@readroom/shared/report/proposal';
import { isSealed } from '@readroom/shared/report/report';
import type { Proposal } from '@readroom/shared/report/report';
import { emitAlerts } from '../alert/emit.ts';
import { recordFeedback } from '../analysis/feedback.ts';
import { audit, by } from '../audit/audit.ts';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { inTransaction } from '../study/retry.ts';
import { publishPatch } from '../worklist/push.ts';
import { nextRevision } from '../worklist/revision.ts';
import { SYSTEM_AUTHOR, appendParagraph, putProposal, stampAuthor } from './document.ts';
import { penHolder, writeDocument } from './report-store.ts';
import type { Writing } from './report-store.ts';

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
  const { decided, feedback } = await inTransaction(hospital, async (tx) => {
    // The counter's row first, as everywhere (worklist/revision.ts).
    const revision = await nextRevision(tx);
    const written: Proposal[] = [];
    const report = await writeDocument(tx, hospital, input.reportId, (writing) => void written.push(applyDecision(writing, member, input, deps.clock())));
    const [proposal] = written;
    if (!report || !proposal) throw new AppError('not-found', { class: 'permanent', message: 'There is no such report.' });
    const subject = { reportId: report.id, studyId: report.studyId, proposalId: input.proposalId, decision: input.decision };
    await audit(tx, { ...by(member), action: 'report.proposal', subject });
    return { decided: proposal, feedback: await tellAnalysis(tx, deps, member, { studyId: report.studyId, proposal, revision }) };
  });
  if (feedback) {
    publishPatch(deps, member.organisation, feedback.patch);
    void emitAlerts(deps, member.organisation, feedback.alerts);
  }
  return decided;
}

/** The decision is the radiologist's answer to the finding, too. A finding that a later analysis replaced has nobody to tell. */
async function tellAnalysis(tx: HospitalTx, deps: Deps, member: Member, { studyId, proposal, revision }: { studyId: string; proposal: Proposal; revision: number }) {
  const { model, findingId } = proposal;
  const found = await tx.analysisFinding.findFirst({
    where: { findingId, analysis: { studyId, live: true, modelId: model.id, modelVersion: model.version } },
    select: { analysisId: true },
  });
  if (!found) return null;
  const verdict = proposal.status === 'accepted' ? 'agree' : 'refuse';
  return recordFeedback(tx, deps, member, { analysisId: found.analysisId, findingId, feedback: { verdict }, revision });
}

function applyDecision({ doc, report }: Writing, member: Member, input: DecideInput, now: number): Proposal {
  if (isSealed(report.state)) throw refused('already-signed', 'The report is signed; its proposals are closed.');
  const holder = penHolder(report, now);
  if (holder !== null && holder !== member.userId) throw refused('conflict', 'Somebody is signing this report. Try again in a minute.');
  const proposal = proposalsOf(doc).find((one) => one.id === input.proposalId);
  if (!proposal) throw refused('not-found', 'This proposal is not in the report any more.');
  const person = { id: member.userId, name: member.name };
  const decided = decide(proposal, input.decision, person, now);
  if (!decided) throw refused('conflict', `This proposal was ${proposal.status} before${proposal.decidedBy ? ` by ${proposal.decidedBy.name}` : ''}.`);
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

function refused(code: string, message: string): AppError {
  return new AppError(code, { class: 'permanent', message });
}
