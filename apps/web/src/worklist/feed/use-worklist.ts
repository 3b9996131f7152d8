'use client';

import { useMemo } from 'react';
import { isEmptyFilter, matchesFilter, type FilterViewer, type WorklistFilter } from '@readroom/shared/worklist/filter';
import { api } from '../../lib/api.ts';
import { problemOf, type Problem } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import type { Feed } from './feed.ts';
import { useFeed } from './use-feed.ts';

const PAGE_SIZE = 200;

export interface Worklist {
  /** Null until the first page is there. */
  readonly feed: Feed | null;
  readonly problem: Problem | null;
  /** Rows still being fetched. */
  readonly loading: boolean;
  refetch(): void;
}

export function worklistKey(organisation: string): readonly unknown[] {
  return ['worklist', organisation];
}

/** The whole open list. */
export function useWorklist(): Worklist {
  const { membership } = useSession();
  const key = useMemo(() => worklistKey(membership.organisation), [membership.organisation]);
  // The socket keeps it: coming back to the list must not begin it anew.
  const { feed, error, loading, refetch } = useFeed({ key, enabled: true, gcTime: Infinity, loadPage: (cursor, signal) => api.worklistPage(pageInput(cursor), signal) });
  return { feed, problem: error && !feed ? problemOf(error) : null, loading, refetch };
}

/**
 * What matches the filter, asked of the gateway while the whole list is still on its way: nobody waits for twenty thousand
 * rows to see ten. Null where the whole list answers.
 */
export function useMatching(whole: Feed | null, filter: WorklistFilter, viewer: FilterViewer): Feed | null {
  const { membership } = useSession();
  const wanted = whole?.view.more === true && !isEmptyFilter(filter);
  const text = JSON.stringify(filter);
  const key = useMemo(() => ['worklist-matching', membership.organisation, text], [membership.organisation, text]);
  const { feed } = useFeed({ key, enabled: wanted, gcTime: 0, matches: (item) => matchesFilter(item, filter, viewer), loadPage: (cursor, signal) => api.worklistPage({ ...pageInput(cursor), filter }, signal) });
  return wanted ? feed : null;
}

function pageInput(cursor: string | null): { limit: number; cursor?: string } {
  return { limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) };
}
