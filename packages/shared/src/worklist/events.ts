import { z } from 'zod';
import { worklistItemSchema } from './worklist-item.ts';

/** Names of the socket.io events between gateway and browser; the path is `/rt`. */
export const RT_PATH = '/rt';

/** `rt:patch`: revision `rev` of the hospital changed these rows. `prev` is the revision before it: a mismatch is a gap. */
export const worklistPatchSchema = z.object({
  organisation: z.string(),
  prev: z.number().int(),
  rev: z.number().int(),
  upserts: z.array(worklistItemSchema),
  /** Study UIDs that left the live list. */
  removed: z.array(z.string()),
});
export type WorklistPatch = z.infer<typeof worklistPatchSchema>;

/** `rt:head` every 2 s: a list that has not heard one for 6 s is stale; one that is behind refetches. */
export const worklistHeadSchema = z.object({ organisation: z.string(), rev: z.number().int(), at: z.number().int() });
export type WorklistHead = z.infer<typeof worklistHeadSchema>;

/** `rt:snapshot`: everything may have changed (a policy change); refetch. */
export const worklistSnapshotEventSchema = z.object({ organisation: z.string(), rev: z.number().int() });

/** `GET /api/worklist`: one keyset page. `revision` is the hospital's head at the read. */
export const worklistPageSchema = z.object({
  items: z.array(worklistItemSchema),
  nextCursor: z.string().nullable(),
  revision: z.number().int(),
});
export type WorklistPage = z.infer<typeof worklistPageSchema>;
