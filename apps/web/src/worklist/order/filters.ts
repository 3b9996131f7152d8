import { displayName } from '@readroom/shared/dicom/person-name';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';

export const FACETS = ['modality', 'status', 'class', 'ai'] as const;
export type Facet = (typeof FACETS)[number];
export type ListName = 'all' | 'unread' | 'mine' | 'aside';

export interface Filters {
  readonly list: ListName;
  /** The values chosen of each facet; none chosen is all. */
  readonly chosen: { readonly [F in Facet]: ReadonlySet<string> };
  /** Typed by a person, never in an address or a log: it is a name more often than not. */
  readonly search: string;
}

const NONE: ReadonlySet<string> = new Set();
export const NO_FILTERS: Filters = { list: 'all', chosen: { modality: NONE, status: NONE, class: NONE, ai: NONE }, search: '' };

export interface Viewer {
  readonly userId: string;
  /** Studies put aside on this computer. */
  readonly aside: ReadonlySet<string>;
}

export function facetValue(item: WorklistItem, facet: Facet): string {
  switch (facet) {
    case 'modality':
      return item.modality;
    case 'status':
      return item.status;
    case 'class':
      return item.class ?? 'unclassed';
    case 'ai':
      return item.ai;
    default:
      return facet satisfies never;
  }
}

export function toggle(filters: Filters, facet: Facet, value: string): Filters {
  const values = new Set(filters.chosen[facet]);
  if (!values.delete(value)) values.add(value);
  return { ...filters, chosen: { ...filters.chosen, [facet]: values } };
}

export function isFiltered(filters: Filters): boolean {
  return filters.search.trim() !== '' || FACETS.some((facet) => filters.chosen[facet].size > 0);
}

const searchText = new WeakMap<WorklistItem, string>();

/** What the search looks in, without accents and case: `MULLER` finds `Müller`. */
function textOf(item: WorklistItem): string {
  const known = searchText.get(item);
  if (known !== undefined) return known;
  const name = item.patientName;
  const parts = [name ? displayName(name) : '', name?.ideographic, name?.phonetic, item.patientId, item.accessionNumber, item.modality, item.bodyPart, item.description, item.institution, item.assignedTo?.name, item.topFinding?.label];
  const text = plain(parts.filter(Boolean).join(' '));
  searchText.set(item, text);
  return text;
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{Diacritic}/gu, '').replaceAll(/[\^,]/g, ' ').toLocaleLowerCase();
}

export function inList(item: WorklistItem, list: ListName, viewer: Viewer): boolean {
  // A critical study can't be put aside: it would be out of sight.
  const aside = viewer.aside.has(item.studyUid) && item.tier !== 0;
  if (list === 'aside') return aside;
  if (aside) return false;
  if (list === 'mine') return item.assignedTo?.id === viewer.userId;
  return list === 'all' || item.status === 'unread';
}

function passes(item: WorklistItem, filters: Filters, words: readonly string[], except: Facet | null): boolean {
  for (const facet of FACETS) {
    const chosen = filters.chosen[facet];
    if (facet !== except && chosen.size > 0 && !chosen.has(facetValue(item, facet))) return false;
  }
  if (words.length === 0) return true;
  const text = textOf(item);
  return words.every((word) => text.includes(word));
}

function wordsOf(filters: Filters): string[] {
  return plain(filters.search).split(/\s+/).filter(Boolean);
}

export function filterItems(items: readonly WorklistItem[], filters: Filters, viewer: Viewer): readonly WorklistItem[] {
  const words = wordsOf(filters);
  return items.filter((item) => inList(item, filters.list, viewer) && passes(item, filters, words, null));
}

export interface Counts {
  readonly lists: { readonly [L in ListName]: number };
  readonly facets: { readonly [F in Facet]: ReadonlyMap<string, number> };
}

/** Live counts: each facet is counted as if it alone were not filtered, so that a count is what a click would show. */
export function countItems(items: readonly WorklistItem[], filters: Filters, viewer: Viewer): Counts {
  const lists = { all: 0, unread: 0, mine: 0, aside: 0 };
  const facets = { modality: new Map<string, number>(), status: new Map<string, number>(), class: new Map<string, number>(), ai: new Map<string, number>() };
  const words = wordsOf(filters);
  for (const item of items) {
    for (const list of ['all', 'unread', 'mine', 'aside'] as const) if (inList(item, list, viewer)) lists[list] += 1;
    if (!inList(item, filters.list, viewer)) continue;
    for (const facet of FACETS) {
      if (!passes(item, filters, words, facet)) continue;
      const value = facetValue(item, facet);
      facets[facet].set(value, (facets[facet].get(value) ?? 0) + 1);
    }
  }
  return { lists, facets };
}
