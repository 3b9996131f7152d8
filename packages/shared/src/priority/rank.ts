import { z } from 'zod';
import { studyClassSchema } from '../dicom/study-class.ts';
import { uidSchema } from '../dicom/uid.ts';
import { analysisRoleSchema, analysisStatusSchema } from '../finding/analysis.ts';
import { severitySchema } from '../finding/finding.ts';
import type { Policy } from './policy.ts';

export const tierSchema = z.union([z.literal(0), z.literal(1), z.literal(2)]);
export type Tier = z.infer<typeof tierSchema>;

export const overrideSchema = z.object({
  tier: tierSchema,
  /** Signed: negative moves the study up. */
  offsetMs: z.number().int(),
  author: z.string().min(1),
  reason: z.string().min(1).max(300),
  expiresAt: z.number().int(),
});
export type Override = z.infer<typeof overrideSchema>;

const rankFindingSchema = z.object({
  id: z.string(),
  label: z.string(),
  severity: severitySchema,
  confidence: z.number(),
  /** A radiologist said it is not there. */
  refused: z.boolean(),
});

/** Everything the rank of one study depends on: what the journal stores and the replay reads (PR8). */
export const rankInputSchema = z.object({
  studyUid: uidSchema,
  /** Edge clock corrected by the measured offset, ms since epoch. */
  receivedAt: z.number().int(),
  studyClass: studyClassSchema.nullable(),
  analyses: z.array(
    z.object({
      modelId: z.string(),
      role: analysisRoleSchema,
      status: analysisStatusSchema,
      /** False once the result was withdrawn or its feature switched off (PR9). */
      live: z.boolean(),
      findings: z.array(rankFindingSchema),
    }),
  ),
  hasPreliminaryReport: z.boolean(),
  override: overrideSchema.nullable(),
});
export type RankInput = z.infer<typeof rankInputSchema>;

/** One line of "why is it here". The parts' `ms` sum to the sort key (PR6). */
export const rankPartSchema = z.object({ code: z.string(), text: z.string(), ms: z.number().int() });
export type RankPart = z.infer<typeof rankPartSchema>;

export const rankSchema = z.object({
  tier: tierSchema,
  sortKey: z.number().int(),
  dueAt: z.number().int(),
  parts: z.array(rankPartSchema),
});
export type Rank = z.infer<typeof rankSchema>;

/** Stored in the journal beside every rank; raised when `rank` would answer differently for the same input, old versions stay (PR8). */
export const RANK_VERSION = 1;

/** The place of one study: pure, integer, constant in time. The list is `(tier, sortKey, studyUid)` ascending. */
export function rank(input: RankInput, policy: Policy): Rank {
  const findings = countedFindings(input);
  const tier = input.override?.tier ?? tierOf(input, findings);
  const parts = [arrivalPart(input), allowancePart(input, policy), creditPart(input, findings, policy), ...overrideParts(input)];
  return {
    tier,
    sortKey: parts.reduce((sum, part) => sum + part.ms, 0),
    dueAt: input.receivedAt + policy.allowanceMs[input.studyClass ?? 'unclassed'],
    parts,
  };
}

/** The order of the list, ties broken by study UID (PR5). */
export function compareRanked(a: { tier: number; sortKey: number; studyUid: string }, b: { tier: number; sortKey: number; studyUid: string }): number {
  if (a.tier !== b.tier) return a.tier - b.tier;
  if (a.sortKey !== b.sortKey) return a.sortKey - b.sortKey;
  return a.studyUid < b.studyUid ? -1 : a.studyUid > b.studyUid ? 1 : 0;
}

type RankFinding = RankInput['analyses'][number]['findings'][number];
const SEVERITY_ORDER = { critical: 0, urgent: 1, routine: 2 } as const;

/** PR9: only live, active, finished analyses count, and of those only findings nobody refused. Worst first. */
function countedFindings(input: RankInput): RankFinding[] {
  return input.analyses
    .filter((analysis) => analysis.live && analysis.role === 'active' && isAnswer(analysis.status))
    .flatMap((analysis) => analysis.findings.filter((finding) => !finding.refused))
    .sort((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] || b.confidence - a.confidence || (a.id < b.id ? -1 : 1));
}

function isAnswer(status: RankInput['analyses'][number]['status']): boolean {
  return status === 'final' || status === 'provisional';
}

/** PR3. */
function tierOf(input: RankInput, findings: RankFinding[]): Tier {
  if (findings[0]?.severity === 'critical' && !input.hasPreliminaryReport) return 0;
  return input.studyClass === 'stat' || input.studyClass === 'emergency' ? 1 : 2;
}

function arrivalPart(input: RankInput): RankPart {
  return { code: 'arrival', text: 'Arrived', ms: input.receivedAt };
}

const CLASS_TEXT = { stat: 'STAT', emergency: 'Emergency', inpatient: 'Inpatient', outpatient: 'Outpatient', unclassed: 'No class given' } as const;

function allowancePart(input: RankInput, policy: Policy): RankPart {
  const key = input.studyClass ?? 'unclassed';
  return { code: `class.${key}`, text: `${CLASS_TEXT[key]}: may wait`, ms: policy.allowanceMs[key] };
}

function creditPart(input: RankInput, findings: RankFinding[], policy: Policy): RankPart {
  const worst = findings[0];
  if (!worst) return { code: noFindingCode(input), text: noFindingText(input), ms: 0 };
  // `0 - x` rather than `-x`: a credit of nothing is 0, never -0, which JSON and equality would tell apart.
  const ms = 0 - policy.creditMs[worst.severity];
  return { code: `ai.${worst.severity}`, text: `AI: ${worst.label}, ${Math.round(worst.confidence * 100)} %`, ms };
}

function liveActive(input: RankInput): RankInput['analyses'] {
  return input.analyses.filter((analysis) => analysis.live && analysis.role === 'active');
}

function noFindingCode(input: RankInput): string {
  const analyses = liveActive(input);
  if (analyses.some((analysis) => isAnswer(analysis.status))) return 'ai.clear';
  return analyses.some((analysis) => analysis.status === 'queued' || analysis.status === 'running') ? 'ai.pending' : 'ai.not-analysed';
}

/** PR7: not analysed says so, and is not the same as nothing found. */
function noFindingText(input: RankInput): string {
  switch (noFindingCode(input)) {
    case 'ai.clear':
      return 'AI: nothing found';
    case 'ai.pending':
      return 'AI: still analysing';
    default:
      return 'AI: not analysed';
  }
}

function overrideParts(input: RankInput): RankPart[] {
  if (!input.override) return [];
  return [{ code: 'override', text: `Moved by ${input.override.author}: ${input.override.reason}`, ms: input.override.offsetMs }];
}
