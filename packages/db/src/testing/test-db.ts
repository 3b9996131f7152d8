import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { controlClient } from '../control.ts';
import type { ControlClient } from '../control.ts';
import { migrate } from '../migrate/migrate.ts';
import { readMigrations } from '../migrate/migrations.ts';
import { createPool } from '../pool.ts';
import { hospitals } from '../tenancy/hospitals.ts';
import type { Hospital } from '../tenancy/hospitals.ts';
import { provisionOrganisation } from '../tenancy/provision.ts';
import { dropHospitalRole } from '../tenancy/role.ts';

/** A database of one test: a clone of a migrated template, gone after `close()`. */
export interface TestDb {
  readonly url: string;
  /** The owner's pool: control schema, migrations, and looking behind the scenes. */
  readonly pool: pg.Pool;
  readonly control: ControlClient;
  /** The organisation `slug` (made at the first call, id `org-<slug>`) with its own schema `h_<slug>` and role. */
  hospital(slug?: string): Promise<Hospital>;
  close(): Promise<void>;
}

/** Schemas the template holds ready: making one costs 100 ms, cloning nothing. */
const READY = ['h_one', 'h_two'];

/** `serverUrl`: a PostgreSQL whose user may create databases and roles; left out, the one vitest's global setup started. */
export async function createTestDb(serverUrl = process.env['READROOM_TEST_DATABASE_URL']): Promise<TestDb> {
  if (serverUrl === undefined) throw new Error('No test PostgreSQL: run through `npx vitest run --project int`, whose global setup starts one.');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await withServer(serverUrl, async (server) => {
    const template = await ensureTemplate(server, serverUrl);
    await server.query(`create database ${name} template ${template}`);
  });
  return openTestDb(serverUrl, name);
}

function openTestDb(serverUrl: string, name: string): TestDb {
  const url = databaseUrl(serverUrl, name);
  const pool = createPool({ url, max: 5, name: 'test-owner' });
  const shared = createPool({ url, max: 5, name: 'test-hospitals' });
  const control = controlClient(pool);
  const open = hospitals(shared);
  const schemas = new Set<string>();
  return {
    url,
    pool,
    control,
    async hospital(slug = 'one') {
      const made = await provisionOrganisation(pool, control, { id: `org-${slug}`, name: `Hospital ${slug}`, slug, demo: false });
      schemas.add(made.organisation.schemaName);
      return open.forHospital(made.organisation);
    },
    async close() {
      await open.close();
      await control.$disconnect();
      await shared.end();
      for (const schema of schemas) await dropHospitalRole(pool, schema);
      await pool.end();
      await withServer(serverUrl, (server) => server.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** One template per version of the migrations, made once per server. */
async function ensureTemplate(server: pg.Client, serverUrl: string): Promise<string> {
  const name = `template_${await migrationsMark()}`;
  // Held until this session ends: parallel test files wait here for the first one.
  await server.query(`select pg_advisory_lock(hashtextextended('readroom test template', 0))`);
  const found = await server.query('select 1 from pg_database where datname = $1', [name]);
  if (found.rowCount === 0) await buildTemplate(server, serverUrl, name);
  return name;
}

async function buildTemplate(server: pg.Client, serverUrl: string, name: string): Promise<void> {
  const making = `${name}_making`;
  await server.query(`drop database if exists ${making} with (force)`);
  await server.query(`create database ${making}`);
  const pool = new pg.Pool({ connectionString: databaseUrl(serverUrl, making), max: 1 });
  await migrate(pool, 'control', 'control');
  for (const schema of READY) await migrate(pool, 'hospital', schema);
  await pool.end();
  await server.query(`alter database ${making} rename to ${name}`);
}

async function migrationsMark(): Promise<string> {
  const all = [...(await readMigrations('control')), ...(await readMigrations('hospital'))];
  return createHash('sha256').update(all.map((migration) => migration.checksum).join()).digest('hex').slice(0, 12);
}

function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function withServer<T>(serverUrl: string, work: (server: pg.Client) => Promise<T>): Promise<T> {
  const server = new pg.Client({ connectionString: serverUrl });
  await server.connect();
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}
