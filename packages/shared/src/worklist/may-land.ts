import type { Role } from '../access/role.ts';
import type { Target } from '../priority/override.ts';
import { compareRanked } from '../priority/rank.ts';
import { isOpenCritical } from './own-tier.ts';
import type { WorklistItem } from './worklist-item.ts';

type Row = Pick<WorklistItem, 'studyUid' | 'tier' | 'sortKey' | 'reasons' | 'override' | 'topFinding' | 'status'>;

/**
 * PR2 as a row on a screen can tell it, so that a hand learns of a forbidden place before it lets go: an open critical study
 * is placed lower, than its own place or than a lift holds it, by an attending only. The gateway judges by `mayOverride`.
 */
export function mayLand(role: Role, row: Row, place: Target): boolean {
  if (role !== 'resident') return role === 'attending';
  if (!isOpenCritical(row)) return true;
  const own: Target = { studyUid: row.studyUid, tier: 0, sortKey: row.sortKey - movedMs(row) };
  const isLifted = row.override !== null && row.override.holds && row.override.direction === 'up';
  return compareRanked(place, own) <= 0 && !(isLifted && compareRanked(place, row) > 0);
}

/** What the override adds to the key; nothing once it was set aside. */
function movedMs({ reasons }: Row): number {
  return reasons.filter(({ code }) => code.startsWith('override')).reduce((sum, { ms }) => sum + ms, 0);
}
