import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';

/** Study UIDs in the order of the screen: the critical lane above, the list below. */
export interface Placement {
  readonly lane: readonly string[];
  readonly main: readonly string[];
}

export const NOWHERE: Placement = { lane: [], main: [] };

export function placementOf(items: readonly WorklistItem[]): Placement {
  return {
    lane: items.filter(isInLane).map((item) => item.studyUid),
    main: items.filter((item) => !isInLane(item)).map((item) => item.studyUid),
  };
}

/** A signed study that a search found has no tier any more. */
export function isInLane(item: WorklistItem): boolean {
  return item.tier === 0 && item.status !== 'final';
}

export interface Hand {
  /** Rows that must not move: the one under the pointer, the one with the keyboard. */
  readonly held: ReadonlySet<string>;
  /** False while a growing lane would slide under the pointer. */
  readonly laneMayGrow: boolean;
  /** A study is in the hand: no row of the list may move, held or not. */
  readonly carrying: boolean;
}

export interface Held {
  readonly shown: Placement;
  /** How many rows wait to come, go or move. */
  readonly waiting: number;
}

/**
 * What may be shown of `next` while a hand is on the list. Changes below every held row happen at once; a change that would
 * move a held row waits, all of its list with it, so that the order on screen is always one that was true. A critical
 * arrival opens its own lane above all the same.
 */
export function hold(shown: Placement, next: Placement, hand: Hand): Held {
  if (hand.held.size === 0 && !hand.carrying) return { shown: same(shown, next) ? shown : next, waiting: 0 };
  const main = !hand.carrying && keepsPlace(shown.main, next.main, hand.held) ? next.main : shown.main;
  const lane = laneOf(shown.lane, next.lane, hand);
  const result = { lane, main };
  return {
    shown: same(shown, result) ? shown : result,
    waiting: changesBetween(main, next.main) + changesBetween(lane, next.lane),
  };
}

function laneOf(shown: readonly string[], next: readonly string[], hand: Hand): readonly string[] {
  if (!keepsPlace(shown, next, hand.held)) return shown;
  // A lane that shrank would pull the list up under the hand.
  if (next.length < shown.length) return shown;
  return next.length > shown.length && !hand.laneMayGrow ? shown : next;
}

/** Every held row of `shown` has the same rows above it in `next`. */
function keepsPlace(shown: readonly string[], next: readonly string[], held: ReadonlySet<string>): boolean {
  const last = shown.findLastIndex((uid) => held.has(uid));
  for (let index = 0; index <= last; index += 1) if (shown[index] !== next[index]) return false;
  return true;
}

function sameOrder(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((uid, index) => uid === b[index]));
}

function same(a: Placement, b: Placement): boolean {
  return sameOrder(a.lane, b.lane) && sameOrder(a.main, b.main);
}

/** Rows that came, went, or stand in another order: all minus the longest run that kept its order. */
export function changesBetween(before: readonly string[], after: readonly string[]): number {
  if (sameOrder(before, after)) return 0;
  const place = new Map(before.map((uid, index) => [uid, index]));
  const kept = after.flatMap((uid) => place.get(uid) ?? []);
  const gone = before.length - kept.length;
  const come = after.length - kept.length;
  return gone + come + kept.length - longestRise(kept);
}

/** Length of the longest increasing subsequence, by the smallest tail of each length: O(n log n). */
function longestRise(values: readonly number[]): number {
  const tails: number[] = [];
  for (const value of values) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle] ?? Infinity) < value) low = middle + 1;
      else high = middle;
    }
    tails[low] = value;
  }
  return tails.length;
}
