import type { HospitalTx } from '@readroom/db';
import { overrideAt, type Target } from '@readroom/shared/priority/override';
import { tierSchema, type RankInput } from '@readroom/shared/priority/rank';
import { isReported, loadRow, rankInputOf } from '../item.ts';
import { conflict, hasLeftTheList, notFound } from '../../study/refusals.ts';
import type { StoredOverride } from './stored.ts';

/** A study that may be moved now: where it stands, what its rank depends on, and the override in force. */
export interface Movable {
  readonly place: Target;
  readonly input: RankInput;
  readonly held: StoredOverride | null;
}

/**
 * Reads the study under the revision lock. `replacing` is the override the person saw on the row: where another stands, somebody
 * was quicker, and they are told who. Throws `not-found`, `conflict`.
 */
export async function loadMovable(tx: HospitalTx, studyId: string, replacing: string | null, now: number): Promise<Movable> {
  const item = await tx.worklistItem.findUnique({ where: { studyId }, select: { tier: true, sortKey: true } });
  if (!item) throw notFound();
  const row = await loadRow(tx, studyId);
  if (isReported(row)) throw hasLeftTheList();
  const input = rankInputOf(row);
  const override = overrideAt(input.override, now);
  const held = override ? row.override : null;
  if ((held?.id ?? null) !== replacing) throw conflict(held ? `${held.authorName} moved this study meanwhile. Look where it stands now, and move it again if that is still right.` : 'The move you saw is over: the study stands in its own place again.');
  return { place: { studyUid: row.studyUid, tier: tierSchema.parse(item.tier), sortKey: Number(item.sortKey) }, input: { ...input, override }, held };
}
