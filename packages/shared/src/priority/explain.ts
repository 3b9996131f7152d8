import { z } from 'zod';
import { MINUTE_MS } from '../clock.ts';
import { rankPartSchema } from './rank.ts';
import type { RankPart } from './rank.ts';

/** A part with the whole minutes a person is shown. `arrival` is in minutes since the Unix epoch. */
export const reasonSchema = rankPartSchema.extend({ minutes: z.number().int() });
export type Reason = z.infer<typeof reasonSchema>;

/** The sort key in the minutes that are shown: the minute it falls in, as a clock shows it. */
export function shownMinutes(sortKeyMs: number): number {
  return Math.floor(sortKeyMs / MINUTE_MS);
}

/**
 * PR6: each part's minutes are the step of the running total, so the shown parts sum to the shown total whatever the
 * seconds; a part of whole minutes is shown exactly, any other within one minute.
 */
export function explain({ parts }: { readonly parts: readonly RankPart[] }): Reason[] {
  let total = 0;
  return parts.map((part) => {
    const before = shownMinutes(total);
    total += part.ms;
    return { ...part, minutes: shownMinutes(total) - before };
  });
}
