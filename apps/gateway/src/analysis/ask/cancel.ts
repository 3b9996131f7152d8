import type { HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import type { AnalysisView } from '@readroom/shared/finding/analysis-view';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import { sendCommand } from '../../edge/edge-hub.ts';
import type { Deps } from '../../infra/deps.ts';
import { ANY_MODEL, CANCELLED_BY_PERSON, REQUEST_EVIDENCE } from '../../study/analysis-plan.ts';
import { inTransaction } from '../../study/retry.ts';
import { publishPatch } from '../../worklist/push.ts';
import { refreshWorklistItem } from '../../worklist/refresh.ts';
import { nextRevision } from '../../worklist/revision.ts';
import { ANALYSIS_PARTS, presentAnalysis } from '../present.ts';

/**
 * Cancels an analysis that has no answer yet: it counts no longer from the commit on, and the edge is told to stop. Cancelling
 * again changes nothing. Throws `not-found`, and `conflict` for one that has ended by itself.
 */
export async function cancelAnalysis(deps: Deps, member: Member, id: string): Promise<AnalysisView> {
  requireCan(member, 'analysis.request', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const { patch, row } = await inTransaction(hospital, async (tx) => {
    const revision = await nextRevision(tx);
    const studyId = await cancelRow(tx, deps, member, id);
    const changed = await refreshWorklistItem(tx, studyId, 'analysis-cancelled', revision);
    const after = await tx.imageAnalysis.findUniqueOrThrow({ where: { id }, include: { ...ANALYSIS_PARTS, study: { select: { studyUid: true, modality: true, nodeId: true } } } });
    return { patch: changed, row: after };
  });
  publishPatch(deps, member.organisation, patch);
  await sendCommand(deps, row.study.nodeId, { type: 'cancel-analysis', studyUid: row.study.studyUid, modelId: row.modelId === ANY_MODEL ? null : row.modelId });
  return presentAnalysis(row);
}

async function cancelRow(tx: HospitalTx, deps: Deps, member: Member, id: string): Promise<string> {
  const row = await tx.imageAnalysis.findUnique({ where: { id }, select: { studyId: true, status: true, evidence: true } });
  if (!row) throw new AppError('not-found', { class: 'permanent', message: 'There is no such analysis here.' });
  if (row.status === 'cancelled') return row.studyId;
  if (row.status !== 'queued' && row.status !== 'running') {
    throw new AppError('conflict', { class: 'permanent', message: `The analysis is ${row.status}; only one that is queued or running can be cancelled.` });
  }
  const reason = { code: CANCELLED_BY_PERSON, text: 'Cancelled by a member of staff' };
  // A cancelled request leaves what it asked about in force; work on new images that was cancelled stays visible as not analysed (PR7).
  const live = !row.evidence.startsWith(REQUEST_EVIDENCE);
  await tx.imageAnalysis.update({ where: { id }, data: { status: 'cancelled', reason, live, completedAt: new Date(deps.clock()) } });
  await audit(tx, { ...by(member), action: 'analysis.cancel', subject: { analysisId: id, studyId: row.studyId } });
  return row.studyId;
}
