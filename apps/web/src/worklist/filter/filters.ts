import { FACETS, facetValue, hasValue, isCritical, isEmptyFilter, isReceivedWithin, NO_FILTER, worklistFilterSchema, type Facet, type FilterViewer, type WorklistFilter } from '@readroom/shared/worklist/filter';
import { matchesSearch, searchTerms, searchWords } from '@readroom/shared/worklist/search';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';

export type ListName = 'all' | 'unread' | 'mine' | 'aside';
/** What may be taken off a filter at once. */
export type FilterPart = Facet | 'received';
export const PARTS: readonly FilterPart[] = [...FACETS, 'received'];

export interface Filters {
  readonly list: ListName;
  readonly filter: WorklistFilter;
  /** Typed by a person, never in an address or a log: it is a name more often than not. */
  readonly search: string;
}

export const NO_FILTERS: Filters = { list: 'all', filter: NO_FILTER, search: '' };

export type Viewer = FilterViewer;

/** Chooses the value, or lets it go. Values stand in one order, so that the same choice is the same filter. */
export function toggle(filters: Filters, facet: Facet, value: string): Filters {
  const values = new Set<string>(filters.filter[facet]);
  if (!values.delete(value)) values.add(value);
  return { ...filters, filter: worklistFilterSchema.parse({ ...filters.filter, [facet]: [...values].sort() }) };
}

export function without(filters: Filters, part: FilterPart): Filters {
  return { ...filters, filter: { ...filters.filter, [part]: NO_FILTER[part] } };
}

export function isFiltered(filters: Filters): boolean {
  return filters.search.trim() !== '' || !isEmptyFilter(filters.filter);
}

const searched = new WeakMap<WorklistItem, readonly string[]>();

/** The words a row is found by, made once. */
function termsOf(item: WorklistItem): readonly string[] {
  const terms = searched.get(item) ?? searchTerms(item);
  searched.set(item, terms);
  return terms;
}

export function inList(item: WorklistItem, list: ListName, viewer: Viewer): boolean {
  // LF6: a study put aside is on its list beside the others, out of none.
  if (list === 'aside') return item.aside !== null;
  if (list === 'mine') return item.assignedTo?.id === viewer.userId;
  return list === 'all' || item.status === 'unread';
}

/** The parts of the filter a row fails, no more than two of them: one alone is what a click could bring back. */
function failedParts(item: WorklistItem, filter: WorklistFilter, viewer: Viewer): FilterPart[] {
  const failed: FilterPart[] = isReceivedWithin(item, filter.received, viewer.now) ? [] : ['received'];
  for (const facet of FACETS) {
    if (failed.length > 1) break;
    if (filter[facet].length > 0 && !hasValue(filter, facet, facetValue(item, facet, viewer))) failed.push(facet);
  }
  return failed;
}

/** `reveal`: LF3, critical studies are shown though the filter hides them. */
export function filterItems(items: readonly WorklistItem[], filters: Filters, viewer: Viewer, reveal: boolean): readonly WorklistItem[] {
  const words = searchWords(filters.search);
  const isChosen = (item: WorklistItem): boolean => inList(item, filters.list, viewer) && failedParts(item, filters.filter, viewer).length === 0 && matchesSearch(words.length === 0 ? [] : termsOf(item), words);
  return items.filter((item) => isChosen(item) || (reveal && isCritical(item)));
}

export interface Counts {
  readonly lists: { readonly [L in ListName]: number };
  readonly facets: { readonly [F in Facet]: ReadonlyMap<string, number> };
  /** How many rows would be shown without that part of the filter beside those shown now. */
  readonly behind: { readonly [P in FilterPart]: number };
  /** LF3: critical studies that list, filter or search hide. */
  readonly hiddenCritical: number;
}

/** Live counts in one walk: each facet is counted as if it alone were not filtered, so that a count is what a click would show. */
export function countItems(items: readonly WorklistItem[], filters: Filters, viewer: Viewer): Counts {
  const lists = { all: 0, unread: 0, mine: 0, aside: 0 };
  const facets: { readonly [F in Facet]: Map<string, number> } = { tier: new Map(), ai: new Map(), modality: new Map(), bodyPart: new Map(), status: new Map(), class: new Map(), assigned: new Map(), site: new Map() };
  const behind = { tier: 0, ai: 0, modality: 0, bodyPart: 0, status: 0, class: 0, assigned: 0, site: 0, received: 0 };
  const words = searchWords(filters.search);
  let hiddenCritical = 0;
  for (const item of items) {
    for (const list of ['all', 'unread', 'mine', 'aside'] as const) if (inList(item, list, viewer)) lists[list] += 1;
    const isListed = inList(item, filters.list, viewer) && matchesSearch(words.length === 0 ? [] : termsOf(item), words);
    const failed = isListed ? failedParts(item, filters.filter, viewer) : [];
    if ((!isListed || failed.length > 0) && isCritical(item)) hiddenCritical += 1;
    if (!isListed || failed.length > 1) continue;
    const [only] = failed;
    if (only !== undefined) behind[only] += 1;
    for (const facet of only === undefined ? FACETS : FACETS.filter((one) => one === only)) {
      const value = facetValue(item, facet, viewer);
      facets[facet].set(value, (facets[facet].get(value) ?? 0) + 1);
    }
  }
  return { lists, facets, behind, hiddenCritical };
}
