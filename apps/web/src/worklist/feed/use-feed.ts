'use client';

import { useCallback, useEffect, useRef } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { WorklistPage, WorklistPatch } from '@readroom/shared/worklist/events';
import { isBehind, type Matches } from '@readroom/shared/worklist/patch';
import { useLiveEvents } from '../../lib/live/live.tsx';
import { useSession } from '../../session/session.tsx';
import { loadFeed, MAX_RECENT, patchFeed, type Feed } from './feed.ts';

/** A head may overtake its patch by a moment; behind on two in a row is a gap. */
const HEADS_BEHIND = 2;

export interface FeedSource {
  readonly key: readonly unknown[];
  readonly enabled: boolean;
  /** Rows the feed holds; left out, all of the list. */
  readonly matches?: Matches;
  /** How long the feed outlives the screen, ms. */
  readonly gcTime: number;
  loadPage(cursor: string | null, signal: AbortSignal): Promise<WorklistPage>;
}

export interface LiveFeed {
  readonly feed: Feed | null;
  readonly error: Error | null;
  readonly loading: boolean;
  refetch(): void;
}

/** Rows pushed, never polled: read once by pages, then kept by patches, read again where a revision is missing. */
export function useFeed({ key, enabled, matches, gcTime, loadPage }: FeedSource): LiveFeed {
  const { membership } = useSession();
  const queryClient = useQueryClient();
  const recent = useRef<readonly WorklistPatch[]>([]);
  const behind = useRef(0);
  const latest = useRef(matches);
  useEffect(() => {
    latest.current = matches;
  });
  const query = useQuery({
    queryKey: key,
    enabled,
    queryFn: ({ signal }) =>
      loadFeed(
        (cursor) => loadPage(cursor, signal),
        () => recent.current,
        // Only the first load shows its progress: a repair keeps the whole old list on screen until the new one is whole.
        (feed) => queryClient.setQueryData<Feed>(key, (held) => (held === undefined || held.view.more ? feed : held)),
        latest.current,
      ),
    gcTime,
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
      const result = patchFeed(held, patch, performance.now(), latest.current);
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
  return { feed: query.data ?? null, error: query.error, loading: query.isFetching, refetch };
}
