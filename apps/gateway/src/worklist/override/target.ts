import { HospitalPrisma, type HospitalTx } from '@readroom/db';
import { AppError } from '@readroom/shared/error';
import type { Move } from '@readroom/shared/priority/move';
import type { Target } from '@readroom/shared/priority/override';
import { tierSchema } from '@readroom/shared/priority/rank';
import { z } from 'zod';
import { conflict, notFound } from '../../study/refusals.ts';

const targetSchema = z.object({ studyUid: z.string(), tier: tierSchema, sortKey: z.number().int() });

/**
 * The row the study is to pass, as it stands in this transaction, under the hospital's revision lock. Throws `not-found`,
 * `conflict` where there is none to pass, `bad-input` for a study against itself.
 */
export async function targetOf(tx: HospitalTx, schema: string, moved: Target, move: Move): Promise<Target> {
  switch (move.kind) {
    case 'above':
    case 'below':
      return named(tx, moved, move.target);
    case 'raise':
      return (await next(tx, schema, moved, 'before')) ?? refuse('It is the first study of the list already.');
    case 'lower':
      return (await next(tx, schema, moved, 'after')) ?? refuse('It is the last study of the list already.');
    case 'pin':
      return (await next(tx, schema, moved, 'first')) ?? refuse('It is the first study of the list already.');
    default:
      return move satisfies never;
  }
}

async function named(tx: HospitalTx, moved: Target, studyUid: string): Promise<Target> {
  if (studyUid === moved.studyUid) throw new AppError('bad-input', { class: 'permanent', message: 'A study can’t be placed beside itself: name another row.' });
  const row = await tx.worklistItem.findUnique({ where: { studyUid }, select: { tier: true, sortKey: true, live: true } });
  if (!row) throw notFound();
  if (!row.live) throw conflict('The row you placed it beside was signed and has left the list. Choose another.');
  return targetSchema.parse({ studyUid, tier: row.tier, sortKey: Number(row.sortKey) });
}

/** The list's own order (`study_uid` by bytes), so that the neighbour is the one on screen. */
async function next(tx: HospitalTx, schema: string, moved: Target, which: 'before' | 'after' | 'first'): Promise<Target | null> {
  const place = HospitalPrisma.sql`(tier, sort_key, study_uid collate "C")`;
  const own = HospitalPrisma.sql`(${moved.tier}::smallint, ${moved.sortKey}::bigint, ${moved.studyUid})`;
  const beyond = which === 'after' ? HospitalPrisma.sql`${place} > ${own}` : HospitalPrisma.sql`${place} < ${own}`;
  const way = HospitalPrisma.raw(which === 'before' ? 'desc' : 'asc');
  const rows: unknown[] = await tx.$queryRaw`
    select study_uid as "studyUid", tier::int as tier, sort_key::float8 as "sortKey"
    from ${HospitalPrisma.raw(`"${schema}".worklist_item`)}
    where live and ${beyond}
    order by tier ${way}, sort_key ${way}, study_uid collate "C" ${way}
    limit 1`;
  return rows.length === 0 ? null : targetSchema.parse(rows[0]);
}

function refuse(message: string): never {
  throw conflict(message);
}
