import { z } from 'zod';
import { lengthText } from '../length-text.ts';
import { openCriticals } from './counted.ts';
import type { Policy } from './policy.ts';
import { compareRanked, rank } from './rank.ts';
import type { Rank, RankInput } from './rank.ts';
import { recordedRank } from './replay.ts';
import type { JournalRow } from './replay.ts';

/** One study of the list under the order it had and under another. */
export interface Pair {
  readonly input: RankInput;
  readonly before: Rank;
  readonly after: Rank;
}

export const shiftSchema = z.object({
  studyUid: z.string(),
  /** Places in the whole list, from 1. */
  from: z.number().int(),
  to: z.number().int(),
  /** The moment it would have moved that far, ms since epoch. */
  at: z.number().int(),
  reason: z.string(),
});
export type Shift = z.infer<typeof shiftSchema>;

/** A study that would stand elsewhere. */
export interface Moved {
  readonly pair: Pair;
  readonly from: number;
  readonly to: number;
}

/** What another policy does to the list of one moment. */
export interface MomentEffect {
  readonly at: number;
  readonly studyUids: readonly string[];
  readonly moved: readonly Moved[];
  /** Studies with an open critical finding that would fall (PR10). */
  readonly fallen: readonly string[];
}

/** The pair of each study of a journal, kept: one row stands in the lists of many moments. */
export function pairsUnder(policy: Policy): (rows: Iterable<JournalRow>) => Pair[] {
  const made = new WeakMap<JournalRow, Pair>();
  const pairOf = (row: JournalRow): Pair[] => {
    const kept = made.get(row);
    if (kept) return [kept];
    if (!row.input) return [];
    const pair = { input: row.input, before: recordedRank(row, row.input), after: rank(row.input, policy) };
    made.set(row, pair);
    return [pair];
  };
  return (rows) => [...rows].flatMap(pairOf);
}

/** The list of one moment, given as it stood, under the other policy. */
export function effectAt(pairs: readonly Pair[], at: number): MomentEffect {
  const places = placesOf(pairs, 'before');
  const moved = ordered(pairs, 'after').flatMap((pair, index): Moved[] => {
    const from = places.get(pair) ?? 0;
    return from === index + 1 ? [] : [{ pair, from, to: index + 1 }];
  });
  return { at, studyUids: pairs.map(({ input }) => input.studyUid), moved, fallen: fallenAmong(pairs).map(({ input }) => input.studyUid) };
}

/**
 * PR10: the studies that their open critical finding holds in tier 0 and that would come to stand behind a study without one that
 * stood behind them. Without a person's override there are none, whatever the policies: the tier is no part of a policy.
 */
export function fallenAmong(pairs: readonly Pair[]): Pair[] {
  const first = pairs.filter(({ before }) => before.tier === 0);
  const places = placesOf(first, 'before');
  let lastOfOthers = 0;
  return ordered(first, 'after').filter((pair) => {
    const place = places.get(pair) ?? 0;
    if (openCriticals(pair.input).length > 0) return place < lastOfOthers;
    lastOfOthers = Math.max(lastOfOthers, place);
    return false;
  });
}

type Side = 'before' | 'after';

function ordered(pairs: readonly Pair[], side: Side): Pair[] {
  const place = (pair: Pair) => ({ tier: pair[side].tier, sortKey: pair[side].sortKey, studyUid: pair.input.studyUid });
  return pairs.toSorted((a, b) => compareRanked(place(a), place(b)));
}

function placesOf(pairs: readonly Pair[], side: Side): Map<Pair, number> {
  return new Map(ordered(pairs, side).map((pair, index) => [pair, index + 1]));
}

/** The parts of its own rank that weigh differently; a study without one is passed by others. */
function reasonOf({ before, after }: Pair): string {
  const texts = after.parts.flatMap(({ code, text, ms }) => {
    const was = before.parts.find((part) => part.code === code)?.ms ?? 0;
    if (was === ms) return [];
    const [now, then] = [lengthText(Math.abs(ms)), lengthText(Math.abs(was))];
    return [code.startsWith('ai.') ? `${text}: counts ${now}, until now ${then}` : `${text} ${now}, until now ${then}`];
  });
  return texts.length === 0 ? 'Unchanged itself: others pass it' : texts.join('; ');
}

/** How many studies are named. */
export const MOST_MOVED = 10;

export const policyEffectSchema = z.object({
  /** ms since epoch: the list was looked at every hour from then to then. */
  from: z.number().int(),
  until: z.number().int(),
  /** Studies that were on the list at one of those moments, and those of them that would have stood elsewhere. */
  studies: z.number().int(),
  moved: z.number().int(),
  /** Those that would have moved furthest, each at the moment it would have. */
  most: z.array(shiftSchema),
  /** PR10: critical studies that would have fallen. Such a policy is refused. */
  fallen: z.array(z.string()),
});
export type PolicyEffect = z.infer<typeof policyEffectSchema>;

export const policyPreviewSchema = policyEffectSchema.extend({
  /** A study is named by what it is, never by whose. */
  most: z.array(shiftSchema.extend({ modality: z.string(), bodyPart: z.string(), description: z.string() })),
});
/** The effect as an administrator is shown it. */
export type PolicyPreview = z.infer<typeof policyPreviewSchema>;

/** All the moments together: each study once, where it would have moved furthest. Of a moment nothing else is kept. */
export class DayEffect {
  readonly #studies = new Set<string>();
  readonly #fallen = new Set<string>();
  readonly #furthest = new Map<string, Moved & { readonly at: number }>();

  add({ at, studyUids, moved, fallen }: MomentEffect): void {
    for (const uid of studyUids) this.#studies.add(uid);
    for (const uid of fallen) this.#fallen.add(uid);
    for (const one of moved) {
      const kept = this.#furthest.get(one.pair.input.studyUid);
      if (!kept || distance(one) > distance(kept)) this.#furthest.set(one.pair.input.studyUid, { ...one, at });
    }
  }

  summary(): Pick<PolicyEffect, 'studies' | 'moved' | 'most' | 'fallen'> {
    const all = [...this.#furthest.values()].sort((a, b) => distance(b) - distance(a) || a.to - b.to || (a.pair.input.studyUid < b.pair.input.studyUid ? -1 : 1));
    const most = all.slice(0, MOST_MOVED).map(({ pair, from, to, at }) => ({ studyUid: pair.input.studyUid, from, to, at, reason: reasonOf(pair) }));
    return { studies: this.#studies.size, moved: all.length, most, fallen: [...this.#fallen] };
  }
}

function distance({ from, to }: Pick<Moved, 'from' | 'to'>): number {
  return Math.abs(to - from);
}
