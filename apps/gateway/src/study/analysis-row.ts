import { HospitalPrisma, type HospitalTx } from '@readroom/db';
import { analysisReasonSchema, analysisRoleSchema, analysisStatusSchema, type AnalysisResult } from '@readroom/shared/finding/analysis';
import type { Finding } from '@readroom/shared/finding/finding';
import { ANY_MODEL, isAtWork, planAnalysis, type LiveRow } from './analysis-plan.ts';
import type { Said } from './snapshot.ts';

/** Applies one model's result to the study's rows (analysis-plan.ts says how). Answers whether anything changed. */
export async function keepAnalysis(tx: HospitalTx, studyId: string, result: AnalysisResult, said: Said, isSwitchedOn: boolean): Promise<boolean> {
  const rows = await loadLive(tx, studyId, result.model.id);
  const plan = planAnalysis(rows.map(liveRowOf), result, said);
  switch (plan.kind) {
    case 'nothing':
      return false;
    case 'history':
      await write(tx, { studyId, rowId: null, result, said, isLive: false, before: [] });
      return false;
    case 'progress':
      await tx.imageAnalysis.update({ where: { id: plan.row.id }, data: progressOf(result, said) });
      return true;
    case 'write': {
      const retired = plan.retire.map(({ id }) => id);
      if (retired.length > 0) await tx.imageAnalysis.updateMany({ where: { id: { in: retired } }, data: { live: false } });
      const before = rows.filter(({ id }) => id === plan.row?.id || retired.includes(id)).flatMap(({ findings }) => findings);
      await write(tx, { studyId, rowId: plan.row?.id ?? null, result, said, isLive: isSwitchedOn, before });
      return true;
    }
    default:
      return plan satisfies never;
  }
}

async function loadLive(tx: HospitalTx, studyId: string, modelId: string) {
  return tx.imageAnalysis.findMany({
    where: { studyId, live: true, modelId: { in: [modelId, ANY_MODEL] } },
    include: { findings: true },
    orderBy: [{ queuedAt: 'asc' }, { id: 'asc' }],
  });
}
type Loaded = Awaited<ReturnType<typeof loadLive>>[number];

function liveRowOf(row: Loaded): LiveRow {
  const { id, modelId, modelVersion, evidence, nodeEpoch, nodeSeq } = row;
  const reason = analysisReasonSchema.nullable().parse(row.reason);
  return { id, modelId, modelVersion, evidence, nodeEpoch, nodeSeq, role: analysisRoleSchema.parse(row.role), status: analysisStatusSchema.parse(row.status), reasonCode: reason?.code ?? null, findingCount: row.findings.length };
}

function progressOf(result: AnalysisResult, said: Said) {
  return {
    modelId: result.model.id,
    modelVersion: result.model.version,
    modelSha256: result.model.sha256,
    status: result.status,
    reason: result.reason ?? HospitalPrisma.DbNull,
    completedAt: completedAt(result, said),
    ...spokenAt(said),
  };
}

interface Writing {
  readonly studyId: string;
  readonly rowId: string | null;
  readonly result: AnalysisResult;
  readonly said: Said;
  readonly isLive: boolean;
  /** Findings that carry feedback over. */
  readonly before: readonly Feedback[];
}

async function write(tx: HospitalTx, { studyId, rowId, result, said, isLive, before }: Writing): Promise<void> {
  const columns = {
    ...progressOf(result, said),
    seriesUid: result.seriesUid,
    evidence: result.evidence,
    instanceCount: result.instanceCount,
    role: result.role,
    provider: result.provider,
    scores: result.scores,
    quality: result.quality ?? HospitalPrisma.DbNull,
    timings: result.timings ?? HospitalPrisma.DbNull,
    live: isLive,
  };
  if (rowId) {
    await tx.imageAnalysis.update({ where: { id: rowId }, data: columns });
    await tx.analysisFinding.deleteMany({ where: { analysisId: rowId } });
  }
  const id = rowId ?? (await tx.imageAnalysis.create({ data: { ...columns, studyId, queuedAt: new Date(said.now) }, select: { id: true } })).id;
  if (result.findings.length === 0) return;
  await tx.analysisFinding.createMany({
    data: result.findings.map(({ id: findingId, measurements = [], ...finding }) => ({ ...finding, measurements, ...carriedOver(finding, before), analysisId: id, findingId })),
  });
}

function spokenAt(said: Said): { nodeEpoch: string; nodeSeq: bigint } {
  return { nodeEpoch: said.nodeEpoch, nodeSeq: BigInt(said.seq) };
}

function completedAt(result: AnalysisResult, said: Said): Date | null {
  return isAtWork(result.status) ? null : new Date(Math.min(result.completedAt + said.clockOffsetMs, said.now));
}

type Feedback = Pick<Loaded['findings'][number], 'code' | 'side' | 'feedback' | 'feedbackBy' | 'feedbackAt' | 'feedbackNote'>;

/** A radiologist's answer is about the finding (its code and side), whichever images it was seen on. The latest counts. */
function carriedOver(finding: Pick<Finding, 'code' | 'side'>, before: readonly Feedback[]): Partial<Feedback> {
  const [latest] = before
    .filter((old) => old.feedback !== null && old.code === finding.code && old.side === finding.side)
    .sort((a, b) => (b.feedbackAt?.getTime() ?? 0) - (a.feedbackAt?.getTime() ?? 0));
  if (!latest) return {};
  const { feedback, feedbackBy, feedbackAt, feedbackNote } = latest;
  return { feedback, feedbackBy, feedbackAt, feedbackNote };
}
