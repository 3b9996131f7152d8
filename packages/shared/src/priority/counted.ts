import type { AnalysisStatus } from '../finding/analysis.ts';
import type { RankFinding, RankInput } from './rank.ts';

const SEVERITY_ORDER = { critical: 0, urgent: 1, routine: 2 } as const;

export type RankAnalysis = RankInput['analyses'][number];

/** An analysis that has an answer. A provisional one may gain findings yet, so it never says "nothing found". */
export function isAnswer(status: AnalysisStatus): boolean {
  return status === 'final' || status === 'provisional';
}

/** PR9: a shadow result, and one withdrawn or switched off, does not exist for the list. */
export function liveActive(input: Pick<RankInput, 'analyses'>): RankAnalysis[] {
  return input.analyses.filter((analysis) => analysis.live && analysis.role === 'active');
}

/** The findings that count: live, active, answered and refused by nobody. Worst first, in an order of their own (PR5). */
export function countedFindings(input: Pick<RankInput, 'analyses'>): RankFinding[] {
  return liveActive(input)
    .filter((analysis) => isAnswer(analysis.status))
    .flatMap((analysis) => analysis.findings.filter((finding) => !finding.refused))
    .sort(compareFindings);
}

/** PR3: critical findings that still hold the study in tier 0. */
export function openCriticals(input: Pick<RankInput, 'analyses' | 'hasPreliminaryReport'>): RankFinding[] {
  if (input.hasPreliminaryReport) return [];
  return countedFindings(input).filter((finding) => finding.severity === 'critical');
}

function compareFindings(a: RankFinding, b: RankFinding): number {
  return (
    SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] ||
    b.confidence - a.confidence ||
    compareText(a.id, b.id) ||
    compareText(a.label, b.label)
  );
}

/** By code unit, never by locale: the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
