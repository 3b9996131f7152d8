import type { HospitalTx } from '@readroom/db';
import type { AnalysisResult, SeriesQuality } from '@readroom/shared/finding/analysis';
import { isFlagged } from '@readroom/shared/quality/route';
import { NODE_ACTOR, audit } from '../audit/audit.ts';
import type { Said } from '../study/snapshot.ts';

/** A series told to the technologists for the first time, without anything of the patient. */
export interface FlaggedSeries {
  readonly modality: string;
  readonly codes: readonly string[];
}

/**
 * Keeps what was said of each series, one row a series; what was said before is replaced, a person's answer is not. Answers the
 * series that were flagged by this and never before (QU4); a study fetched as a prior is never flagged. What an older message says
 * changes nothing.
 */
export async function keepQuality(tx: HospitalTx, studyId: string, { studyUid, quality, completedAt }: AnalysisResult, said: Said, isPrior: boolean): Promise<FlaggedSeries[]> {
  const flagged: FlaggedSeries[] = [];
  for (const series of quality?.series ?? []) {
    const key = { studyId, seriesUid: series.seriesUid };
    const known = await tx.qualityAssessment.findUnique({ where: { studyId_seriesUid: key }, select: { id: true, nodeEpoch: true, nodeSeq: true, flaggedAt: true } });
    if (known && known.nodeEpoch === said.nodeEpoch && known.nodeSeq >= BigInt(said.seq)) continue;
    const isNew = !isPrior && isFlagged(series.route) && !known?.flaggedAt;
    const columns = { ...columnsOf(series), ...momentOf(completedAt, said), ...(isNew ? { flaggedAt: new Date(said.now) } : {}) };
    if (known) await tx.qualityAssessment.update({ where: { id: known.id }, data: columns });
    else await tx.qualityAssessment.create({ data: { ...key, ...columns } });
    if (!isNew) continue;
    const codes = series.reasons.map(({ code }) => code);
    flagged.push({ modality: series.modality, codes });
    await audit(tx, { actor: `${NODE_ACTOR}${said.nodeId}`, role: 'node', action: 'repeat.flag', subject: { studyId, studyUid, seriesUid: series.seriesUid, route: series.route, reasons: codes.join(' ') } });
  }
  return flagged;
}

function columnsOf({ modality, model, images, score, route, flaws, reasons }: SeriesQuality) {
  return { modality, model, images, score, route, flaws, reasons };
}

/** The edge's clock in ours, never in the future, and what orders messages of one life of the node's store. */
function momentOf(completedAt: number, said: Said): { assessedAt: Date; nodeEpoch: string; nodeSeq: bigint } {
  return { assessedAt: new Date(Math.min(completedAt + said.clockOffsetMs, said.now)), nodeEpoch: said.nodeEpoch, nodeSeq: BigInt(said.seq) };
}
