import { withTransaction } from '@readroom/db';
import type { Pool, PoolClient } from '@readroom/db';
import { GENESIS, link } from './chain.ts';
import type { AuditRow, ChainHead } from './chain.ts';

/** Rows sealed in one transaction. */
const BATCH = 500;

export interface Sealed {
  /** The head after this batch. */
  readonly head: ChainHead;
  readonly sealed: number;
  /** More rows wait. */
  readonly more: boolean;
  /** The head this process wrote last is no longer in the table as it was: somebody edited it. */
  readonly contradiction: boolean;
}

/**
 * Gives unsealed rows of one hospital their place: seq without a gap, hash chained to the row before. One sealer at a
 * time by an advisory lock; null when another gateway holds it. The owner's pool: a hospital's own role may not update the table.
 */
export function sealBatch(pool: Pool, schema: string, remembered: ChainHead | null): Promise<Sealed | null> {
  return withTransaction(pool, async (client) => {
    const lock = await client.query<{ mine: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as mine', [`readroom audit ${schema}`]);
    return lock.rows[0]?.mine === true ? sealLocked(client, schema, remembered) : null;
  });
}

async function sealLocked(client: PoolClient, schema: string, remembered: ChainHead | null): Promise<Sealed> {
  const contradiction = remembered !== null && remembered.seq > 0 && !(await holds(client, schema, remembered));
  let head = await chainHead(client, schema);
  const rows = await unsealed(client, schema);
  const places = rows.map((row) => {
    head = link(head, row);
    return { id: row.id, ...head };
  });
  if (places.length > 0) await place(client, schema, places);
  return { head, sealed: rows.length, more: rows.length === BATCH, contradiction };
}

/** The last sealed row: what the chain stands at; `GENESIS` before the first. */
export async function chainHead(client: PoolClient | Pool, schema: string): Promise<ChainHead> {
  const found = await client.query<{ seq: string; hash: string }>(`select seq, hash from "${schema}".audit_event where seq is not null order by seq desc limit 1`);
  const row = found.rows[0];
  return row ? { seq: Number(row.seq), hash: row.hash } : GENESIS;
}

/** Whether the table still holds this very hash at this place. */
export async function holds(client: PoolClient | Pool, schema: string, head: ChainHead): Promise<boolean> {
  const found = await client.query(`select 1 from "${schema}".audit_event where seq = $1 and hash = $2`, [head.seq, head.hash]);
  return found.rowCount === 1;
}

async function unsealed(client: PoolClient, schema: string): Promise<AuditRow[]> {
  const found = await client.query<Omit<AuditRow, 'at'> & { at: Date }>(
    `select id, at, actor, role, action, subject from "${schema}".audit_event where seq is null order by at, id limit ${BATCH}`,
  );
  return found.rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

async function place(client: PoolClient, schema: string, places: readonly { id: string; seq: number; hash: string }[]): Promise<void> {
  await client.query(
    `update "${schema}".audit_event as e set seq = s.seq, hash = s.hash
     from unnest($1::uuid[], $2::bigint[], $3::text[]) as s(id, seq, hash) where e.id = s.id and e.seq is null`,
    [places.map((one) => one.id), places.map((one) => one.seq), places.map((one) => one.hash)],
  );
}
