import { z } from 'zod';
import { MAX_MOVE_MS, MAX_NOTE, MIN_MOVE_MS } from '../priority/move.ts';

/** LF6: a study a reader has put aside, as its row says it. It stands where it stood. */
export const asideSchema = z.object({
  /** Another putting aside has another id: whoever ends one says which they saw. */
  id: z.uuid(),
  author: z.object({ id: z.string(), name: z.string() }),
  /** Typed by a person: it may name a patient. */
  note: z.string(),
  /** ms since epoch. */
  since: z.number().int(),
  /** When it comes back by itself; null: when somebody takes it up again. */
  until: z.number().int().nullable(),
});
export type Aside = z.infer<typeof asideSchema>;

export const putAsideSchema = z.object({
  studyId: z.uuid(),
  note: z.string().trim().min(1, 'Say why in a few words.').max(MAX_NOTE),
  /** Null: until it is taken up again. */
  forMs: z.number().int().min(MIN_MOVE_MS).max(MAX_MOVE_MS).nullable(),
});
export type PutAside = z.infer<typeof putAsideSchema>;

/** Whether this person may end it: who put it aside, who has the study, anybody while nobody has it, and an attending in any case. */
export function mayTakeUp(who: { readonly userId: string; readonly role: string }, aside: Pick<Aside, 'author'>, holderId: string | null): boolean {
  return who.role === 'attending' || aside.author.id === who.userId || holderId === null || holderId === who.userId;
}
