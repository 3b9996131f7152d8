import type { Hospital } from '@readroom/db';
import type { WorklistPage } from '@readroom/shared/worklist/events';
import { NO_FILTER, type FilterViewer, type WorklistFilter } from '@readroom/shared/worklist/filter';
import { readingStatusSchema, type WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { z } from 'zod';
import { storedItem, type StoredItem } from '../stored-item.ts';
import { decodeCursor, encodeCursor, placeSchema, type Place } from './cursor.ts';
import { filterConditions } from './filter-sql.ts';

export interface PageQuery {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly studyUid?: string | undefined;
  readonly filter?: WorklistFilter | undefined;
}

/** Index entries one page looks through at most: some ten milliseconds. */
export const MAX_WALK = 10_000;

const KEYS = 'tier, sort_key, study_uid';
const ORDER = 'tier, sort_key, study_uid collate "C"';
/** What the walk reads: columns of the index, that the conditions of a filter name. */
const WALKED = `study_id, ${KEYS}, modality, status, assigned_to, received_at, body_part, site, study_class, ai_facet`;
const NOBODY: FilterViewer = { userId: '', now: 0 };
const answerSchema = z.object({ head: z.coerce.number().int(), walkedTo: placeSchema.nullable() });

/**
 * One keyset page of the list in its order, with the hospital's revision of the same snapshot. Reads the partial index
 * of the order, so a page costs the same at ten rows and at a million. Signed studies only when the filter names `final`,
 * or when one study is asked for by its UID. A filter that few rows match may give a short page, even an empty one, with a `nextCursor`: it looked
 * through `MAX_WALK` rows. Throws AppError `bad-input` (permanent).
 */
export async function readPage(hospital: Hospital, query: PageQuery, viewer: FilterViewer = NOBODY): Promise<WorklistPage> {
  const { text, values } = pageSql(hospital.schema, query, viewer);
  const { rows } = await hospital.pool.query<{ head: unknown; walkedTo: unknown; item: StoredItem | null }>(text, values);
  const { head, walkedTo } = answerSchema.parse(rows[0]);
  const items = rows.flatMap(({ item }) => item ?? []).map(storedItem);
  const shown = items.slice(0, query.limit);
  const last = items.length > query.limit ? shown.at(-1) : undefined;
  const next = last ? placeOf(last) : walkedTo;
  return { items: shown, nextCursor: next && encodeCursor(next), revision: head };
}

export function placeOf({ tier, sortKey, studyUid }: Pick<WorklistItem, 'tier' | 'sortKey' | 'studyUid'>): Place {
  return [tier, sortKey, studyUid];
}

function pageSql(schema: string, query: PageQuery, viewer: FilterViewer): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const table = `"${schema}".worklist_item`;
  const filter = query.filter ?? NO_FILTER;
  const after = afterOf(query.cursor, bind);
  const conditions = filterConditions(filter, viewer, bind);
  if (query.studyUid !== undefined) conditions.push(`study_uid = ${bind(query.studyUid)}`);
  const head = `(select revision from "${schema}".hospital_state where id = 1) as head`;
  const limit = bind(query.limit + 1);
  // The whole list needs no walk, and one study is found by its own index.
  const isWhole = conditions.length === 0 || query.studyUid !== undefined;
  const parts = partsOf(query);
  const where = [...(parts.length === 1 ? parts : []), ...after, ...conditions];
  return { text: isWhole ? wholeSql({ table, head, limit, where }) : walkSql({ table, head, limit, parts, after, conditions }), values };
}

interface Sql {
  readonly table: string;
  readonly head: string;
  readonly limit: string;
}

/** A row for each item, and one without an item where there is none: the head comes along in any case. */
function wholeSql({ table, head, limit, where }: Sql & { readonly where: readonly string[] }): string {
  return `
    select ${head}, null as "walkedTo", page.item
    from (select) always left join (select item, ${KEYS} from ${table} where ${where.join(' and ')} order by ${ORDER} limit ${limit}) page on true
    order by ${ORDER}`;
}

/**
 * The walk reads columns of the index alone and ends at its bound whatever the planner believes of the filter; the rows
 * themselves are fetched for those found. Where the bound was reached its last place comes along, to go on from.
 */
function walkSql({ table, head, limit, parts, after, conditions }: Sql & { readonly parts: readonly Part[]; readonly after: readonly string[]; readonly conditions: readonly string[] }): string {
  const matches = conditions.join(' and ');
  // Each part has an index of its own in this order; two of them are walked side by side and merged.
  const walks = parts.map((part) => `(select ${WALKED} from ${table} where ${[part, ...after].join(' and ')} order by ${ORDER} limit ${MAX_WALK})`);
  return `
    with found as materialized (
      select study_id, ${KEYS}, at, ${matches} as matches from (
        select ${WALKED}, row_number() over (order by ${ORDER}) as at from (${walks.join(' union all ')}) walk order by ${ORDER} limit ${MAX_WALK}
      ) walked
      where (${matches}) or at = ${MAX_WALK} order by ${ORDER} limit ${limit}
    )
    select ${head}, (select json_build_array(${KEYS}) from found where at = ${MAX_WALK}) as "walkedTo", page.item
    from (select) always left join (select row.item, found.tier, found.sort_key, found.study_uid from found join ${table} row using (study_id) where found.matches) page on true
    order by ${ORDER}`;
}

function afterOf(cursor: string | undefined, bind: (value: unknown) => string): string[] {
  if (cursor === undefined) return [];
  const [tier, sortKey, studyUid] = decodeCursor(cursor);
  return [`(tier, sort_key, study_uid collate "C") > (${bind(tier)}::smallint, ${bind(sortKey)}::bigint, ${bind(studyUid)})`];
}

type Part = 'live' | 'not live';

/** Which of the list's two parts are read: open studies, signed ones, or both. */
function partsOf({ filter = NO_FILTER, studyUid }: PageQuery): Part[] {
  const { status } = filter;
  const { final } = readingStatusSchema.enum;
  if (studyUid !== undefined && status.length === 0) return ['live', 'not live'];
  if (!status.includes(final)) return ['live'];
  return status.every((one) => one === final) ? ['not live'] : ['live', 'not live'];
}
