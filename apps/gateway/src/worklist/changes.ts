import type { Hospital } from '@readroom/db';
import { worklistItemSchema } from '@readroom/shared/worklist/worklist-item';
import type { WorklistPatch } from '@readroom/shared/worklist/events';
import { z } from 'zod';

/** More rows than this in one patch cost a browser more than fetching its page again. */
export const MAX_PATCH_ROWS = 500;

const changesSchema = z.object({
  head: z.number().int(),
  rows: z.array(z.object({ studyUid: z.string(), live: z.boolean(), item: z.unknown() })),
});

export type Changes = Pick<WorklistPatch, 'rev' | 'upserts' | 'removed'> & { readonly tooMany: boolean };

/**
 * The rows that committed revisions after `since` changed, and the head, in one snapshot. Revisions become visible in
 * their order (revision.ts), so nothing up to the head is missing.
 */
export async function readChanges(hospital: Hospital, since: number): Promise<Changes> {
  const { rows } = await hospital.pool.query<Record<string, unknown>>(
    `select (select revision from "${hospital.schema}".hospital_state where id = 1)::float8 as head,
            coalesce((select json_agg(changed) from (
              select study_uid as "studyUid", live, item from "${hospital.schema}".worklist_item
              where revision > $1 order by revision limit ${MAX_PATCH_ROWS + 1}
            ) changed), '[]'::json) as rows`,
    [since],
  );
  const changes = changesSchema.parse(rows[0]);
  const [live, gone] = [changes.rows.filter((row) => row.live), changes.rows.filter((row) => !row.live)];
  return {
    rev: changes.head,
    upserts: live.map((row) => worklistItemSchema.parse(row.item)),
    removed: gone.map((row) => row.studyUid),
    tooMany: changes.rows.length > MAX_PATCH_ROWS,
  };
}

export async function readHead(hospital: Hospital): Promise<number> {
  const state = await hospital.client.hospitalState.findUniqueOrThrow({ where: { id: 1 }, select: { revision: true } });
  return Number(state.revision);
}
