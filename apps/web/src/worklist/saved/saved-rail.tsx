'use client';

import { useDeferredValue, useMemo } from 'react';
import { matchesFilter } from '@readroom/shared/worklist/filter';
import type { SavedList } from '@readroom/shared/worklist/saved-list';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { Button } from '../../ui/button.tsx';
import { Kbd } from '../../ui/marks/marks.tsx';
import { NO_FILTERS, type Filters, type Viewer } from '../filter/filters.ts';
import { RailButton } from '../rail/rail-button.tsx';
import { activeList } from './list-address.ts';

export interface SavedRailProps {
  lists: readonly SavedList[];
  items: readonly WorklistItem[];
  filters: Filters;
  viewer: Viewer;
  onChange(filters: Filters): void;
  onManage(): void;
}

/** Saved lists with live counts, under the lists that are always there. */
export function SavedRail({ lists, items, filters, viewer, onChange, onManage }: SavedRailProps) {
  const counts = useCounts(lists, items, viewer);
  const active = activeList(lists, filters);
  return (
    <section aria-label="Saved lists" className="mt-2">
      <div className="flex h-6 items-center justify-between pl-2 text-xs text-muted">
        <h2>Saved</h2>
        <Button size="small" tone="ghost" onClick={onManage} aria-haspopup="dialog">
          Save <Kbd keys="s" />
        </Button>
      </div>
      <ul className="flex flex-col gap-px">
        {lists.map((list) => (
          <li key={list.id} title={list.owner.id === viewer.userId ? list.name : `${list.name}, shared by ${list.owner.name}`}>
            <RailButton pressed={active?.id === list.id} count={counts.get(list.id) ?? 0} onClick={() => onChange({ ...NO_FILTERS, filter: list.filter })}>
              <bdi>{list.name}</bdi>
            </RailButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Counted a moment behind the list, so that many lists never hold a pushed row back. */
function useCounts(lists: readonly SavedList[], items: readonly WorklistItem[], viewer: Viewer): ReadonlyMap<string, number> {
  const later = useDeferredValue(items);
  return useMemo(() => {
    const counts = new Map<string, number>();
    for (const { id, filter } of lists) counts.set(id, later.reduce((sum, item) => sum + (matchesFilter(item, filter, viewer) ? 1 : 0), 0));
    return counts;
  }, [lists, later, viewer]);
}
