import type { Hospital } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import type { FilterViewer } from '@readroom/shared/worklist/filter';
import { searchWords, type SearchRequest } from '@readroom/shared/worklist/search';
import { worklistItemSchema } from '@readroom/shared/worklist/worklist-item';
import { z } from 'zod';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { filterConditions } from '../page/filter-sql.ts';

export const MAX_FOUND = 200;
/** Rows looked at for one search; whoever finds more has to say more. */
export const MAX_HITS = 5_000;

export const searchResultSchema = z.object({
  /** Open studies first in the list's order, then signed ones, the newest first; at most `MAX_FOUND`. */
  items: z.array(worklistItemSchema),
  /** How many were found; `MAX_HITS` where `isMany`. */
  found: z.number().int(),
  isMany: z.boolean(),
});
export type SearchResult = z.infer<typeof searchResultSchema>;

const answerSchema = z.object({ found: z.coerce.number().int(), items: z.array(worklistItemSchema) });

/**
 * LF4: finds studies, open and signed, by name, patient id, accession number and description, combined with a filter.
 * LF5: audited with how many were found, never with the text. Throws `forbidden` where names are withheld, `bad-input`.
 */
export async function searchWorklist(deps: Deps, member: Member, { text, filter }: SearchRequest): Promise<SearchResult> {
  requireCan(member, 'worklist.view', member.organisation);
  requireCan(member, 'patient.identify', member.organisation);
  const words = searchWords(text);
  if (words.length === 0) throw new AppError('bad-input', { class: 'permanent', message: 'Type a letter or a digit to search for.' });
  const hospital = await deps.hospital(member.organisation);
  const sql = searchSql(hospital, words, filter, { userId: member.userId, now: deps.clock() });
  const { rows } = await hospital.pool.query<Record<string, unknown>>(sql.text, sql.values);
  const { found, items } = answerSchema.parse(rows[0]);
  const isMany = found > MAX_HITS;
  await audit(hospital.client, { ...by(member), action: 'worklist.search', subject: { found: Math.min(found, MAX_HITS), shown: items.length, words: words.length } });
  return { items, found: Math.min(found, MAX_HITS), isMany };
}

function searchSql({ schema }: Hospital, words: readonly string[], filter: SearchRequest['filter'], viewer: FilterViewer): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  // Words are letters and digits alone (searchWords): nothing in them is a sign of a tsquery.
  const query = words.map((word) => `'${word}':*`).join(' & ');
  const conditions = [`array_to_tsvector(search_terms) @@ ${bind(query)}::tsquery`, ...filterConditions(filter, viewer, bind)];
  const text = `
    with hits as materialized (
      select study_id, live, tier, sort_key, study_uid, received_at from "${schema}".worklist_item where ${conditions.join(' and ')} limit ${MAX_HITS + 1}
    ), first as (
      select study_id, row_number() over (order by live desc, case when live then tier end, case when live then sort_key end, received_at desc, study_uid collate "C") as place from hits
    )
    select (select count(*) from hits) as found,
           coalesce((select json_agg(row.item order by first.place) from first join "${schema}".worklist_item row using (study_id) where first.place <= ${MAX_FOUND}), '[]'::json) as items`;
  return { text, values };
}
