import type { HospitalPrisma } from '@readroom/db';
import { moveReasonSchema, moveReasonText } from '@readroom/shared/priority/move';
import { lowers, overrideHolds, overrideSchema, type Override, type RankInput } from '@readroom/shared/priority/rank';
import type { ShownOverride } from '@readroom/shared/worklist/worklist-item';

export type StoredOverride = HospitalPrisma.StudyOverrideGetPayload<object>;

/** The stored row as the rank reads it. */
export function overrideOf(row: StoredOverride | null): Override | null {
  if (!row) return null;
  return overrideSchema.parse({
    tier: row.tier,
    offsetMs: Number(row.offsetMs),
    criticalSeen: row.criticalSeen,
    author: row.authorName,
    reason: moveReasonText(moveReasonSchema.parse(row.reason), row.note),
    expiresAt: row.expiresAt.getTime(),
  });
}

/** The same as the list shows it. `input` is the rank input it is part of. */
export function shownOverrideOf(row: StoredOverride | null, input: RankInput): ShownOverride | null {
  if (!row || !input.override) return null;
  return {
    id: row.id,
    author: { id: row.authorId, name: row.authorName },
    reason: moveReasonSchema.parse(row.reason),
    note: row.note,
    direction: lowers(input, input.override) ? 'down' : 'up',
    holds: overrideHolds(input),
    placedAt: row.placedAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
  };
}
