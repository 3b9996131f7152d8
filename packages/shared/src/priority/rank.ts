import { z } from 'zod';
import { studyClassSchema } from '../dicom/study-class.ts';
import { uidSchema } from '../dicom/uid.ts';
import { analysisRoleSchema, analysisStatusSchema } from '../finding/analysis.ts';
import { severitySchema } from '../finding/finding.ts';
import { countedFindings, openCriticals } from './counted.ts';
import type { Policy } from './policy.ts';
import { allowancePart, arrivalPart, creditPart, notAnalysedParts, overrideParts } from './reasons.ts';

export const tierSchema = z.union([z.literal(0), z.literal(1), z.literal(2)]);
export type Tier = z.infer<typeof tierSchema>;

/** A person's placing of one study (PR2). It is part of the input while it lasts: `overrideAt` says how long. */
export const overrideSchema = z.object({
  tier: tierSchema,
  /** Signed: negative moves the study up. */
  offsetMs: z.number().int(),
  /** Ids of the critical findings that were open when it was made: a later one sets an override that lowers aside. */
  criticalSeen: z.array(z.string()).max(256),
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
export type RankFinding = z.infer<typeof rankFindingSchema>;

/** One line of "why is it here". The parts' `ms` sum to the sort key (PR6); `explain` adds the minutes that are shown. */
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
  const holds = overrideHolds(input);
  const parts = [
    arrivalPart(input),
    allowancePart(input, policy),
    creditPart(input, countedFindings(input), policy),
    ...notAnalysedParts(input),
    ...overrideParts(input, holds),
  ];
  return {
    tier: holds && input.override ? input.override.tier : naturalTier(input),
    sortKey: parts.reduce((sum, part) => sum + part.ms, 0),
    dueAt: input.receivedAt + policy.allowanceMs[input.studyClass ?? 'unclassed'],
    parts,
  };
}

/** PR3: the tier without any override. */
export function naturalTier(input: RankInput): Tier {
  if (openCriticals(input).length > 0) return 0;
  return input.studyClass === 'stat' || input.studyClass === 'emergency' ? 1 : 2;
}

/** Whether the override would put the study behind its own place. */
export function lowers(input: RankInput, override: Pick<Override, 'tier' | 'offsetMs'>): boolean {
  const tier = naturalTier(input);
  return override.tier > tier || (override.tier === tier && override.offsetMs > 0);
}

/** PR2, PR3: an override that lowers holds only while every open critical finding is one its author had seen. */
export function overrideHolds(input: RankInput): boolean {
  const { override } = input;
  if (!override) return false;
  return !lowers(input, override) || openCriticals(input).every((finding) => override.criticalSeen.includes(finding.id));
}

type Place = { readonly tier: number; readonly sortKey: number; readonly studyUid: string };

/** The order of the list, ties broken by study UID (PR5). */
export function compareRanked(a: Place, b: Place): number {
  if (a.tier !== b.tier) return a.tier - b.tier;
  if (a.sortKey !== b.sortKey) return a.sortKey - b.sortKey;
  return a.studyUid < b.studyUid ? -1 : a.studyUid > b.studyUid ? 1 : 0;
}
