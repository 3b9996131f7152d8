import type { Hospital } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { chainOf } from '@readroom/shared/alert/chain';
import type { ChainFacts, ChainLink } from '@readroom/shared/alert/chain';
import { whoText } from '@readroom/shared/alert/hospital-page';
import { AppError } from '@readroom/shared/error';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { ALERT_PARTS, toAlert } from '../alert-view.ts';
import type { AlertRow } from '../alert-view.ts';

/** AL10: the alert's way from the image to the person told, out of what is stored; the look is audited. Throws `forbidden` and `not-found`. */
export async function readChain(deps: Deps, member: Member, alertId: string): Promise<ChainLink[]> {
  const { organisation } = member;
  requireCan(member, 'alert.view', organisation);
  const hospital = await deps.hospital(organisation);
  const row = await hospital.client.alert.findUnique({ where: { id: alertId }, include: ALERT_PARTS });
  if (!row) throw new AppError('not-found', { class: 'permanent', message: 'There is no such alert here.' });
  const analysedAt = await firstAnalysedAt(hospital, row);
  await audit(hospital.client, { ...by(member), action: 'alert.chain', subject: { alertId, studyUid: row.study.studyUid } });
  return chainOf(factsOf(organisation, row, analysedAt));
}

/** The first active analysis that saw this finding above its alert threshold: the one that raised the alert. */
async function firstAnalysedAt({ client }: Hospital, { studyId, findingCode, side }: AlertRow): Promise<number | null> {
  const analysis = await client.imageAnalysis.findFirst({
    where: { studyId, role: 'active', completedAt: { not: null }, findings: { some: { code: findingCode, side: side === 'none' ? null : side, alert: true } } },
    orderBy: { completedAt: 'asc' },
    select: { completedAt: true },
  });
  return analysis?.completedAt?.getTime() ?? null;
}

function factsOf(organisation: string, row: AlertRow, analysedAt: number | null): ChainFacts {
  const { state, severity, raisedAt, acknowledgedBy, acknowledgedAt, communications, proof } = toAlert(organisation, row);
  const lastImageAt = row.study.lastInstanceAt.getTime();
  return {
    state, severity, raisedAt, analysedAt, communications,
    // Only the last image's time is kept: images that came after the analysis hide when those analysed were stored.
    storedAt: analysedAt !== null && lastImageAt > analysedAt ? null : lastImageAt,
    events: proof.map(({ step, at, by: name }, index) => ({ step, at, by: name, key: row.events[index]?.key ?? step })),
    acknowledged: acknowledgedBy === null || acknowledgedAt === null ? null : { at: acknowledgedAt, by: whoText(acknowledgedBy) },
  };
}
