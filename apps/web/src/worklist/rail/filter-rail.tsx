'use client';

import type { Ref } from 'react';
import { cx } from '../../ui/cx.ts';
import { Button } from '../../ui/button.tsx';
import { SearchIcon } from '../../ui/icons.ts';
import { Count, Kbd } from '../../ui/marks/marks.tsx';
import { SEVERITY_LOOK, SeverityShape } from '../../ui/marks/severity.tsx';
import { isFiltered, NO_FILTERS, toggle, type Counts, type Facet, type Filters, type ListName } from '../order/filters.ts';
import { CLASS_TEXT, STATUS_TEXT } from '../table/rows.ts';

export interface FilterRailProps {
  filters: Filters;
  counts: Counts;
  searchRef: Ref<HTMLInputElement>;
  firstFilterRef: Ref<HTMLButtonElement>;
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

const AI_ORDER = ['critical', 'urgent', 'routine', 'clear', 'pending', 'not-analysed'] as const;

const GROUPS: readonly { readonly facet: Facet; readonly title: string; readonly fixed: readonly string[] | null }[] = [
  { facet: 'ai', title: 'AI', fixed: AI_ORDER },
  { facet: 'modality', title: 'Modality', fixed: null },
  { facet: 'status', title: 'Status', fixed: Object.keys(STATUS_TEXT) },
  { facet: 'class', title: 'Class', fixed: Object.keys(CLASS_TEXT) },
];

export function FilterRail({ filters, counts, searchRef, firstFilterRef, named, onChange }: FilterRailProps) {
  return (
    <nav aria-label="Lists and filters" className="flex h-full flex-col overflow-y-auto p-2">
      <SearchField filters={filters} searchRef={searchRef} named={named} onChange={onChange} />
      <ul className="mt-2 flex flex-col gap-px">
        {LISTS.map((list, index) => (
          <li key={list.name}>
            <RailButton ref={index === 0 ? firstFilterRef : undefined} pressed={filters.list === list.name} count={counts.lists[list.name]} onClick={() => onChange({ ...filters, list: list.name })}>
              {list.title}
            </RailButton>
          </li>
        ))}
      </ul>
      {GROUPS.map((group) => (
        <FacetGroup key={group.facet} {...group} filters={filters} counts={counts} onChange={onChange} />
      ))}
      <div className="mt-2 h-8">
        {isFiltered(filters) && (
          <Button size="small" tone="ghost" onClick={() => onChange({ ...NO_FILTERS, list: filters.list })}>
            Clear search and filters
          </Button>
        )}
      </div>
    </nav>
  );
}

function SearchField({ filters, searchRef, named, onChange }: Pick<FilterRailProps, 'filters' | 'searchRef' | 'named' | 'onChange'>) {
  return (
    <div className="relative shrink-0">
      <SearchIcon size={14} aria-hidden="true" className="absolute top-[9px] left-2 text-muted" />
      <input
        ref={searchRef}
        type="search"
        aria-label="Search the list"
        placeholder={named ? 'Name, MRN, accession' : 'Modality, description'}
        autoComplete="off"
        spellCheck={false}
        value={filters.search}
        onChange={(event) => onChange({ ...filters, search: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' && event.key !== 'Enter') return;
          event.preventDefault();
          if (event.key === 'Escape') onChange({ ...filters, search: '' });
          event.currentTarget.blur();
        }}
        className="h-8 w-full rounded border border-line-strong bg-surface pr-8 pl-7 placeholder:text-muted focus:border-accent [&::-webkit-search-cancel-button]:hidden"
      />
      <span className="absolute top-[6px] right-2" aria-hidden="true">
        <Kbd keys="/" />
      </span>
    </div>
  );
}

function FacetGroup({ facet, title, fixed, filters, counts, onChange }: (typeof GROUPS)[number] & Pick<FilterRailProps, 'filters' | 'counts' | 'onChange'>) {
  const found = counts.facets[facet];
  const chosen = filters.chosen[facet];
  const values = fixed ?? [...new Set([...found.keys(), ...chosen])].sort();
  return (
    <section className="mt-3" aria-label={title}>
      <h2 className="px-2 pb-1 text-xs text-muted">{title}</h2>
      <ul className="flex flex-col gap-px">
        {values.map((value) => (
          <li key={value}>
            <RailButton pressed={chosen.has(value)} count={found.get(value) ?? 0} onClick={() => onChange(toggle(filters, facet, value))}>
              <FacetLabel facet={facet} value={value} />
            </RailButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

function isKey<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}

function FacetLabel({ facet, value }: { facet: Facet; value: string }) {
  if (facet === 'ai' && isKey(SEVERITY_LOOK, value)) {
    return (
      <span className="flex min-w-0 items-center gap-2">
        <SeverityShape state={value} size={11} /> <span className="truncate">{SEVERITY_LOOK[value].word}</span>
      </span>
    );
  }
  if (facet === 'status' && isKey(STATUS_TEXT, value)) return STATUS_TEXT[value];
  if (facet === 'class' && isKey(CLASS_TEXT, value)) return CLASS_TEXT[value];
  return value;
}

interface RailButtonProps {
  ref?: Ref<HTMLButtonElement> | undefined;
  pressed: boolean;
  count: number;
  children: React.ReactNode;
  onClick(): void;
}

function RailButton({ ref, pressed, count, children, onClick }: RailButtonProps) {
  return (
    <button
      ref={ref}
      type="button"
      aria-pressed={pressed}
      onClick={onClick}
      className={cx('flex h-7 w-full items-center justify-between gap-2 rounded px-2 text-left', pressed ? 'bg-accent-wash text-text' : 'hover:bg-raised-2', count === 0 && !pressed && 'text-muted')}
    >
      <span className="min-w-0 truncate">{children}</span>
      <Count value={count} />
    </button>
  );
}
