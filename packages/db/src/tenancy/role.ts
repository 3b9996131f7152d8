import type pg from 'pg';
import { withTransaction } from '../transaction.ts';
import { hospitalRoleName, schemaNameSchema } from './names.ts';

/** The role is in force, or a sentence that says why the second lock is off. */
export type RoleOutcome = { readonly role: string; readonly problem: null } | { readonly role: null; readonly problem: string };

/**
 * Makes the hospital's role and gives it USAGE on its own schema alone (law TN1). Idempotent; run after each migration,
 * because new tables need new grants. A connecting user who may not create roles gets `problem`, never silence.
 */
export async function ensureHospitalRole(pool: pg.Pool, schema: string): Promise<RoleOutcome> {
  try {
    const role = await withTransaction(pool, async (client) => {
      const name = hospitalRoleName(await databaseName(client), schema);
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`readroom role ${name}`]);
      await createRole(client, name);
      await grant(client, name, schemaNameSchema.parse(schema));
      return name;
    });
    return { role, problem: null };
  } catch (error) {
    if (isInsufficientPrivilege(error)) return { role: null, problem: refusal(schema) };
    throw error;
  }
}

function refusal(schema: string): string {
  return (
    `The database user may not create roles, so ${schema} is kept apart by schema names only. ` +
    'Grant it CREATEROLE (alter role ... createrole) and start again to add the second lock.'
  );
}

async function databaseName(client: pg.PoolClient): Promise<string> {
  const found = await client.query<{ name: string }>('select current_database() as name');
  return found.rows[0]?.name ?? '';
}

async function createRole(client: pg.PoolClient, role: string): Promise<void> {
  const found = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (found.rowCount === 0) await client.query(`create role "${role}" nologin noinherit`);
  const member = await client.query<{ may: boolean }>(`select pg_has_role(current_user, $1, 'MEMBER') as may`, [role]);
  // From PostgreSQL 16 the maker of a role may administer it but not act as it, until it says so.
  if (found.rowCount === 0 || member.rows[0]?.may !== true) await client.query(`grant "${role}" to current_user`);
}

async function grant(client: pg.PoolClient, role: string, schema: string): Promise<void> {
  await client.query(`
    grant usage on schema "${schema}" to "${role}";
    grant select, insert, update, delete on all tables in schema "${schema}" to "${role}";
    grant usage, select on all sequences in schema "${schema}" to "${role}";
    revoke all on "${schema}"._prisma_migrations from "${role}";
    revoke update, delete, truncate on "${schema}".audit_event, "${schema}".report_version, "${schema}".alert_communication, "${schema}".escalation_policy, "${schema}".rank_policy, "${schema}".on_call_rota from "${role}";
  `);
}

/** PostgreSQL's insufficient_privilege. */
function isInsufficientPrivilege(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '42501';
}

/** Removes the role and its rights; for an organisation that left, and for tests. */
export async function dropHospitalRole(pool: pg.Pool, schema: string): Promise<void> {
  const client = await pool.connect();
  try {
    const role = hospitalRoleName(await databaseName(client), schema);
    const found = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    if (found.rowCount === 0) return;
    await client.query(`drop owned by "${role}"; drop role "${role}"`);
  } finally {
    client.release();
  }
}
