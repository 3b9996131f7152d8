import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { AppError } from '@readroom/shared/error';
import { schemaNameSchema } from '../tenancy/names.ts';
import { withTransaction } from '../transaction.ts';
import { readMigrations } from './migrations.ts';
import type { Family, Migration } from './migrations.ts';

/**
 * Brings one PostgreSQL schema to the newest version in one transaction: either all of it or nothing. Two gateways
 * starting together wait for each other on an advisory lock. Answers the names applied now.
 * Throws `migration-edited` when an applied file was changed since, `database-newer` when the schema knows migrations this program does not.
 */
export async function migrate(pool: pg.Pool, family: Family, schema: string, migrations?: readonly Migration[]): Promise<readonly string[]> {
  const all = migrations ?? (await readMigrations(family));
  return inSchema(pool, schema, async (client) => {
    await client.query(HISTORY_TABLE);
    const applied = await history(client);
    const pending = unapplied(all, applied, schema);
    for (const migration of pending) await apply(client, migration);
    return pending.map((migration) => migration.name);
  });
}

/**
 * Takes back the newest `count` migrations (all of them when left out), newest first, in one transaction.
 * With nothing applied any more the schema itself goes; PostgreSQL refuses that if anything is left in it.
 */
export async function rollback(pool: pg.Pool, family: Family, schema: string, count = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
  const all = await readMigrations(family);
  return inSchema(pool, schema, async (client) => {
    await client.query(HISTORY_TABLE);
    const applied = await history(client);
    const undone = all.filter((migration) => applied.has(migration.name)).reverse().slice(0, count);
    for (const migration of undone) {
      await client.query(migration.down);
      await client.query('delete from _prisma_migrations where migration_name = $1', [migration.name]);
    }
    if (undone.length === applied.size) await client.query(`drop table _prisma_migrations; drop schema "${schema}"`);
    return undone.map((migration) => migration.name);
  });
}

/** The columns Prisma's own CLI reads and writes, so that both can look after the same database. */
const HISTORY_TABLE = `create table if not exists _prisma_migrations (
  id varchar(36) primary key,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null unique,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

/** A new column or index of a list of millions takes minutes, not the seconds a request may. */
const MIGRATION_TIMEOUT_MS = 30 * 60_000;

function inSchema<T>(pool: pg.Pool, name: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const schema = schemaNameSchema.parse(name);
  return withTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`readroom migrate ${schema}`]);
    await client.query(`create schema if not exists "${schema}"`);
    await client.query(`set local search_path to "${schema}"; set local statement_timeout = ${MIGRATION_TIMEOUT_MS}`);
    return work(client);
  });
}

async function history(client: pg.PoolClient): Promise<ReadonlyMap<string, string>> {
  const found = await client.query<{ migration_name: string; checksum: string }>('select migration_name, checksum from _prisma_migrations where rolled_back_at is null');
  return new Map(found.rows.map((row) => [row.migration_name, row.checksum]));
}

function unapplied(all: readonly Migration[], applied: ReadonlyMap<string, string>, schema: string): readonly Migration[] {
  const known = new Set(all.map((migration) => migration.name));
  const unknown = [...applied.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new AppError('database-newer', {
      class: 'permanent',
      message: `The database schema ${schema} was made by a newer Readroom (${unknown}). Start that version, or restore a backup made with this one.`,
    });
  }
  return all.filter((migration) => {
    const checksum = applied.get(migration.name);
    if (checksum === undefined || checksum === migration.checksum) return checksum === undefined;
    throw new AppError('migration-edited', {
      class: 'permanent',
      message: `The migration ${migration.name} was changed after it was applied to ${schema}. Restore the file; put the change into a new migration.`,
    });
  });
}

async function apply(client: pg.PoolClient, migration: Migration): Promise<void> {
  const up = { text: migration.up, query_timeout: MIGRATION_TIMEOUT_MS };
  await client.query(up);
  await client.query(
    'insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) values ($1, $2, $3, now(), 1)',
    [randomUUID(), migration.checksum, migration.name],
  );
}
