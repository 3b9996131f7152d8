import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDb } from '../testing/index.ts';
import type { TestDb } from '../testing/index.ts';

let db: TestDb;
beforeAll(async () => {
  db = await createTestDb();
});
afterAll(() => db.close());

test('[TN1] a hospital reads its own schema and is refused every other one', async () => {
  const one = await db.hospital('one');
  const two = await db.hospital('two');
  await one.client.hospitalState.update({ where: { id: 1 }, data: { revision: 7 } });

  expect((await one.client.hospitalState.findFirstOrThrow()).revision).toBe(7n);
  expect((await two.client.hospitalState.findFirstOrThrow()).revision).toBe(0n);
  await expect(two.pool.query('select revision from "h_one".hospital_state')).rejects.toThrow(/permission denied for schema h_one/);
  await expect(two.client.$queryRaw`select revision from "h_one".hospital_state`).rejects.toThrow(/permission denied/);
  await expect(two.pool.query('select email from control."user"')).rejects.toThrow(/permission denied for schema control/);
});

test('[TN1] the role follows the connection from hospital to hospital, in transactions too', async () => {
  const one = await db.hospital('one');
  const two = await db.hospital('two');
  const roles = await Promise.all(
    Array.from({ length: 40 }, (_, index) => {
      const mine = index % 2 === 0 ? one : two;
      return mine.client.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ role: string }[]>`select current_user::text as role`;
        return row?.role.endsWith(`_${mine.schema}`);
      });
    }),
  );
  expect(roles).toEqual(Array.from({ length: 40 }, () => true));
  const peek = one.client.$transaction((tx) => tx.$queryRaw`select 1 from "h_two".study`);
  await expect(peek).rejects.toThrow(/permission denied/);
});

test('[TN2] a hospital can neither change nor remove what it has audited or signed', async () => {
  const one = await db.hospital('one');
  await one.client.auditEvent.create({ data: { actor: 'user-1', role: 'attending', action: 'study.view', subject: {} } });
  await expect(one.pool.query('update "h_one".audit_event set actor = $1', ['somebody else'])).rejects.toThrow(/permission denied/);
  await expect(one.pool.query('delete from "h_one".audit_event')).rejects.toThrow(/permission denied/);
  await expect(one.pool.query('delete from "h_one".report_version')).rejects.toThrow(/permission denied/);
});
