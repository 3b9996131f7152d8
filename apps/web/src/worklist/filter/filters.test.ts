import { expect, test } from 'vitest';
import { makeCritical, makeItem, NOON, uuid } from '../../testing/make.ts';
import { chipsOf } from './facet-text.ts';
import { countItems, filterItems, isFiltered, NO_FILTERS, PARTS, toggle, without, type Filters, type Viewer } from './filters.ts';

const viewer: Viewer = { userId: 'me', now: NOON };
const items = [
  makeCritical(1, { class: 'stat' }),
  makeItem(2, { patientName: { alphabetic: 'Müller^Jürgen', ideographic: '山田^太郎' }, status: 'claimed', assignedTo: { id: 'me', name: 'Me' } }),
  makeItem(3, { modality: 'MR', ai: 'not-analysed', class: null }),
  makeItem(4, { aside: { id: uuid(9), author: { id: 'me', name: 'Me' }, note: 'Waits for priors', since: NOON, until: null } }),
];
const uids = (filters: Filters) => filterItems(items, filters, viewer, false).map((item) => item.studyUid);

test('[LF6] what was put aside has a list of its own and is out of none', () => {
  expect(uids(NO_FILTERS)).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.3', '1.2.3.4']);
  expect(uids({ ...NO_FILTERS, list: 'aside' })).toEqual(['1.2.3.4']);
});

test('the lists: mine, unread', () => {
  expect(uids({ ...NO_FILTERS, list: 'mine' })).toEqual(['1.2.3.2']);
  expect(uids({ ...NO_FILTERS, list: 'unread' })).toEqual(['1.2.3.1', '1.2.3.3', '1.2.3.4']);
});

test('search finds a name without its accents, by family or given name, and in other scripts', () => {
  for (const search of ['muller', 'JÜRGEN m', '太郎 山田', '山田太郎', 'mrn2', 'acc2']) expect(uids({ ...NO_FILTERS, search })).toEqual(['1.2.3.2']);
  expect(uids({ ...NO_FILTERS, search: 'haemorrhage' })).toEqual(['1.2.3.1']);
});

test('a study without a class is found as such', () => {
  expect(uids(toggle(NO_FILTERS, 'class', 'unclassed'))).toEqual(['1.2.3.3']);
});

test('values of one facet add up, facets narrow each other', () => {
  const chosen = toggle(toggle(NO_FILTERS, 'modality', 'MR'), 'modality', 'CT');
  expect(uids(chosen)).toEqual(['1.2.3.1', '1.2.3.3']);
  expect(uids(toggle(chosen, 'ai', 'critical'))).toEqual(['1.2.3.1']);
  expect(uids(toggle(toggle(chosen, 'modality', 'MR'), 'modality', 'CT'))).toHaveLength(4);
});

test('a count is what a click would show', () => {
  const filters = toggle(NO_FILTERS, 'modality', 'MR');
  const counts = countItems(items, filters, viewer);
  expect(counts.lists).toEqual({ all: 4, unread: 3, mine: 1, aside: 1 });
  expect(counts.facets.modality.get('CR')).toBe(2);
  expect(counts.facets.ai.get('critical')).toBeUndefined();
  expect(counts.facets.ai.get('not-analysed')).toBe(1);
});

test('a list chosen is no filter, a search is', () => {
  expect(isFiltered({ ...NO_FILTERS, list: 'mine' })).toBe(false);
  expect(isFiltered({ ...NO_FILTERS, search: ' x' })).toBe(true);
});

test('[LF3] a critical study that a filter, a list or a search hides is counted, and shown when asked for', () => {
  for (const filters of [toggle(NO_FILTERS, 'modality', 'MR'), { ...NO_FILTERS, list: 'mine' as const }, { ...NO_FILTERS, search: 'nobody' }]) {
    expect(countItems(items, filters, viewer).hiddenCritical).toBe(1);
    expect(filterItems(items, filters, viewer, true).map((item) => item.studyUid)).toContain('1.2.3.1');
  }
  expect(countItems(items, toggle(NO_FILTERS, 'modality', 'CT'), viewer).hiddenCritical).toBe(0);
});

test('a part that alone hides rows says how many', () => {
  const filters = toggle(toggle(NO_FILTERS, 'modality', 'MR'), 'ai', 'failed');
  const { behind } = countItems(items, filters, viewer);
  expect([behind.ai, behind.modality]).toEqual([1, 0]);
  expect(chipsOf(filters).map(({ title, text }) => `${title}: ${text}`)).toEqual(['AI: Failed', 'Modality: MR']);
  expect(isFiltered(PARTS.reduce((held, part) => without(held, part), filters))).toBe(false);
});

test('a span of arrival is said in words and moves with the time', () => {
  const hour: Filters = { ...NO_FILTERS, filter: { ...NO_FILTERS.filter, received: { withinMs: 3_600_000 } } };
  expect(chipsOf(hour)[0]?.text).toBe('in the last hour');
  expect(filterItems(items, hour, viewer, false)).toHaveLength(4);
  expect(filterItems(items, hour, { ...viewer, now: NOON + 3_600_000 }, false)).toHaveLength(0);
  const span: Filters = { ...hour, filter: { ...hour.filter, received: { from: NOON - 120_000, to: null } } };
  expect(chipsOf(span)[0]?.text).toMatch(/^from 24 Nov 2026 \d\d:\d\d$/);
  expect(filterItems(items, span, viewer, false)).toHaveLength(2);
});
