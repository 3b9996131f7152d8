'use client';

import { useCallback, useMemo, useRef } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { WorklistPatch } from '@readroom/shared/worklist/events';
import { isBehind } from '@readroom/shared/worklist/patch';
import { api } from '../../lib/api.ts';
import { useLiveEvents } from '../../lib/live/live.tsx';
import { problemOf, type Problem } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { loadFeed, MAX_RECENT, patchFeed, type Feed } from './feed.ts';

const PAGE_SIZE = 200;
/** A head may overtake its patch by a moment; behind on two in a row is a gap. */
const HEADS_BEHIND = 2;

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

/** The whole list, pushed: read once by pages, then kept by patches. Nothing is polled. */
export function useWorklist(): Worklist {
  const { membership } = useSession();
  const queryClient = useQueryClient();
  const recent = useRef<readonly WorklistPatch[]>([]);
  const behind = useRef(0);
  const key = useMemo(() => worklistKey(membership.organisation), [membership.organisation]);
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      loadFeed(
        (cursor) => api.worklistPage({ limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }, signal),
        () => recent.current,
        // Only the first load shows its progress: a repair keeps the whole old list on screen until the new one is whole.
        (feed) => queryClient.setQueryData<Feed>(key, (held) => (held === undefined || held.view.more ? feed : held)),
      ),
    // The socket keeps it: coming back to the list must not begin it anew.
    gcTime: Infinity,
  });
  const refetch = useCallback(() => {
    behind.current = 0;
    void queryClient.invalidateQueries({ queryKey: key });
  }, [queryClient, key]);

  useLiveEvents({
    patch: (patch) => {
      if (patch.organisation !== membership.organisation) return;
      recent.current = [...recent.current.slice(-MAX_RECENT), patch];
      const held = queryClient.getQueryData<Feed>(key);
      if (!held) return;
      const result = patchFeed(held, patch, performance.now());
      if (result.kind === 'applied') queryClient.setQueryData<Feed>(key, result.feed);
      if (result.kind === 'gap') refetch();
    },
    head: (head) => {
      const held = queryClient.getQueryData<Feed>(key);
      if (!held || head.organisation !== membership.organisation) return;
      behind.current = isBehind(held.view, head) ? behind.current + 1 : 0;
      if (behind.current >= HEADS_BEHIND && queryClient.isFetching({ queryKey: key }) === 0) refetch();
    },
    snapshot: refetch,
  });
  return { feed: query.data ?? null, problem: query.error && !query.data ? problemOf(query.error) : null, loading: query.isFetching, refetch };
}
