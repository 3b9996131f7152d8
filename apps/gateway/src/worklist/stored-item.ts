import { worklistItemSchema, type WorklistItem } from '@readroom/shared/worklist/worklist-item';

/** Fields that came later and have a default: rows written before them lack them. */
const later = worklistItemSchema.pick({ override: true, overdueAt: true, aside: true });
type Later = ReturnType<typeof later.parse>;
const DEFAULTS: Later = later.parse({});

/** A row as the database holds it. */
export type StoredItem = Omit<WorklistItem, keyof Later> & Partial<Later>;

/**
 * A stored row as a row of the list. Not parsed again: `itemOf` is the only writer and parses every row it writes, under a
 * role that no other program has; parsing each once more was a fifth of a page’s time. Whoever shows a page parses it.
 */
export function storedItem(item: StoredItem): WorklistItem {
  return { ...DEFAULTS, ...item };
}
