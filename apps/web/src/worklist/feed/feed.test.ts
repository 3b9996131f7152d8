import { expect, test } from 'vitest';
import type { WorklistPatch } from '@readroom/shared/worklist/events';
import { makeItem } from '../../testing/make.ts';
import { beginFeed, loadFeed, patchFeed, replay } from './feed.ts';

const all = Array.from({ length: 5 }, (_, index) => makeItem(index + 1));
const page = (from: number, revision: number) => ({ items: all.slice(from, from + 2), nextCursor: from + 2 < all.length ? String(from + 2) : null, revision });
const patch = (over: Partial<WorklistPatch>): WorklistPatch => ({ organisation: 'org', prev: 1, rev: 2, upserts: [], removed: [], ...over });

test('every page is read, and the rows so far are there after each', async () => {
  const seen: number[] = [];
  const feed = await loadFeed(async (cursor) => page(Number(cursor ?? 0), 1), () => [], (part) => seen.push(part.view.items.length));
  expect(seen).toEqual([2, 4]);
  expect(feed.view).toMatchObject({ more: false, revision: 1 });
  expect(feed.view.items).toHaveLength(5);
});

test('what was pushed while pages were read is on top of them: changed, new and gone', async () => {
  const pushed = [patch({ prev: 1, rev: 2, upserts: [makeItem(1, { status: 'reading', revision: 2 }), makeItem(9, { revision: 2 })] }), patch({ prev: 2, rev: 3, removed: ['1.2.3.5'] })];
  const feed = await loadFeed(async (cursor) => page(Number(cursor ?? 0), 1), () => pushed, () => undefined);
  expect(feed.view.revision).toBe(3);
  expect(feed.view.items.map((item) => item.studyUid)).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.3', '1.2.3.4', '1.2.3.9']);
  expect(feed.view.items[0]?.status).toBe('reading');
});

test('a row that came by push is remembered as born, a changed one is not', () => {
  const feed = beginFeed({ items: [all[0]!], nextCursor: null, revision: 1 });
  const result = patchFeed(feed, patch({ upserts: [makeItem(1, { revision: 2 }), makeItem(7, { revision: 2 })] }), 123);
  expect(result.kind === 'applied' && [...result.feed.bornAt]).toEqual([['1.2.3.7', 123]]);
});

test('a missing revision is a gap, a known one is old', () => {
  const feed = beginFeed({ items: [], nextCursor: null, revision: 5 });
  expect(patchFeed(feed, patch({ prev: 6, rev: 7 }), 0).kind).toBe('gap');
  expect(patchFeed(feed, patch({ prev: 4, rev: 5 }), 0).kind).toBe('old');
  expect(replay(feed, [patch({ prev: 6, rev: 7 })]).view.revision).toBe(5);
});
