import type { Role } from '../access/role.ts';
import { openCriticals } from './counted.ts';
import type { Policy } from './policy.ts';
import { compareRanked, lowers, overrideHolds, rank } from './rank.ts';
import type { Override, RankInput, Tier } from './rank.ts';

/** PR2: the override that counts at `now`. The expiry is a scheduled, journalled event: whoever builds a rank's input asks this. */
export function overrideAt(override: Override | null, now: number): Override | null {
  return override && now < override.expiresAt ? override : null;
}

/** The row an override is to land above. */
export interface Target {
  readonly studyUid: string;
  readonly tier: Tier;
  readonly sortKey: number;
}

export type Placing = Pick<Override, 'tier' | 'offsetMs' | 'criticalSeen'>;

/**
 * PR2: where a study lands beside `target`, in milliseconds of the list's key: at the target's own key where the study UID
 * already sorts it to that side, else one millisecond past it.
 */
export function landing(target: Target, side: 'above' | 'below', studyUid: string): Target {
  const sorted = side === 'above' ? studyUid < target.studyUid : studyUid > target.studyUid;
  const past = side === 'above' ? -1 : 1;
  return { studyUid, tier: target.tier, sortKey: sorted ? target.sortKey : target.sortKey + past };
}

/** PR2: the placing that puts `moved` just above `target`. The offset counts from the study's own place, whatever override it has now. */
export function placeAbove(target: Target, moved: RankInput, policy: Policy): Placing {
  return placeAt(landing(target, 'above', moved.studyUid), moved, policy);
}

/** PR2: the same just below `target`. */
export function placeBelow(target: Target, moved: RankInput, policy: Policy): Placing {
  return placeAt(landing(target, 'below', moved.studyUid), moved, policy);
}

function placeAt({ tier, sortKey }: Target, moved: RankInput, policy: Policy): Placing {
  const own = rank({ ...moved, override: null }, policy);
  return { tier, offsetMs: sortKey - own.sortKey, criticalSeen: openCriticals(moved).map((finding) => finding.id) };
}

/** PR2: readers may move studies; placing an open critical one lower, than its own place or than a lift holds it, needs an attending. */
export function mayOverride(role: Role, input: RankInput, placing: Pick<Override, 'tier' | 'offsetMs'>): boolean {
  return mayPlace(role, input, !(lowers(input, placing) || (isLifted(input) && isBehind(placing, input.override))));
}

/** PR2: a reader takes back any override, but another's lift of an open critical study only as an attending. */
export function mayTakeBack(role: Role, input: RankInput, isOwn: boolean): boolean {
  return mayPlace(role, input, isOwn || !isLifted(input));
}

/** `isHarmless`: an open critical study does not come to stand lower by it. */
function mayPlace(role: Role, input: RankInput, isHarmless: boolean): boolean {
  switch (role) {
    case 'attending':
      return true;
    case 'resident':
      return openCriticals(input).length === 0 || isHarmless;
    case 'admin':
    case 'it':
    case 'technologist':
      return false;
    default:
      return role satisfies never;
  }
}

/** Whether an override holds the study above its own place. */
function isLifted(input: RankInput): boolean {
  return input.override !== null && overrideHolds(input) && !lowers(input, input.override);
}

function isBehind(placing: Pick<Override, 'tier' | 'offsetMs'>, held: Pick<Override, 'tier' | 'offsetMs'> | null): boolean {
  if (held === null) return false;
  const place = (one: Pick<Override, 'tier' | 'offsetMs'>) => ({ tier: one.tier, sortKey: one.offsetMs, studyUid: '' });
  return compareRanked(place(placing), place(held)) > 0;
}
