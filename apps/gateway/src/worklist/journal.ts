import type { Hospital } from '@readroom/db';
import { AppError } from '@readroom/shared/error';
import { journalRowSchema, replayQueue, type QueueEntry } from '@readroom/shared/priority/replay';
import { z } from 'zod';

/** Above this a replay would need more memory than a request should take. */
const MAX_ROWS = 1_000_000;

/**
 * PR8: the list of one hospital as it stood at `at` (ms since epoch), recomputed from the journal. Of each study only
 * the last row up to the head revision of that moment is read. Throws AppError `replay-too-large` (permanent).
 */
export async function replayAt(hospital: Hospital, at: number): Promise<QueueEntry[]> {
  const { rows } = await hospital.pool.query<Record<string, unknown>>(
    `with head as (select max(revision) as revision from "${hospital.schema}".rank_journal where at <= $1)
     select distinct on (j.study_uid)
            j.revision::float8 as revision, j.study_uid as "studyUid", (extract(epoch from j.at) * 1000)::float8 as at,
            j.rank_version as "rankVersion", j.policy, j.input
     from "${hospital.schema}".rank_journal j, head
     where j.revision <= head.revision
     order by j.study_uid, j.revision desc
     limit ${MAX_ROWS + 1}`,
    [new Date(at)],
  );
  if (rows.length > MAX_ROWS) throw new AppError('replay-too-large', { class: 'permanent', message: `More than ${MAX_ROWS} studies: replay an earlier moment.` });
  const journal = z.array(journalRowSchema).parse(rows.map((row) => ({ ...row, at: Math.round(z.number().parse(row['at'])) })));
  // The SQL chose by revision already; the moment handed on is past every row, so that the pure replay keeps them all.
  return replayQueue(journal, Number.MAX_SAFE_INTEGER);
}
