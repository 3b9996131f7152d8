'use client';

import { useEffect, useRef } from 'react';
import type { SavedList, SavedLists } from '@readroom/shared/worklist/saved-list';
import { useToast } from '../../ui/toast.tsx';
import { listState, setListState } from '../order/list-store.ts';
import { isFiltered, NO_FILTERS, type Filters } from '../filter/filters.ts';

/** The saved list whose filter is in force, whatever way it was chosen. */
export function activeList(lists: readonly SavedList[], { filter }: Filters): SavedList | null {
  const text = JSON.stringify(filter);
  return lists.find((list) => JSON.stringify(list.filter) === text) ?? null;
}

/**
 * `/?list=<id>` opens a saved list, else the reader's default; afterwards the address follows what is in force. An id and
 * nothing else stands there: no name, no filter, no search.
 */
export function useListAddress(saved: SavedLists | null, filters: Filters, onChange: (filters: Filters) => void): void {
  const toast = useToast();
  const active = saved === null ? null : activeList(saved.lists, filters);
  const begun = useRef(false);
  useEffect(() => {
    if (saved === null) return;
    if (begun.current) {
      window.history.replaceState(window.history.state, '', active === null ? '/' : `/?list=${active.id}`);
      return;
    }
    begun.current = true;
    const asked = new URLSearchParams(window.location.search).get('list');
    const wanted = asked ?? (listState().opened || isFiltered(filters) ? null : saved.defaultId);
    setListState({ opened: true });
    if (wanted === null || wanted === active?.id) return;
    const found = saved.lists.find(({ id }) => id === wanted);
    if (found) onChange({ ...NO_FILTERS, filter: found.filter });
    else toast({ tone: 'problem', title: 'This list is not there', text: 'It was deleted, is not shared with you, or belongs to another hospital. You see the whole list.' });
  }, [saved, active, filters, onChange, toast]);
}
