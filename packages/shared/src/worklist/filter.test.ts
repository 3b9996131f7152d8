import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRanked } from '../priority/rank.ts';
import { FACETS, facetValue, isCritical, isEmptyFilter, matchesFilter, NO_FILTER, worklistFilterSchema, type FilterViewer } from './filter.ts';
import { applyPatch } from './patch.ts';
import { arbFilter, arbItem, arbNow } from './testing/arbitrary.ts';
import type { WorklistItem } from './worklist-item.ts';

const viewer: FilterViewer = { userId: 'me', now: 1_790_000_300_000 };
const arbItems = fc.integer({ min: 1, max: 12 }).chain((rows) => fc.tuple(...Array.from({ length: rows }, (_, n) => arbItem(n))));

test('no filter lets every row through, and each value of a row chosen alone finds the row', () => {
  fc.assert(
    fc.property(arbItem(1), fc.constantFrom(...FACETS), (item, facet) => {
      expect(matchesFilter(item, NO_FILTER, viewer)).toBe(true);
      const chosen = worklistFilterSchema.parse({ [facet]: [facetValue(item, facet, viewer)] });
      expect(matchesFilter(item, chosen, viewer)).toBe(true);
      expect(isEmptyFilter(chosen)).toBe(false);
    }),
  );
});

test('a filter only narrows: more facets never bring a row back', () => {
  fc.assert(
    fc.property(arbItem(1), arbFilter, arbNow, (item, filter, now) => {
      const all = matchesFilter(item, filter, { ...viewer, now });
      const each = FACETS.map((facet) => matchesFilter(item, { ...NO_FILTER, [facet]: filter[facet] }, { ...viewer, now }));
      const received = matchesFilter(item, { ...NO_FILTER, received: filter.received }, { ...viewer, now });
      expect(all).toBe(received && each.every(Boolean));
    }),
  );
});

test('[LF2] a filtered list after any patch is the whole list filtered, in its order', () => {
  fc.assert(
    fc.property(arbItems, arbItems, fc.array(fc.nat(11), { maxLength: 4 }), arbFilter, (before, changed, gone, filter) => {
      const matches = (item: WorklistItem): boolean => matchesFilter(item, filter, viewer);
      const removed = gone.map((n) => `1.2.${n}`);
      const upserts = changed.filter((item) => !removed.includes(item.studyUid)).map((item) => ({ ...item, revision: 99 }));
      const view = { revision: 50, items: before.filter(matches).sort(compareRanked), more: false };
      const outcome = applyPatch(view, { organisation: 'o', prev: 50, rev: 99, upserts, removed }, matches);
      const whole = [...before.filter(({ studyUid }) => !removed.includes(studyUid) && !upserts.some((item) => item.studyUid === studyUid)), ...upserts];
      expect(outcome.kind === 'applied' && outcome.view.items).toEqual(whole.filter(matches).sort(compareRanked));
    }),
  );
});

test('what is stored is read again; a filter of an older version lacks nothing', () => {
  fc.assert(
    fc.property(arbFilter, (filter) => {
      expect(worklistFilterSchema.parse(JSON.parse(JSON.stringify(filter)))).toEqual(filter);
    }),
  );
  expect(worklistFilterSchema.parse({ modality: ['CT'] })).toEqual({ ...NO_FILTER, modality: ['CT'] });
  expect(worklistFilterSchema.safeParse({ modality: Array.from({ length: 33 }, (_, n) => String(n)) }).success).toBe(false);
  expect(worklistFilterSchema.safeParse({ received: { withinMs: 1 } }).success).toBe(false);
});

test('[LF3] a critical study is one wherever it was moved to, until it is reported', () => {
  expect(isCritical({ tier: 0, ai: 'clear', status: 'unread' })).toBe(true);
  expect(isCritical({ tier: 2, ai: 'critical', status: 'reading' })).toBe(true);
  expect(isCritical({ tier: 2, ai: 'critical', status: 'preliminary' })).toBe(false);
  expect(isCritical({ tier: 1, ai: 'urgent', status: 'unread' })).toBe(false);
});
