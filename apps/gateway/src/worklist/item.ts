import type { HospitalPrisma, HospitalTx } from '@readroom/db';
import { personNameSchema } from '@readroom/shared/dicom/person-name';
import { studyClassSchema } from '@readroom/shared/dicom/study-class';
import { analysisReasonSchema, analysisRoleSchema, analysisStatusSchema } from '@readroom/shared/finding/analysis';
import { severitySchema } from '@readroom/shared/finding/finding';
import { countedFindings } from '@readroom/shared/priority/counted';
import { explain } from '@readroom/shared/priority/explain';
import type { Rank, RankInput } from '@readroom/shared/priority/rank';
import { aiStateSchema, worklistItemSchema, type AiState, type ReadingStatus, type WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { asideOf } from './aside/put-aside.ts';
import { overrideOf, shownOverrideOf } from './override/stored.ts';

const PARTS = {
  analyses: { where: { live: true }, include: { findings: true }, orderBy: [{ modelId: 'asc' }, { modelVersion: 'asc' }, { id: 'asc' }] },
  report: { select: { state: true } },
  override: true,
  aside: true,
  worklistItem: { select: { status: true, assignedTo: true, assignedName: true } },
  _count: { select: { alerts: { where: { state: 'open' } } } },
} satisfies HospitalPrisma.StudyInclude;

/** Everything one row of the list is made of. Throws when the study is not there. */
export async function loadRow(tx: HospitalTx, studyId: string) {
  return tx.study.findUniqueOrThrow({ where: { id: studyId }, include: PARTS });
}
export type Row = Awaited<ReturnType<typeof loadRow>>;

/** The same of several studies, in no order. */
export async function loadRows(tx: HospitalTx, where: HospitalPrisma.StudyWhereInput): Promise<Row[]> {
  return tx.study.findMany({ where, include: PARTS });
}

/** What the rank depends on. Findings in an order of their own, so that the same facts give the same journal bytes (PR8). */
export function rankInputOf(row: Row): RankInput {
  return {
    studyUid: row.studyUid,
    receivedAt: row.receivedAt.getTime(),
    studyClass: studyClassSchema.nullable().parse(row.studyClass),
    analyses: row.analyses.map((analysis) => ({
      modelId: analysis.modelId,
      role: analysisRoleSchema.parse(analysis.role),
      status: analysisStatusSchema.parse(analysis.status),
      live: analysis.live,
      findings: [...analysis.findings]
        .sort((a, b) => (a.findingId < b.findingId ? -1 : 1))
        .map(({ findingId, label, severity, confidence, feedback }) => ({
          id: findingId,
          label,
          severity: severitySchema.parse(severity),
          confidence,
          refused: feedback === 'refuse',
        })),
    })),
    hasPreliminaryReport: isReported(row) || row.report?.state === 'preliminary',
    override: overrideOf(row.override),
  };
}

/** Final and appended reports take the study off the list. */
export function isReported(row: Row): boolean {
  return row.report?.state === 'final' || row.report?.state === 'appended';
}

export function statusOf(row: Row): ReadingStatus {
  if (isReported(row)) return 'final';
  if (row.report?.state === 'preliminary') return 'preliminary';
  const status = row.worklistItem?.status;
  return status === 'claimed' || status === 'reading' ? status : 'unread';
}

/** The rank's own words say what AI found, so that the badge and the reason can't disagree. */
export function aiStateOf(rank: Rank): AiState {
  const part = rank.parts.find(({ code }) => code.startsWith('ai.'));
  return aiStateSchema.parse(part?.code.slice('ai.'.length));
}

export function itemOf(row: Row, input: RankInput, rank: Rank, revision: number): WorklistItem {
  return worklistItemSchema.parse({
    ...patientOf(row),
    studyUid: row.studyUid,
    studyId: row.id,
    modality: row.modality,
    bodyPart: row.bodyPart,
    description: row.description,
    institution: row.institution,
    class: row.studyClass,
    synthetic: row.synthetic,
    receivedAt: input.receivedAt,
    studyDateTime: row.studyDateTime,
    arrival: row.state,
    imageCount: row.imageCount,
    tier: rank.tier,
    sortKey: rank.sortKey,
    dueAt: rank.dueAt,
    reasons: explain(rank),
    ai: aiStateOf(rank),
    topFinding: topFindingOf(row, input),
    analyses: row.analyses.map(analysisOf),
    openAlerts: row._count.alerts,
    override: shownOverrideOf(row.override, input),
    overdueAt: row.overdueAt?.getTime() ?? null,
    aside: row.aside && !isReported(row) ? asideOf(row.aside) : null,
    status: statusOf(row),
    assignedTo: assigneeOf(row),
    revision,
  });
}

function patientOf(row: Row): Pick<WorklistItem, 'patientName' | 'patientId' | 'birthDate' | 'accessionNumber'> & { readonly sex: string | null } {
  const { patientId, birthDate, sex, accessionNumber } = row;
  return { patientName: personNameSchema.parse(row.patientName), patientId, birthDate, sex, accessionNumber };
}

function topFindingOf(row: Row, input: RankInput): WorklistItem['topFinding'] {
  const [worst] = countedFindings(input);
  if (!worst) return null;
  const stored = row.analyses.flatMap(({ findings }) => findings).find(({ findingId }) => findingId === worst.id);
  const { id, label, severity, confidence } = worst;
  return { id, label, severity, confidence, uncertainty: stored?.uncertainty ?? null };
}

function analysisOf(analysis: Row['analyses'][number]): unknown {
  const { id, modelId, modelVersion: version, role, status } = analysis;
  const reason = analysisReasonSchema.nullable().parse(analysis.reason);
  return { id, modelId, version, role, status, reason: reason?.text ?? null };
}

function assigneeOf({ worklistItem }: Row): WorklistItem['assignedTo'] {
  if (!worklistItem?.assignedTo) return null;
  return { id: worklistItem.assignedTo, name: worklistItem.assignedName ?? '' };
}
