import type { HospitalTx } from '@readroom/db';
import type { AlertEventMessage } from '@readroom/shared/alert/alert';
import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import type { AnalysisView, FeedbackVerdict } from '@readroom/shared/finding/analysis-view';
import { emitAlerts } from '../alert/emit.ts';
import { raiseAlerts } from '../alert/raise.ts';
import { audit, by } from '../audit/audit.ts';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { offerProposals } from '../report/proposals.ts';
import { inTransaction } from '../study/retry.ts';
import { publishPatch } from '../worklist/push.ts';
import { refreshWorklistItem, type RowPatch } from '../worklist/refresh.ts';
import { nextRevision } from '../worklist/revision.ts';
import { ANALYSIS_PARTS, presentAnalysis } from './present.ts';

export interface Feedback {
  readonly verdict: FeedbackVerdict;
  readonly note?: string | undefined;
}

/**
 * A radiologist says whether a finding is there. A refusal takes it out of the rank (PR3) and ranks the study anew; the
 * latest answer counts. Throws `not-found`, also for an id of another hospital.
 */
export async function giveFeedback(deps: Deps, member: Member, analysisId: string, findingId: string, feedback: Feedback): Promise<AnalysisView> {
  requireCan(member, 'finding.feedback', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const { patch, alerts, row } = await inTransaction(hospital, async (tx) => {
    const revision = await nextRevision(tx);
    const changed = await recordFeedback(tx, deps, member, { analysisId, findingId, feedback, revision });
    return { ...changed, row: await tx.imageAnalysis.findUniqueOrThrow({ where: { id: analysisId }, include: ANALYSIS_PARTS }) };
  });
  publishPatch(deps, member.organisation, patch);
  void emitAlerts(deps, member.organisation, alerts);
  await offerProposals(deps, member.organisation, row.studyId);
  return presentAnalysis(row);
}

export interface FeedbackRecord {
  readonly analysisId: string;
  readonly findingId: string;
  readonly feedback: Feedback;
  /** Taken earlier in this transaction (`nextRevision`). */
  readonly revision: number;
}

/** The part inside a transaction, for whoever records an answer together with something else. Publish the patch and emit the alerts after the commit. */
export async function recordFeedback(tx: HospitalTx, deps: Deps, member: Member, { analysisId, findingId, feedback, revision }: FeedbackRecord): Promise<{ patch: RowPatch; alerts: AlertEventMessage[] }> {
  const now = deps.clock();
  const { count } = await tx.analysisFinding.updateMany({
    where: { analysisId, findingId },
    data: { feedback: feedback.verdict, feedbackBy: member.userId, feedbackAt: new Date(now), feedbackNote: feedback.note ?? null },
  });
  if (count === 0) throw new AppError('not-found', { class: 'permanent', message: 'There is no such finding here.' });
  const { studyId } = await tx.imageAnalysis.findUniqueOrThrow({ where: { id: analysisId }, select: { studyId: true } });
  await audit(tx, { ...by(member), action: 'finding.feedback', subject: { analysisId, findingId, studyId, verdict: feedback.verdict } });
  const alerts = await raiseAlerts(tx, deps, { organisation: member.organisation, studyId, revision: BigInt(revision), now });
  return { patch: await refreshWorklistItem(tx, studyId, 'feedback', revision), alerts };
}
