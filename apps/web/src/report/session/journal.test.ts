import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetJournalKey, journalKey } from './journal-key.ts';
import { Journal, wipeJournal } from './journal.ts';

/** A tab's session storage. */
class TabStorage {
  readonly #items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

const opened: Journal[] = [];
beforeEach(() => vi.stubGlobal('sessionStorage', new TabStorage()));
afterEach(async () => {
  for (const journal of opened.splice(0)) {
    await journal.settled();
    journal.close();
  }
  await wipeJournal();
  vi.unstubAllGlobals();
});

async function open(report = 'r1', user = 'u1'): Promise<Journal> {
  const key = await journalKey();
  const journal = await Journal.open(key!, user, report);
  opened.push(journal);
  return journal;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('[RP5] what was kept is there after a reload of the tab, in order', async () => {
  const journal = await open();
  for (const [order, text] of ['one', 'two', 'three'].entries()) journal.add(order + 1, bytes(text), 1_000);
  await journal.settled();
  const kept = await (await open()).read(1_000);
  expect(kept.map(({ order, update }) => [order, new TextDecoder().decode(update)])).toEqual([[1, 'one'], [2, 'two'], [3, 'three']]);
});

test('what is acknowledged leaves, even while it is still being written', async () => {
  const journal = await open();
  for (let order = 1; order <= 5; order += 1) journal.add(order, bytes(`edit ${order}`), 1_000);
  journal.dropUpTo(3);
  await journal.settled();
  expect((await (await open()).read(1_000)).map(({ order }) => order)).toEqual([4, 5]);
});

test('the words are not in the database in clear, and another tab, user or report reads none of them', async () => {
  const journal = await open();
  journal.add(1, bytes('Subdural haematoma'), 1_000);
  await journal.settled();
  const database = await openDB('readroom-report');
  const rows = (await database.getAll('edits')) as { data: ArrayBuffer }[];
  database.close();
  expect(Buffer.from(rows[0]!.data).toString('latin1')).not.toContain('Subdural');
  expect(await (await open('r2')).read(1_000)).toEqual([]);
  expect(await (await open('r1', 'u2')).read(1_000)).toEqual([]);
  vi.stubGlobal('sessionStorage', new TabStorage());
  expect(await (await open()).read(1_000)).toEqual([]);
});

test('a row under a lost key is removed when it is met, and one from the day before yesterday is swept up', async () => {
  const journal = await open();
  journal.add(1, bytes('old'), 1_000);
  await journal.settled();
  sessionStorage.setItem('readroom.report-key', btoa(String.fromCharCode(...new Uint8Array(32))));
  expect(await (await open()).read(1_000)).toEqual([]);
  const again = await open();
  again.add(1, bytes('stale'), 1_000);
  await again.settled();
  await (await open('r2')).read(1_000 + 25 * 3_600_000);
  expect(await (await open()).read(1_000)).toEqual([]);
});

test('at sign-out the key and the database go', async () => {
  const journal = await open();
  journal.add(1, bytes('x'), 1_000);
  await journal.settled();
  journal.close();
  opened.splice(0);
  forgetJournalKey();
  await wipeJournal();
  expect(sessionStorage.getItem('readroom.report-key')).toBeNull();
  expect(await (await open()).read(1_000)).toEqual([]);
});

test('without WebCrypto there is no journal rather than one in clear', async () => {
  vi.stubGlobal('crypto', {});
  expect(await journalKey()).toBeNull();
});
