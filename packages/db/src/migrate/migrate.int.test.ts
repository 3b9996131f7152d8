import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDb } from '../testing/index.ts';
import type { TestDb } from '../testing/index.ts';
import { migrate, rollback } from './migrate.ts';
import { readMigrations } from './migrations.ts';
import type { Family } from './migrations.ts';
import { modelsOf } from '../testing/prisma-models.ts';

let db: TestDb;
beforeAll(async () => {
  db = await createTestDb();
});
afterAll(() => db.close());

const fresh = (): string => `h_${randomBytes(4).toString('hex')}`;

async function tables(schema: string): Promise<string[]> {
  const found = await db.pool.query<{ table_name: string }>('select table_name from information_schema.tables where table_schema = $1 order by 1', [schema]);
  return found.rows.map((row) => row.table_name);
}

test.each<[Family, string]>([['control', 'control'], ['hospital', 'h_one']])('the %s migrations and schema.prisma say the same: tables, columns, types, nulls, keys', async (family, schema) => {
  const models = await modelsOf(family);
  expect(models.length).toBeGreaterThan(5);
  const columns = await db.pool.query<{ table: string; column: string; type: string; nullable: boolean }>(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and c.relname <> '_prisma_migrations'`,
    [schema],
  );
  const text = (table: string, column: string, type: string, nullable: boolean): string => `${table}.${column} ${type}${nullable ? ' null' : ''}`;
  const inDatabase = columns.rows.map((row) => text(row.table, row.column, row.type, row.nullable)).sort();
  const inPrisma = models.flatMap((model) => model.columns.map((column) => text(model.table, column.name, column.type, column.nullable))).sort();
  expect(inDatabase).toEqual(inPrisma);

  const keys = await db.pool.query<{ table: string; columns: string }>(
    `select c.relname as table, string_agg(a.attname, ',' order by array_position(i.indkey::int[], a.attnum::int)) as columns
     from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
     where n.nspname = $1 and i.indisunique and i.indpred is null and c.relname <> '_prisma_migrations' group by c.relname, i.indexrelid`,
    [schema],
  );
  const unique = new Set(keys.rows.map((row) => `${row.table}(${row.columns})`));
  for (const model of models) for (const key of model.uniques) expect(unique).toContain(`${model.table}(${key.join(',')})`);
});

test.each<Family>(['control', 'hospital'])('rolling every %s migration back leaves nothing, and they can be applied again', async (family) => {
  const schema = fresh();
  const applied = await migrate(db.pool, family, schema);
  expect(applied).toEqual((await readMigrations(family)).map((migration) => migration.name));
  const made = await tables(schema);
  expect(await migrate(db.pool, family, schema)).toEqual([]);
  expect(await rollback(db.pool, family, schema)).toEqual([...applied].reverse());
  const left = await db.pool.query('select 1 from pg_namespace where nspname = $1', [schema]);
  expect(left.rowCount).toBe(0);
  await migrate(db.pool, family, schema);
  expect(await tables(schema)).toEqual(made);
  await rollback(db.pool, family, schema);
});

test('each hospital migration can be taken back alone and applied again', async () => {
  const schema = fresh();
  await migrate(db.pool, 'hospital', schema);
  for (let undone = await rollback(db.pool, 'hospital', schema, 1); ; undone = await rollback(db.pool, 'hospital', schema, 1)) {
    expect(undone).toHaveLength(1);
    if ((await tables(schema)).length === 0) break;
  }
  await migrate(db.pool, 'hospital', schema);
  await rollback(db.pool, 'hospital', schema);
});

test('[AL9] what was said on acknowledging becomes communication records that close their alerts, and comes back on the way down', async () => {
  const schema = fresh();
  const all = await readMigrations('hospital');
  const until = all.filter(({ name }) => name < '0004');
  await migrate(db.pool, 'hospital', schema, until);
  await db.pool.query(`
    insert into ${schema}.study (id, study_uid, patient_id, patient_issuer, patient_name, accession_number, description, modality, body_part, referring_physician, institution, synthetic, calling_ae_title, node_id, received_at, last_instance_at, state, image_count, node_epoch, node_seq)
    values (gen_random_uuid(), '1.2', '', '', '{"alphabetic": ""}', '', '', 'CT', '', '', '', true, '', gen_random_uuid(), now(), now(), 'complete', 1, gen_random_uuid(), 1);
    insert into ${schema}.alert (id, study_id, finding_code, side, finding_id, label, severity, confidence, state, raised_at, acknowledged_by, acknowledged_name, acknowledged_at, communication, revision)
    select gen_random_uuid(), study.id, how, 'none', 'f', 'Bleed', 'critical', 0.9, case when how = 'open' then 'open' else 'acknowledged' end, now(),
           case when how <> 'open' then 'u' end, case when how <> 'open' then 'Dr U' end, case when how <> 'open' then now() end,
           case when how <> 'open' then jsonb_build_object('to', case when how = 'phone' then 'Dr W' else '' end, 'how', how, 'at', 1764000000123, 'readBack', how = 'phone', 'note', '') end, 1
    from ${schema}.study, unnest(array['open', 'phone', 'not-yet', 'not-needed']) how`);
  const said = `select finding_code, state from ${schema}.alert order by finding_code`;
  await migrate(db.pool, 'hospital', schema, all);
  expect((await db.pool.query(said)).rows).toEqual([
    { finding_code: 'not-needed', state: 'closed' },
    { finding_code: 'not-yet', state: 'acknowledged' },
    { finding_code: 'open', state: 'open' },
    { finding_code: 'phone', state: 'closed' },
  ]);
  const records = await db.pool.query(`select outcome, by_name, told_name, means, (extract(epoch from told_at) * 1000)::bigint::text as at, words, read_back from ${schema}.alert_communication order by outcome`);
  expect(records.rows).toEqual([
    { outcome: 'not-needed', by_name: 'Dr U', told_name: null, means: null, at: null, words: null, read_back: null },
    { outcome: 'told', by_name: 'Dr U', told_name: 'Dr W', means: 'telephone', at: '1764000000123', words: 'Bleed', read_back: true },
  ]);
  while ((await db.pool.query(`select 1 from information_schema.tables where table_schema = $1 and table_name = 'alert_communication'`, [schema])).rowCount === 1) await rollback(db.pool, 'hospital', schema, 1);
  const back = await db.pool.query(`select finding_code, communication->>'how' as how, communication->>'to' as told from ${schema}.alert where communication is not null order by finding_code`);
  expect(back.rows).toEqual([
    { finding_code: 'not-needed', how: 'not-needed', told: '' },
    { finding_code: 'not-yet', how: 'not-yet', told: '' },
    { finding_code: 'phone', how: 'phone', told: 'Dr W' },
  ]);
  await rollback(db.pool, 'hospital', schema);
});

test('a migration that fails half way leaves the schema as it was', async () => {
  const schema = fresh();
  const all = await readMigrations('hospital');
  const bad = { name: '9999_bad', up: 'create table half (id int); select 1 / 0;', down: '', checksum: '0'.repeat(64) };
  await expect(migrate(db.pool, 'hospital', schema, [...all, bad])).rejects.toThrow(/division by zero/);
  expect(await tables(schema)).toEqual([]);
});

test('an edited migration and a database of a newer version are refused by name', async () => {
  const schema = fresh();
  const all = await readMigrations('hospital');
  await migrate(db.pool, 'hospital', schema, all);
  const edited = all.map((migration, index) => (index === 0 ? { ...migration, checksum: 'f'.repeat(64) } : migration));
  await expect(migrate(db.pool, 'hospital', schema, edited)).rejects.toMatchObject({ code: 'migration-edited' });
  await expect(migrate(db.pool, 'hospital', schema, [])).rejects.toMatchObject({ code: 'database-newer' });
  await rollback(db.pool, 'hospital', schema);
});

test('many gateways starting at once migrate a hospital once', async () => {
  const schema = fresh();
  const pools = Array.from({ length: 5 }, () => new pg.Pool({ connectionString: db.url, max: 1 }));
  const applied = await Promise.all(pools.map((pool) => migrate(pool, 'hospital', schema)));
  await Promise.all(pools.map((pool) => pool.end()));
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  await rollback(db.pool, 'hospital', schema);
});

test('the list is read through its partial index', async () => {
  const plan = await db.pool.query<{ 'QUERY PLAN': string }>(
    `set local enable_seqscan = off; set local enable_sort = off; explain select item from h_one.worklist_item where live order by tier, sort_key, study_uid limit 50`,
  );
  const last = Array.isArray(plan) ? plan.at(-1) : plan;
  expect(JSON.stringify(last.rows)).toContain('Index Scan using worklist_item_order_idx');
});

test('a schema name that is not one never reaches SQL', async () => {
  await expect(migrate(db.pool, 'hospital', 'h_x"; drop schema control; --')).rejects.toThrow(/a schema is named control or h_<slug>/);
});
