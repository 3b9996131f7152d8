import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import type { AnalysisView } from '@readroom/shared/finding/analysis-view';
import { seriesSchema, type Series } from '@readroom/shared/study/study';
import { worklistItemSchema, type WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { z } from 'zod';
import { ANALYSIS_PARTS, presentAnalysis } from '../analysis/present.ts';
import { audit, by } from '../audit/audit.ts';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { ensureReport } from '../report/ensure-report.ts';
import { publishPatch } from '../worklist/push.ts';
import { beginReading } from './claim.ts';
import { inTransaction } from './retry.ts';

export interface OpenedStudy {
  readonly item: WorklistItem;
  readonly series: readonly Series[];
  readonly analyses: readonly AnalysisView[];
  /** Null for a prior that was fetched to be looked at: its report is elsewhere. */
  readonly reportId: string | null;
  readonly fetchedAsPrior: boolean;
}

/** Everything the study page shows. The opening is audited in the same transaction (TN2). Throws `not-found`, also for another hospital's id. */
export async function openStudy(deps: Deps, member: Member, studyId: string): Promise<OpenedStudy> {
  requireCan(member, 'study.view', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const patch = await inTransaction(hospital, async (tx) => {
    const study = await tx.study.findUnique({ where: { id: studyId }, select: { studyUid: true } });
    if (!study) throw new AppError('not-found', { class: 'permanent', message: 'There is no such study here.' });
    const opened = await beginReading(tx, member, studyId);
    await audit(tx, { ...by(member), action: 'study.view', subject: { studyId, studyUid: study.studyUid } });
    return opened;
  });
  if (patch) publishPatch(deps, member.organisation, patch);
  const { worklistItem, series, analyses, fetchedAsPrior } = await hospital.client.study.findUniqueOrThrow({
    where: { id: studyId },
    include: {
      worklistItem: { select: { item: true } },
      series: { orderBy: [{ seriesNumber: 'asc' }, { seriesUid: 'asc' }] },
      analyses: { where: { live: true }, include: ANALYSIS_PARTS, orderBy: [{ modelId: 'asc' }, { id: 'asc' }] },
    },
  });
  const reportId = fetchedAsPrior ? null : (await ensureReport(deps, member.organisation, studyId)).reportId;
  return {
    fetchedAsPrior,
    item: worklistItemSchema.parse(worklistItem?.item),
    series: z.array(seriesSchema).parse(series),
    analyses: analyses.map(presentAnalysis),
    reportId,
  };
}
