import { z } from 'zod';
import { worklistFilterSchema } from './filter.ts';

/** Lists of one reader, and shared ones of one hospital: what a rail can hold. */
export const MAX_OWN_LISTS = 30;
export const MAX_SHARED_LISTS = 100;

export const listNameSchema = z.string().trim().min(1, 'Give the list a name.').max(60, 'A name has 60 letters at most.');

/** A filter under a name. Its id stands in the address, its name never does. */
export const savedListSchema = z.object({
  id: z.uuid(),
  name: listNameSchema,
  filter: worklistFilterSchema,
  /** Everybody of the hospital sees it. */
  shared: z.boolean(),
  owner: z.object({ id: z.string(), name: z.string() }),
});
export type SavedList = z.infer<typeof savedListSchema>;

export const savedListsSchema = z.object({
  /** The reader's own, then those shared by others, by name. */
  lists: z.array(savedListSchema),
  /** The one the reader's page opens with. */
  defaultId: z.uuid().nullable(),
});
export type SavedLists = z.infer<typeof savedListsSchema>;

export const saveListSchema = z.object({ name: listNameSchema, filter: worklistFilterSchema, shared: z.boolean() });
/** What is left out stays as it is. */
export const changeListSchema = saveListSchema.partial().extend({ id: z.uuid() });
export type ListChange = z.infer<typeof changeListSchema>;
