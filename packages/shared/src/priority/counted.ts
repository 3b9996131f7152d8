import type { AnalysisRole, AnalysisStatus } from '../finding/analysis.ts';
import type { Severity } from '../finding/finding.ts';
import type { RankFinding, RankInput } from './rank.ts';

const SEVERITY_ORDER = { critical: 0, urgent: 1, routine: 2 } as const;

/** An analysis that has an answer. A provisional one may gain findings yet, so it never says "nothing found". */
export function isAnswer(status: AnalysisStatus): boolean {
  return status === 'final' || status === 'provisional';
}

/** PR9: a shadow result, and one withdrawn or switched off, does not exist for the list. */
export function liveActive<A extends { readonly live: boolean; readonly role: AnalysisRole }>(input: { readonly analyses: readonly A[] }): A[] {
  return input.analyses.filter((analysis) => analysis.live && analysis.role === 'active');
}

interface Sortable {
  readonly id: string;
  readonly label: string;
  readonly severity: Severity;
  readonly confidence: number;
}

interface Answering<F> {
  readonly role: AnalysisRole;
  readonly status: AnalysisStatus;
  readonly live: boolean;
  readonly findings: readonly F[];
}

/** Every finding of the live, active, answered analyses, refused ones too: worst first, in an order of their own (PR5). */
export function answeredFindings<F extends Sortable>(analyses: readonly Answering<F>[]): F[] {
  return liveActive({ analyses })
    .filter((analysis) => isAnswer(analysis.status))
    .flatMap((analysis) => analysis.findings)
    .sort(compareFindings);
}

/** The findings that count for the rank: those refused by nobody. */
export function countedFindings(input: Pick<RankInput, 'analyses'>): RankFinding[] {
  return answeredFindings(input.analyses).filter((finding) => !finding.refused);
}

/** PR3: critical findings that still hold the study in tier 0. */
export function openCriticals(input: Pick<RankInput, 'analyses' | 'hasPreliminaryReport'>): RankFinding[] {
  if (input.hasPreliminaryReport) return [];
  return countedFindings(input).filter((finding) => finding.severity === 'critical');
}

function compareFindings(a: Sortable, b: Sortable): number {
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
