import { expect, test } from 'vitest';
import { makeCritical, makeItem } from '../../testing/make.ts';
import { countItems, filterItems, isFiltered, NO_FILTERS, toggle, type Filters, type Viewer } from './filters.ts';

const viewer: Viewer = { userId: 'me', aside: new Set(['1.2.3.4', '1.2.3.1']) };
const items = [
  makeCritical(1, { class: 'stat' }),
  makeItem(2, { patientName: { alphabetic: 'Müller^Jürgen', ideographic: '山田^太郎' }, status: 'claimed', assignedTo: { id: 'me', name: 'Me' } }),
  makeItem(3, { modality: 'MR', ai: 'not-analysed', class: null }),
  makeItem(4),
];
const uids = (filters: Filters) => filterItems(items, filters, viewer).map((item) => item.studyUid);

test('what was put aside is out of the way, a critical study never', () => {
  expect(uids(NO_FILTERS)).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.3']);
  expect(uids({ ...NO_FILTERS, list: 'aside' })).toEqual(['1.2.3.4']);
});

test('the lists: mine, unread', () => {
  expect(uids({ ...NO_FILTERS, list: 'mine' })).toEqual(['1.2.3.2']);
  expect(uids({ ...NO_FILTERS, list: 'unread' })).toEqual(['1.2.3.1', '1.2.3.3']);
});

test('search finds a name without its accents, by family or given name, and in other scripts', () => {
  for (const search of ['muller', 'JÜRGEN m', '山田', 'mrn2', 'acc2']) expect(uids({ ...NO_FILTERS, search })).toEqual(['1.2.3.2']);
  expect(uids({ ...NO_FILTERS, search: 'haemorrhage' })).toEqual(['1.2.3.1']);
});

test('a study without a class is found as such', () => {
  expect(uids(toggle(NO_FILTERS, 'class', 'unclassed'))).toEqual(['1.2.3.3']);
});

test('values of one facet add up, facets narrow each other', () => {
  const chosen = toggle(toggle(NO_FILTERS, 'modality', 'MR'), 'modality', 'CT');
  expect(uids(chosen)).toEqual(['1.2.3.1', '1.2.3.3']);
  expect(uids(toggle(chosen, 'ai', 'critical'))).toEqual(['1.2.3.1']);
  expect(uids(toggle(toggle(chosen, 'modality', 'MR'), 'modality', 'CT'))).toHaveLength(3);
});

test('a count is what a click would show', () => {
  const filters = toggle(NO_FILTERS, 'modality', 'MR');
  const counts = countItems(items, filters, viewer);
  expect(counts.lists).toEqual({ all: 3, unread: 2, mine: 1, aside: 1 });
  expect(counts.facets.modality.get('CR')).toBe(1);
  expect(counts.facets.ai.get('critical')).toBeUndefined();
  expect(counts.facets.ai.get('not-analysed')).toBe(1);
});

test('a list chosen is no filter, a search is', () => {
  expect(isFiltered({ ...NO_FILTERS, list: 'mine' })).toBe(false);
  expect(isFiltered({ ...NO_FILTERS, search: ' x' })).toBe(true);
});
