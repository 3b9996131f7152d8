import type { Hospital } from '@readroom/db';
import { uidSchema } from '@readroom/shared/dicom/uid';
import { AppError } from '@readroom/shared/error';
import { tierSchema } from '@readroom/shared/priority/rank';
import type { WorklistPage } from '@readroom/shared/worklist/events';
import { readingStatusSchema, worklistItemSchema, type ReadingStatus, type WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { z } from 'zod';

export interface PageQuery {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly modality?: readonly string[] | undefined;
  readonly status?: readonly ReadingStatus[] | undefined;
  /** Received at or after, ms since epoch. */
  readonly since?: number | undefined;
  readonly studyUid?: string | undefined;
}

const answerSchema = z.object({ head: z.coerce.number().int(), items: z.array(worklistItemSchema) });
const cursorSchema = z.tuple([tierSchema, z.number().int(), uidSchema]);
type Cursor = z.infer<typeof cursorSchema>;

/**
 * One keyset page of the list in its order, with the hospital's revision of the same snapshot. Reads the partial index
 * of the order, so a page costs the same at ten rows and at a million. Finished studies only when `status` asks for
 * `final` alone. Throws AppError `bad-input` (permanent).
 */
export async function readPage(hospital: Hospital, query: PageQuery): Promise<WorklistPage> {
  const { text, values } = pageSql(hospital.schema, query);
  const { rows } = await hospital.pool.query<Record<string, unknown>>(text, values);
  const { head, items } = answerSchema.parse(rows[0]);
  const shown = items.slice(0, query.limit);
  const last = items.length > query.limit ? shown.at(-1) : undefined;
  return { items: shown, nextCursor: last ? encodeCursor(last) : null, revision: head };
}

function pageSql(schema: string, query: PageQuery): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [isPast(query.status) ? 'not live' : 'live', ...conditions(query, bind)];
  const text = `
    select (select revision from "${schema}".hospital_state where id = 1) as head,
           coalesce((select json_agg(page.item) from (
             select item from "${schema}".worklist_item
             where ${where.join(' and ')}
             order by tier, sort_key, study_uid collate "C"
             limit ${bind(query.limit + 1)}
           ) page), '[]'::json) as items`;
  return { text, values };
}

function conditions(query: PageQuery, bind: (value: unknown) => string): string[] {
  const found: string[] = [];
  if (query.cursor !== undefined) {
    const [tier, sortKey, studyUid] = decodeCursor(query.cursor);
    found.push(`(tier, sort_key, study_uid collate "C") > (${bind(tier)}::smallint, ${bind(sortKey)}::bigint, ${bind(studyUid)})`);
  }
  if (query.modality) found.push(`modality = any(${bind(query.modality)})`);
  if (query.status) found.push(`status = any(${bind(query.status)})`);
  if (query.since !== undefined) found.push(`received_at >= ${bind(new Date(query.since))}`);
  if (query.studyUid !== undefined) found.push(`study_uid = ${bind(query.studyUid)}`);
  return found;
}

function isPast(status: PageQuery['status']): boolean {
  return status !== undefined && status.length > 0 && status.every((one) => one === readingStatusSchema.enum.final);
}

/** Opaque to clients: the place of the last row shown. */
export function encodeCursor({ tier, sortKey, studyUid }: Pick<WorklistItem, 'tier' | 'sortKey' | 'studyUid'>): string {
  return Buffer.from(JSON.stringify([tier, sortKey, studyUid])).toString('base64url');
}

function decodeCursor(cursor: string): Cursor {
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  throw new AppError('bad-input', { class: 'permanent', message: 'This cursor is none of ours: send back `nextCursor` of the page before, unchanged, or none for the first page.' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
