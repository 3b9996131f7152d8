import type { Hospital } from '@readroom/db';
import { createTestDb } from '@readroom/db/testing';
import type { TestDb } from '@readroom/db/testing';
import { startTemporaryPostgres } from '../tools/services/postgres.ts';
import type { BenchContext } from './harness.ts';

/** In portions, each within the pool's time limit for a statement. */
const PORTION = 25_000;

export interface RowsToWrite {
  readonly rows: number;
  /** The statement that inserts the rows numbered `first` to `last`. */
  insert(first: number, last: number): string;
  /** What readies the table for its readers; only a vacuum lets them read an index alone. */
  readonly settle: 'analyze' | 'vacuum analyze';
}

/** A hospital of its own in a PostgreSQL of its own, with the rows `of` says for its schema; gone after the benchmark. */
export async function hospitalWithRows(context: BenchContext, of: (schema: string) => RowsToWrite): Promise<Hospital> {
  const server = await startTemporaryPostgres();
  context.defer(() => server.stop());
  const db = await createTestDb(server.url);
  context.defer(() => db.close());
  const hospital = await db.hospital('one');
  await writeRows(db, hospital.schema, of(hospital.schema), context);
  return hospital;
}

/** Made where they live. Foreign keys rest while they come: what is measured reads one table. */
async function writeRows({ pool }: TestDb, schema: string, { rows, insert, settle }: RowsToWrite, context: BenchContext): Promise<void> {
  context.log(`writing ${String(rows)} rows`);
  const client = await pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (let first = 1; first <= rows; first += PORTION) await client.query(insert(first, first + PORTION - 1));
    await client.query(`${settle} "${schema}".worklist_item`);
    // What was written is on disk before anything is measured: else the server does it meanwhile.
    await client.query('checkpoint');
  } finally {
    await client.query('reset session_replication_role');
    client.release();
  }
}
