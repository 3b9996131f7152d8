'use client';

import { useSyncExternalStore } from 'react';
import { MINUTE_MS } from '@readroom/shared/clock';
import { NO_FILTERS, type Filters } from '../filter/filters.ts';

/** What a reader set in the list, kept while they are in a study: coming back finds the list as it was left. */
export interface ListState {
  readonly selected: string | null;
  readonly filters: Filters;
  /** LF3: critical studies are shown though the filter hides them. */
  readonly reveal: boolean;
  /** Study UID -> until when it is put aside (ms since epoch). */
  readonly aside: ReadonlyMap<string, number>;
  /** The list of the address, or the reader's default, was opened: coming back from a study finds it as it was left. */
  readonly opened: boolean;
  readonly railOpen: boolean;
}

export const ASIDE_MS = 30 * MINUTE_MS;

let state: ListState = { selected: null, filters: NO_FILTERS, reveal: false, aside: new Map(), opened: false, railOpen: true };
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

/** Out of this reader's way for half an hour, or back again. */
export function toggleAside(studyUid: string, now: number): void {
  const aside = new Map(state.aside);
  if (!aside.delete(studyUid)) aside.set(studyUid, now + ASIDE_MS);
  setListState({ aside });
}

export function asideNow(aside: ReadonlyMap<string, number>, now: number): ReadonlySet<string> {
  return new Set([...aside].filter(([, until]) => until > now).map(([uid]) => uid));
}
