import { z } from 'zod';

export const columnIdSchema = z.enum(['severity', 'due', 'patient', 'study', 'site', 'arrival', 'ai', 'assigned', 'status']);
export type ColumnId = z.infer<typeof columnIdSchema>;

/** Whose study it is and how bad it may be are always in sight. */
export const FIXED_COLUMNS: readonly ColumnId[] = ['severity', 'patient'];

/** Widths a reader may give a column, px. */
export const MIN_COLUMN_PX = 48;
export const MAX_COLUMN_PX = 640;

const columnSchema = z.object({
  id: columnIdSchema,
  shown: z.boolean(),
  /** Px; null lets the column take its share of the room. */
  width: z.number().int().min(MIN_COLUMN_PX).max(MAX_COLUMN_PX).nullable(),
});
export type Column = z.infer<typeof columnSchema>;

/** How one reader wants the list to look in one hospital, on whichever computer. */
export const listViewSchema = z.object({
  /** In their order. */
  columns: z.array(columnSchema).max(columnIdSchema.options.length),
  /** Null: as suits the screen. */
  density: z.enum(['dense', 'comfortable']).nullable(),
});
export type ListView = z.infer<typeof listViewSchema>;

export const DEFAULT_VIEW: ListView = { columns: columnIdSchema.options.map((id) => ({ id, shown: true, width: null })), density: null };

/** Every column once: those a stored view does not know come last, as a newer Readroom brings them. */
export function completeView(view: ListView): ListView {
  const known = new Map(view.columns.map((column) => [column.id, column]));
  const columns = [...known.values(), ...DEFAULT_VIEW.columns.filter(({ id }) => !known.has(id))];
  return { ...view, columns: columns.map((column) => (FIXED_COLUMNS.includes(column.id) ? { ...column, shown: true } : column)) };
}
