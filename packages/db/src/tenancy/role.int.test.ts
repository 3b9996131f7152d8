import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { controlClient } from '../control.ts';
import { migrate } from '../migrate/migrate.ts';
import { createTestDb } from '../testing/index.ts';
import type { TestDb } from '../testing/index.ts';
import { hospitals } from './hospitals.ts';
import { hospitalRoleName, hospitalSchemaName } from './names.ts';
import { provisionOrganisation } from './provision.ts';
import { dropHospitalRole } from './role.ts';

let db: TestDb;
const made: string[] = [];
beforeAll(async () => {
  db = await createTestDb();
});
afterAll(async () => {
  for (const name of made) await db.pool.query(`reassign owned by ${name} to current_user; drop owned by ${name}; drop role ${name}`);
  await db.close();
});

/** A database user as a hospital's IT would make it: owner of the database's schemas, no superuser. */
async function loginUser(attributes: string): Promise<pg.Pool> {
  const name = `u_${randomBytes(4).toString('hex')}`;
  await db.pool.query(`create role ${name} login password 'secret' ${attributes}; grant create on database ${new URL(db.url).pathname.slice(1)} to ${name}; grant usage on schema control to ${name}; grant all on all tables in schema control to ${name}`);
  made.push(name);
  const url = new URL(db.url);
  url.username = name;
  url.password = 'secret';
  return new pg.Pool({ connectionString: url.href, max: 3 });
}

test('[TN1] a plain owner with CREATEROLE gets the second lock, and wears the role it made', async () => {
  const pool = await loginUser('createrole');
  const control = controlClient(pool);
  const { organisation, role } = await provisionOrganisation(pool, control, { id: 'o-1', name: 'One', slug: 'plain-owner', demo: false });
  expect(role).toEqual({ role: expect.stringMatching(/^rr_[0-9a-f]{10}_h_plain_owner$/), problem: null });
  const open = hospitals(pool);
  const hospital = await open.forHospital({ ...organisation, id: 'o-1' });
  expect((await hospital.pool.query<{ who: string }>('select current_user::text as who')).rows[0]?.who).toBe(role.role);
  expect(await hospital.client.hospitalState.count()).toBe(1);
  await expect(hospital.pool.query('select 1 from control."user"')).rejects.toThrow(/permission denied/);
  await open.close();
  await control.$disconnect();
  await dropHospitalRole(pool, 'h_plain_owner');
  await pool.end();
});

test('an owner that may not create roles is told what to do, and the hospital works by schema names', async () => {
  const pool = await loginUser('nocreaterole');
  const control = controlClient(pool);
  const { organisation, role } = await provisionOrganisation(pool, control, { id: 'o-2', name: 'Two', slug: 'no-role', demo: false });
  expect(role.role).toBeNull();
  expect(role.problem).toMatch(/may not create roles.*CREATEROLE/);
  const open = hospitals(pool);
  const hospital = await open.forHospital({ ...organisation, id: 'o-2' });
  expect(await hospital.client.hospitalState.count()).toBe(1);
  await open.close();
  await control.$disconnect();
  await pool.end();
});

test('provisioning twice changes nothing', async () => {
  const wanted = { id: 'o-3', name: 'Three', slug: 'twice', demo: false };
  const first = await provisionOrganisation(db.pool, db.control, wanted);
  await db.pool.query(`update h_twice.hospital_state set revision = 5`);
  expect(await provisionOrganisation(db.pool, db.control, { ...wanted, name: 'Renamed' })).toEqual(first);
  expect((await db.pool.query<{ revision: string }>('select revision from h_twice.hospital_state')).rows).toEqual([{ revision: '5' }]);
  await dropHospitalRole(db.pool, 'h_twice');
});

test('clients are kept for the hospitals used last, and a failed opening is tried again', async () => {
  for (const schema of ['h_a', 'h_b', 'h_c']) await migrate(db.pool, 'hospital', schema);
  const open = hospitals(db.pool, 2);
  const a = await open.forHospital({ id: 'a', schemaName: 'h_a' });
  await open.forHospital({ id: 'b', schemaName: 'h_b' });
  expect(await open.held('a')).toBe(a);
  await open.forHospital({ id: 'c', schemaName: 'h_c' });
  expect(open.size()).toBe(2);
  expect(open.held('b')).toBeUndefined();
  expect(await open.forHospital({ id: 'a', schemaName: 'h_a' })).toBe(a);
  await expect(open.forHospital({ id: 'd', schemaName: 'control; drop' })).rejects.toThrow();
  expect(open.held('d')).toBeUndefined();
  await open.close();
  expect(open.size()).toBe(0);
});

test('names: a slug becomes a schema, anything else is refused, roles of two databases differ', () => {
  expect(hospitalSchemaName('st-anna')).toBe('h_st_anna');
  for (const bad of ['', 'A', 'x;y', 'a"b', 'x'.repeat(41)]) expect(() => hospitalSchemaName(bad)).toThrow();
  expect(hospitalRoleName('one', 'h_a')).not.toBe(hospitalRoleName('two', 'h_a'));
  expect(hospitalRoleName('d', `h_${'x'.repeat(40)}`).length).toBeLessThanOrEqual(63);
});
