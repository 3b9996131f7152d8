import type { HospitalPrisma } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { HOUR_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { analysisReasonSchema } from '@readroom/shared/finding/analysis';
import { repeatSchema } from '@readroom/shared/quality/repeat';
import type { Repeat, Repeats, SettleRepeat } from '@readroom/shared/quality/repeat';
import { z } from 'zod';
import { audit, by } from '../audit/audit.ts';
import { recordView } from '../audit/views.ts';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { inTransaction } from '../study/retry.ts';
import { announceRepeats } from './announce.ts';

/** A shift and the one before: midnight must not empty the page. */
const SHOWN_MS = 24 * HOUR_MS;
/** More flagged series a day are a broken detector, not patients to be called back one by one. */
const SHOWN_LIMIT = 200;

const PARTS = {
  study: { select: { id: true, studyUid: true, patientName: true, patientId: true, birthDate: true, sex: true, description: true, callingAeTitle: true, series: { select: { seriesUid: true, seriesNumber: true, description: true } } } },
} satisfies HospitalPrisma.QualityAssessmentInclude;
type Row = HospitalPrisma.QualityAssessmentGetPayload<{ include: typeof PARTS }>;

/**
 * The flagged series of the last day, the newest first. One whose later pictures are in order, and that nobody has answered,
 * is no longer asked for. Each patient shown is one event in the audit trail a person and look (QU5, TN2).
 */
export async function viewRepeats(deps: Deps, member: Member): Promise<Repeats> {
  requireCan(member, 'repeat.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const since = deps.clock() - SHOWN_MS;
  const rows = await client.qualityAssessment.findMany({
    where: { flaggedAt: { gte: new Date(since) }, OR: [{ route: { in: ['repeat', 'refuse'] } }, { outcome: { not: null } }] },
    orderBy: [{ flaggedAt: 'desc' }, { id: 'desc' }], take: SHOWN_LIMIT + 1, include: PARTS,
  });
  const shown = rows.slice(0, SHOWN_LIMIT);
  const studies = new Map(shown.map(({ study }) => [study.id, study.studyUid]));
  await Promise.all([...studies].map(([studyId, studyUid]) => recordView(deps, member, 'repeat.view', { studyId, studyUid })));
  return { since, repeats: shown.map(repeatOf), more: rows.length > SHOWN_LIMIT };
}

/** A technologist's answer. Throws `not-found`, and `conflict` where somebody was first (QU4). */
export async function settleRepeat(deps: Deps, member: Member, { id, outcome, reason }: SettleRepeat): Promise<Repeat> {
  requireCan(member, 'repeat.settle', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const row = await inTransaction(hospital, async (tx) => {
    const settled = { outcome, settledBy: member.userId, settledName: member.name, settledAt: new Date(deps.clock()), settledReason: reason };
    const { count } = await tx.qualityAssessment.updateMany({ where: { id, flaggedAt: { not: null }, outcome: null }, data: settled });
    const found = await tx.qualityAssessment.findUnique({ where: { id }, include: PARTS });
    if (!found?.flaggedAt) throw new AppError('not-found', { class: 'permanent', message: 'There is no such flagged series at your hospital.' });
    if (count === 0) throw new AppError('conflict', { class: 'permanent', message: `${found.settledName ?? 'Somebody'} has answered this series already.` });
    await audit(tx, { ...by(member), action: 'repeat.settle', subject: { studyId: found.studyId, studyUid: found.study.studyUid, seriesUid: found.seriesUid, outcome } });
    return found;
  });
  announceRepeats(deps, member.organisation);
  return repeatOf(row);
}

function repeatOf({ id, flaggedAt, modality, seriesUid, route, reasons, study, outcome, settledName, settledAt, settledReason }: Row): Repeat {
  const series = study.series.find((one) => one.seriesUid === seriesUid);
  return repeatSchema.parse({
    id, modality, flaggedAt: flaggedAt?.getTime(), station: study.callingAeTitle, studyDescription: study.description,
    seriesNumber: series?.seriesNumber ?? null, seriesDescription: series?.description ?? '',
    // Settled ones may have been told in order since; what was asked for is what stands.
    route: route === 'refuse' ? 'refuse' : 'repeat',
    reasons: z.array(analysisReasonSchema).parse(reasons),
    patient: { name: study.patientName, id: study.patientId, birthDate: study.birthDate, sex: study.sex },
    settled: outcome && settledAt ? { outcome, by: settledName ?? '', at: settledAt.getTime(), reason: settledReason ?? '' } : null,
  });
}
