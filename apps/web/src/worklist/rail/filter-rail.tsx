'use client';

import type { ReactNode, Ref } from 'react';
import type { Facet } from '@readroom/shared/worklist/filter';
import { SEVERITY_LOOK, SeverityShape } from '../../ui/marks/severity.tsx';
import { FIXED_VALUES, PART_TITLE, valueText } from '../filter/facet-text.ts';
import { SearchField } from '../search/search-field.tsx';
import { RailButton } from './rail-button.tsx';
import type { ArchiveSearch } from '../search/use-search.ts';
import { toggle, type Counts, type Filters, type ListName } from '../filter/filters.ts';

export interface FilterRailProps {
  /** Between the lists that are always there and the facets. */
  savedLists: ReactNode;
  filters: Filters;
  counts: Counts;
  searchRef: Ref<HTMLInputElement>;
  archive: ArchiveSearch;
  /** Whoever sees no names can't search them. */
  named: boolean;
  onChange(filters: Filters): void;
}

const LISTS: readonly { readonly name: ListName; readonly title: string }[] = [
  { name: 'all', title: 'Everything' },
  { name: 'unread', title: 'Unread' },
  { name: 'mine', title: 'Mine' },
  { name: 'aside', title: 'Put aside' },
];

/** In the order of their use; the last ones are seldom wanted and begin closed. */
const GROUPS: readonly { readonly facet: Facet; readonly open: boolean }[] = [
  { facet: 'tier', open: true },
  { facet: 'ai', open: true },
  { facet: 'modality', open: true },
  { facet: 'status', open: true },
  { facet: 'assigned', open: false },
  { facet: 'class', open: false },
  { facet: 'bodyPart', open: false },
  { facet: 'site', open: false },
];
/** More values than this are found in the filter menu. */
const MAX_VALUES = 12;

export function FilterRail({ savedLists, filters, counts, archive, searchRef, named, onChange }: FilterRailProps) {
  return (
    <nav aria-label="Lists and filters" className="flex h-full flex-col overflow-y-auto p-2">
      <SearchField text={filters.search} archive={archive} searchRef={searchRef} named={named} onChange={(search) => onChange({ ...filters, search })} />
      <ul className="mt-1 flex flex-col gap-px">
        {LISTS.map((list) => (
          <li key={list.name}>
            <RailButton pressed={filters.list === list.name} count={counts.lists[list.name]} onClick={() => onChange({ ...filters, list: list.name })}>
              {list.title}
            </RailButton>
          </li>
        ))}
      </ul>
      {savedLists}
      {GROUPS.map((group) => (
        <FacetGroup key={group.facet} {...group} filters={filters} counts={counts} onChange={onChange} />
      ))}
    </nav>
  );
}

function FacetGroup({ facet, open, filters, counts, onChange }: (typeof GROUPS)[number] & Pick<FilterRailProps, 'filters' | 'counts' | 'onChange'>) {
  const chosen: readonly string[] = filters.filter[facet];
  return (
    <details className="mt-3" open={open || chosen.length > 0}>
      <summary className="rounded px-2 pb-1 text-xs text-muted">{PART_TITLE[facet]}</summary>
      <ul aria-label={PART_TITLE[facet]} className="flex flex-col gap-px">
        {valuesOf(facet, chosen, counts).map((value) => (
          <li key={value}>
            <RailButton pressed={chosen.includes(value)} count={counts.facets[facet].get(value) ?? 0} onClick={() => onChange(toggle(filters, facet, value))}>
              <FacetLabel facet={facet} value={value} />
            </RailButton>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Of an open set the values with the most studies, in the order of the alphabet so that they keep their places. */
function valuesOf(facet: Facet, chosen: readonly string[], counts: Counts): readonly string[] {
  const fixed = FIXED_VALUES[facet];
  if (fixed !== null) return fixed;
  const most = [...counts.facets[facet]].sort((a, b) => b[1] - a[1]).slice(0, MAX_VALUES).map(([value]) => value);
  return [...new Set([...most, ...chosen])].sort();
}

function isKey<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}

function FacetLabel({ facet, value }: { facet: Facet; value: string }) {
  const text = valueText(facet, value);
  if (facet !== 'ai') return <bdi>{text}</bdi>;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <SeverityShape state={isKey(SEVERITY_LOOK, value) ? value : 'not-analysed'} size={11} /> <span className="truncate">{text}</span>
    </span>
  );
}
