import type { Hospital } from '@readroom/db';
import { AppError } from '@readroom/shared/error';
import { journalRowSchema, replayQueue, type JournalRow, type QueueEntry } from '@readroom/shared/priority/replay';
import { z } from 'zod';

/** Above this a replay would need more memory than a request should take. */
const MAX_ROWS = 1_000_000;
const COLUMNS = `j.revision::float8 as revision, j.study_uid as "studyUid", (extract(epoch from j.at) * 1000)::float8 as at, j.rank_version as "rankVersion", j.policy, j.input`;
const storedRowSchema = journalRowSchema.extend({ at: z.number().transform(Math.round) });

/**
 * PR8: the list of one hospital as it stood at `at` (ms since epoch), recomputed from the journal. Of each study only
 * the last row up to the head revision of that moment is read. Throws AppError `replay-too-large` (permanent).
 */
export async function replayAt(hospital: Hospital, at: number): Promise<QueueEntry[]> {
  const journal = await read(
    hospital,
    (journalTable) => `with head as (select max(revision) as revision from ${journalTable} where at <= $1)
     select distinct on (j.study_uid) ${COLUMNS}
     from ${journalTable} j, head
     where j.revision <= head.revision
     order by j.study_uid, j.revision desc`,
    [new Date(at)],
  );
  // The SQL chose by revision already; the moment handed on is past every row, so that the pure replay keeps them all.
  return replayQueue(journal, Number.MAX_SAFE_INTEGER);
}

/** The last revision written by `at`, 0 before the first. */
export async function headAt({ client }: Hospital, at: number): Promise<number> {
  const row = await client.rankJournal.findFirst({ where: { at: { lte: new Date(at) } }, orderBy: [{ at: 'desc' }, { revision: 'desc' }], select: { revision: true } });
  return Number(row?.revision ?? 0);
}

/** Of each study that is on the list now or was at some time after `revision` the last row up to it: the list of then, at the cost of that list. */
export function listAtRevision(hospital: Hospital, revision: number): Promise<JournalRow[]> {
  return read(
    hospital,
    (journalTable) => `with known as (select study_uid from "${hospital.schema}".worklist_item where live union select study_uid from ${journalTable} where revision > $1)
     select ${COLUMNS}
     from known cross join lateral (select * from ${journalTable} one where one.study_uid = known.study_uid and one.revision <= $1 order by one.revision desc limit 1) j
     where j.input is not null`,
    [revision],
  );
}

/** Of each study the last row after `from` and up to `until`, both revisions. */
export function changesBetween(hospital: Hospital, from: number, until: number): Promise<JournalRow[]> {
  return read(hospital, (journalTable) => `select distinct on (j.study_uid) ${COLUMNS} from ${journalTable} j where j.revision > $1 and j.revision <= $2 order by j.study_uid, j.revision desc`, [from, until]);
}

async function read(hospital: Hospital, sql: (journalTable: string) => string, values: readonly unknown[]): Promise<JournalRow[]> {
  const { rows } = await hospital.pool.query<Record<string, unknown>>(`${sql(`"${hospital.schema}".rank_journal`)} limit ${MAX_ROWS + 1}`, [...values]);
  if (rows.length > MAX_ROWS) throw new AppError('replay-too-large', { class: 'permanent', message: `More than ${MAX_ROWS} studies: replay an earlier moment.` });
  return z.array(storedRowSchema).parse(rows);
}
