'use client';

import { useSyncExternalStore } from 'react';
import { NO_FILTERS, type Filters } from '../filter/filters.ts';

/** What a reader set in the list, kept while they are in a study: coming back finds the list as it was left. */
export interface ListState {
  readonly selected: string | null;
  readonly filters: Filters;
  /** LF3: critical studies are shown though the filter hides them. */
  readonly reveal: boolean;
  /** The list of the address, or the reader's default, was opened: coming back from a study finds it as it was left. */
  readonly opened: boolean;
  readonly railOpen: boolean;
}

let state: ListState = { selected: null, filters: NO_FILTERS, reveal: false, opened: false, railOpen: true };
const listeners = new Set<() => void>();

export function setListState(change: Partial<ListState>): void {
  state = { ...state, ...change };
  listeners.forEach((listener) => listener());
}

export function listState(): ListState {
  return state;
}

export function useListState(): ListState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    listState,
    listState,
  );
}
