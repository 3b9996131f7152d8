import type { Hospital } from '@readroom/db';
import { searchTerms } from '@readroom/shared/worklist/search';
import { worklistItemSchema } from '@readroom/shared/worklist/worklist-item';
import { z } from 'zod';
import type { Deps } from '../../infra/deps.ts';

/** Rows of one statement: some tens of milliseconds. */
const PORTION = 500;
const rowSchema = z.object({ id: z.uuid(), item: worklistItemSchema });

/** Makes the words of rows written before there was a search, a portion at a time, until none is left. */
export async function makeSearchTerms(deps: Deps, hospital: Hospital): Promise<void> {
  let made = 0;
  for (let portion = PORTION; portion === PORTION; made += portion) portion = await makePortion(hospital);
  if (made > 0) deps.log.info({ event: 'worklist.search-terms-made', organisation: hospital.organisationId, rows: made });
}

async function makePortion({ pool, schema }: Hospital): Promise<number> {
  const { rows } = await pool.query<Record<string, unknown>>(`select study_id as id, item from "${schema}".worklist_item where search_terms is null order by study_id limit ${PORTION}`);
  const terms = rows.map((row) => rowSchema.parse(row)).map(({ id, item }) => ({ id, terms: searchTerms(item) }));
  // A row refreshed in between has its words already, and newer ones.
  await pool.query(
    `update "${schema}".worklist_item row set search_terms = made.terms
     from jsonb_to_recordset($1::jsonb) as made (id uuid, terms text[]) where row.study_id = made.id and row.search_terms is null`,
    [JSON.stringify(terms)],
  );
  return rows.length;
}
