import type { AnalysisResult, AnalysisRole, AnalysisStatus } from '@readroom/shared/finding/analysis';
import type { Said } from './snapshot.ts';

/** Evidence of an analysis that was asked for and has no answer yet: `request:<uuid>`. */
export const REQUEST_EVIDENCE = 'request:';
/** Model of a request that left the choice to the edge. */
export const ANY_MODEL = 'auto';
/** Reason of a row that a person cancelled: it stays so until somebody asks again. */
export const CANCELLED_BY_PERSON = 'cancelled-by-person';

/** One live row of a study, of the result's model or of a request that left the model open. */
export interface LiveRow {
  readonly id: string;
  readonly modelId: string;
  readonly modelVersion: string;
  readonly evidence: string;
  readonly role: AnalysisRole;
  readonly status: AnalysisStatus;
  readonly reasonCode: string | null;
  readonly findingCount: number;
  readonly nodeEpoch: string | null;
  readonly nodeSeq: bigint | null;
}

export type AnalysisPlan =
  /** Older than what is known, or without an answer where there is one. */
  | { readonly kind: 'nothing' }
  /** An answer to images that a later answer has superseded: kept beside it, not live. */
  | { readonly kind: 'history' }
  /** Word about work on a request; everything else stands until there is an answer (PR1). */
  | { readonly kind: 'progress'; readonly row: LiveRow }
  /** The result goes into `row` (null: a new one); `retire` is what it supersedes. */
  | { readonly kind: 'write'; readonly row: LiveRow | null; readonly retire: readonly LiveRow[] };

/**
 * What one result does to the live rows of its study and model. There is one live row for (study, model, version, evidence);
 * only an answer supersedes an answer, and a request's row takes the place of the row it asked about. A result in shadow supersedes
 * shadows only and answers no request (PR9): another version of a model may be tried beside the one that counts.
 */
export function planAnalysis(rows: readonly LiveRow[], result: AnalysisResult, said: Pick<Said, 'nodeEpoch' | 'seq'>): AnalysisPlan {
  const same = rows.find((row) => isSame(row, result)) ?? null;
  const isShadow = result.role === 'shadow';
  if (isShadow && same?.role === 'active') return { kind: 'nothing' };
  const request = isShadow ? null : (rows.find((row) => row.evidence.startsWith(REQUEST_EVIDENCE) && isAtWork(row.status)) ?? null);
  if (same && !isNewer(same, said)) return { kind: 'nothing' };
  if (same?.reasonCode === CANCELLED_BY_PERSON && !request) return { kind: 'nothing' };
  if (!isAnswer(result.status)) return planWithoutAnswer(same, request, result.role);
  const peers = rows.filter((row) => row.role === result.role);
  if (peers.some((row) => row !== same && isAnswer(row.status) && isLater(row, said))) return { kind: 'history' };
  const row = request ?? same;
  return { kind: 'write', row, retire: peers.filter((one) => one !== row && one.modelId === result.model.id && !isOpenRequest(one)) };
}

/** Running, failed, refused, cancelled at the edge. */
function planWithoutAnswer(same: LiveRow | null, request: LiveRow | null, role: AnalysisRole): AnalysisPlan {
  if (request) return { kind: 'progress', row: request };
  return same?.role === role && holdsAnswer(same) ? { kind: 'nothing' } : { kind: 'write', row: same, retire: [] };
}

function isSame(row: LiveRow, { model, evidence }: AnalysisResult): boolean {
  return row.modelId === model.id && row.modelVersion === model.version && row.evidence === evidence;
}

/** `seq` decides within one life of the node's store, and a new life knows more. */
function isNewer(row: LiveRow, said: Pick<Said, 'nodeEpoch' | 'seq'>): boolean {
  return row.nodeSeq === null || row.nodeEpoch !== said.nodeEpoch || BigInt(said.seq) > row.nodeSeq;
}

function isLater(row: LiveRow, said: Pick<Said, 'nodeEpoch' | 'seq'>): boolean {
  return row.nodeSeq !== null && row.nodeEpoch === said.nodeEpoch && row.nodeSeq > BigInt(said.seq);
}

function isAnswer(status: AnalysisStatus): boolean {
  return status === 'final' || status === 'provisional';
}

/** A provisional row that found nothing says nothing yet, so a failure may replace it. */
function holdsAnswer(row: LiveRow): boolean {
  return row.status === 'final' || (row.status === 'provisional' && row.findingCount > 0);
}

export function isAtWork(status: AnalysisStatus): boolean {
  return status === 'queued' || status === 'running';
}

function isOpenRequest(row: LiveRow): boolean {
  return row.evidence.startsWith(REQUEST_EVIDENCE) && isAtWork(row.status);
}
