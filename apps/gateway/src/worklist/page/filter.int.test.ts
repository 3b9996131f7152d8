import fc from 'fast-check';
import type { Hospital } from '@readroom/db';
import { createTestDb, type TestDb } from '@readroom/db/testing';
import { compareRanked } from '@readroom/shared/priority/rank';
import { matchesFilter, worklistFilterSchema, type WorklistFilter } from '@readroom/shared/worklist/filter';
import { arbFilter, arbItem, arbNow } from '@readroom/shared/worklist/testing/arbitrary';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPage } from './read-page.ts';

const ROWS = 400;
let db: TestDb;
let hospital: Hospital;
let items: WorklistItem[];
beforeAll(async () => {
  db = await createTestDb();
  hospital = await db.hospital('one');
  items = fc.sample(fc.tuple(...Array.from({ length: ROWS }, (_, n) => arbItem(n))), 1)[0] ?? [];
  await write(items);
});
afterAll(() => db.close());

/** Rows as `refreshWorklistItem` writes them; foreign keys rest, the page reads one table. */
async function write(rows: readonly WorklistItem[]): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(
      `insert into "${hospital.schema}".worklist_item (study_id, study_uid, live, tier, sort_key, due_at, reasons, modality, status, ai, assigned_to, received_at, item, revision)
       select (i->>'studyId')::uuid, i->>'studyUid', i->>'status' <> 'final', (i->>'tier')::int, (i->>'sortKey')::bigint, now(), '[]', i->>'modality', i->>'status', i->>'ai',
              i->'assignedTo'->>'id', to_timestamp((i->>'receivedAt')::float8 / 1000), i, (i->>'revision')::bigint
       from jsonb_array_elements($1::jsonb) i`,
      [JSON.stringify(rows)],
    );
    await client.query('reset session_replication_role');
  } finally {
    client.release();
  }
}

async function read(filter: WorklistFilter, limit: number, now: number): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(hospital, { limit, cursor, filter }, { userId: 'me', now });
    found.push(...page.items.map(({ studyUid }) => studyUid));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

test('[LF1] SQL and the predicate of the browser choose the same rows in the same order, page by page, open or signed', async () => {
  await fc.assert(
    fc.asyncProperty(arbFilter, fc.integer({ min: 7, max: 200 }), arbNow, async (filter, limit, now) => {
      const onPart = items.filter((item) => item.status !== 'final' || filter.status.includes('final'));
      const expected = onPart.filter((item) => matchesFilter(item, filter, { userId: 'me', now })).sort(compareRanked);
      expect(await read(filter, limit, now)).toEqual(expected.map(({ studyUid }) => studyUid));
    }),
    { numRuns: 300 },
  );
});

test('a signed study is found by its UID and beside open ones, and is not on the open list', async () => {
  const signed = items.find((item) => item.status === 'final')!;
  const page = (filter?: object) => readPage(hospital, { limit: 10, studyUid: signed.studyUid, filter: filter && worklistFilterSchema.parse(filter) });
  expect((await page()).items.map(({ studyUid }) => studyUid)).toEqual([signed.studyUid]);
  expect((await page({ status: ['final', 'preliminary'] })).items).toHaveLength(1);
  expect((await page({ status: ['unread'] })).items).toEqual([]);
  expect(await read(worklistFilterSchema.parse({}), 200, 0)).not.toContain(signed.studyUid);
  expect(await read(worklistFilterSchema.parse({ status: ['final', 'unread'] }), 200, 0)).toContain(signed.studyUid);
});

test('a filter that matches little walks the index of the order, ends at its bound, and goes on from there', async () => {
  const many = Array.from({ length: 12_000 }, (_, n) => ({ ...items[0]!, studyUid: `1.3.${n}`, studyId: `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`, tier: 2 as const, sortKey: 100 + n, status: 'unread' as const, modality: n === 11_000 ? 'XA' : 'DX', revision: 1000 }));
  await write(many);
  const rare = worklistFilterSchema.parse({ modality: ['XA'] });
  const first = await readPage(hospital, { limit: 10, filter: rare });
  expect(first.items).toEqual([]);
  const second = await readPage(hospital, { limit: 10, filter: rare, cursor: first.nextCursor ?? '' });
  expect(second.items.map(({ studyUid }) => studyUid)).toEqual(['1.3.11000']);
  expect(second.nextCursor).toBeNull();
});
