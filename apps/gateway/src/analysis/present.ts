import type { HospitalPrisma } from '@readroom/db';
import { analysisViewSchema, type AnalysisView } from '@readroom/shared/finding/analysis-view';
import { markSchema, measurementSchema, type Mark } from '@readroom/shared/finding/finding';
import { z } from 'zod';

export const ANALYSIS_PARTS = { findings: true, study: { select: { studyUid: true, modality: true } } } satisfies HospitalPrisma.ImageAnalysisInclude;
export type AnalysisRow = HospitalPrisma.ImageAnalysisGetPayload<{ include: typeof ANALYSIS_PARTS }>;

const SEVERITIES = ['critical', 'urgent', 'routine'];

/** The row as clients see it, worst finding first. */
export function presentAnalysis(row: AnalysisRow): AnalysisView {
  const { id, seriesUid, status, role, provider, reason, live, scores, quality, timings, instanceCount } = row;
  const findings = [...row.findings].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.confidence - a.confidence || (a.findingId < b.findingId ? -1 : 1),
  );
  return analysisViewSchema.parse({
    ...{ id, seriesUid, status, role, provider, reason, live, scores, quality, timings, instanceCount },
    studyUid: row.study.studyUid,
    modality: row.study.modality,
    model: { id: row.modelId, version: row.modelVersion },
    findings: findings.map(presentFinding),
    queuedAt: row.queuedAt.toISOString(),
    completedAt: row.completedAt?.toISOString() ?? null,
  });
}

function presentFinding(row: AnalysisRow['findings'][number]): unknown {
  const { findingId, code, label, side, severity, confidence, uncertainty, alert, sopInstanceUid, sliceIndex } = row;
  const marks = z.array(markSchema).parse(row.marks);
  const measurements = z.array(measurementSchema).parse(row.measurements);
  const box = bestBox(marks, sopInstanceUid)?.box;
  return {
    ...{ id: findingId, code, label, side, severity, confidence, uncertainty, alert, sopInstanceUid, sliceIndex, marks },
    ...(box ? { box } : {}),
    ...(measurements.length > 0 ? { measurements } : {}),
    feedback: row.feedback === null ? null : { verdict: row.feedback, by: row.feedbackBy, at: row.feedbackAt?.toISOString() ?? null, note: row.feedbackNote },
  };
}

function bestBox(marks: readonly Mark[], sopInstanceUid: string): Mark | undefined {
  return marks.filter((mark) => mark.kind !== 'attention' && mark.sopInstanceUid === sopInstanceUid).sort((a, b) => b.confidence - a.confidence)[0];
}
