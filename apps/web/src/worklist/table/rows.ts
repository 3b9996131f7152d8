import { isPlacedByHand } from '@readroom/shared/worklist/own-tier';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import type { Placement } from '../order/placement.ts';

/** How many rows stand under a heading, and how many of them a person put there, not their class or findings. */
export interface Tally {
  readonly count: number;
  readonly byHand: number;
}

/** What stands in the scrolled part of the list. */
export type Entry = { readonly kind: 'tier'; readonly tier: Group } & Tally | { readonly kind: 'row'; readonly studyUid: string };

export const TIER_TITLE = { 0: 'Critical', 1: 'STAT and emergency', 2: 'All other studies', 3: 'Signed' } as const;
/** Headings of the scrolled part: two tiers, and below them what a search found among the signed studies. */
type Group = 1 | 2 | 3;

type Items = ReadonlyMap<string, WorklistItem>;

/** The main list with a heading above each tier. A row that is leaving keeps the tier it is shown under. */
export function entriesOf(placement: Placement, items: Items): Entry[] {
  const entries: Entry[] = [];
  const under: { [G in Group]: WorklistItem[] } = { 1: [], 2: [], 3: [] };
  let tier: Group | null = null;
  for (const studyUid of placement.main) {
    const item = items.get(studyUid);
    const shownTier: Group = groupOf(item) ?? tier ?? 2;
    // While a hand holds the list its order is an older one: a heading is never repeated for that.
    if (tier === null || shownTier > tier) {
      tier = shownTier;
      entries.push({ kind: 'tier', tier, count: 0, byHand: 0 });
    }
    if (item) under[tier].push(item);
    entries.push({ kind: 'row', studyUid });
  }
  return entries.map((entry) => (entry.kind === 'tier' ? { ...entry, ...tally(under[entry.tier]) } : entry));
}

export function tally(rows: readonly WorklistItem[]): Tally {
  return { count: rows.length, byHand: rows.filter(isPlacedByHand).length };
}

export function byHandText({ byHand }: Tally): string {
  return byHand === 0 ? '' : `${byHand.toLocaleString('en')} placed by hand`;
}

function groupOf(item: WorklistItem | undefined): Group | null {
  if (item === undefined) return null;
  if (item.status === 'final') return 3;
  return item.tier === 0 ? null : item.tier;
}

/** The study `step` rows from the selected one, lane first, then list; the first row when nothing is selected. */
export function neighbour(placement: Placement, selected: string | null, step: number): string | null {
  const order = [...placement.lane, ...placement.main.filter((uid) => !placement.lane.includes(uid))];
  const at = selected === null ? -1 : order.indexOf(selected);
  if (at === -1) return order[0] ?? null;
  return order[Math.max(0, Math.min(order.length - 1, at + step))] ?? null;
}

export type Ghost = 'left' | 'moved' | null;

/** A row held in place that no longer belongs there: it left the list, or its place is the critical lane. */
export function ghostOf(present: boolean, nowInLane: boolean): Ghost {
  if (!present) return 'left';
  return nowInLane ? 'moved' : null;
}

export const STATUS_TEXT = { unread: 'Unread', claimed: 'Claimed', reading: 'Reading', preliminary: 'Preliminary', final: 'Final' } as const;
export const CLASS_TEXT = { stat: 'STAT', emergency: 'Emergency', inpatient: 'Inpatient', outpatient: 'Outpatient', unclassed: 'No class' } as const;
