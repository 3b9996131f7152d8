import { z } from 'zod';
import { AppError } from '../error.ts';
import { policySchema } from './policy.ts';
import type { Policy } from './policy.ts';
import { compareRanked, rank, rankInputSchema } from './rank.ts';
import type { Rank, RankInput } from './rank.ts';

/** One row of the rank journal: everything the rank was made from, or `input: null` when the study left the list. */
export const journalRowSchema = z.object({
  revision: z.number().int().min(1),
  studyUid: z.string(),
  /** ms since epoch. */
  at: z.number().int(),
  rankVersion: z.number().int(),
  policy: policySchema,
  input: rankInputSchema.nullable(),
});
export type JournalRow = z.infer<typeof journalRowSchema>;

/** Every version of the rank function that a journal may name. None is ever taken out or changed. */
const RANKS: ReadonlyMap<number, (input: RankInput, policy: Policy) => Rank> = new Map([[1, rank]]);

export type QueueEntry = { readonly studyUid: string; readonly revision: number } & Rank;

/**
 * PR8: the list as it stood at `at`, from journal rows in any order. The moment is a revision, the last one written by then:
 * every row up to it counts, for revisions are the order of commits and clocks are not.
 * Throws AppError `unknown-rank-version` for a row written by a version this software does not have.
 */
export function replayQueue(rows: readonly JournalRow[], at: number): QueueEntry[] {
  const head = rows.reduce((kept, row) => (row.at <= at ? Math.max(kept, row.revision) : kept), 0);
  const latest = new Map<string, JournalRow>();
  for (const row of rows) {
    const kept = latest.get(row.studyUid);
    if (row.revision <= head && (!kept || row.revision > kept.revision)) latest.set(row.studyUid, row);
  }
  return [...latest.values()].flatMap(entryOf).sort(compareRanked);
}

/** The rank a journal row gave, by the version of the function it names. Throws AppError `unknown-rank-version`. */
export function recordedRank({ rankVersion, policy }: JournalRow, input: RankInput): Rank {
  const rankOf = RANKS.get(rankVersion);
  if (!rankOf) {
    throw new AppError('unknown-rank-version', {
      class: 'permanent',
      message: `The journal was written by rank version ${rankVersion}, which this software does not have. Replay it with a newer release.`,
    });
  }
  return rankOf(input, policy);
}

function entryOf(row: JournalRow): QueueEntry[] {
  return row.input ? [{ studyUid: row.studyUid, revision: row.revision, ...recordedRank(row, row.input) }] : [];
}
