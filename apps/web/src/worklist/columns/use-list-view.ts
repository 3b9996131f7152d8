'use client';

import { useEffect, useMemo } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { DEFAULT_VIEW, type ListView } from '@readroom/shared/worklist/list-view';
import { api } from '../../lib/api.ts';
import { setDensity, type Density } from '../../lib/density.ts';
import { problemOf } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { useToast } from '../../ui/toast.tsx';

export interface ListViewHand {
  readonly view: ListView;
  change(view: ListView): void;
  setDensity(density: Density): void;
  /** Back to how the list comes. */
  reset(): void;
}

/** How this reader's list looks: shown at once, kept by the gateway, found again on any computer. */
export function useListView(): ListViewHand {
  const { membership, may } = useSession();
  const hasList = may('worklist.view');
  const toast = useToast();
  const queryClient = useQueryClient();
  const key = useMemo(() => ['list-view', membership.organisation], [membership.organisation]);
  const { data } = useQuery({ queryKey: key, queryFn: ({ signal }) => api.listView(signal), enabled: hasList });
  const save = useMutation({
    // One after the other: the last change is the one that stays.
    scope: { id: 'list-view' },
    mutationFn: (view: ListView | null) => api.setListView(view),
    onError: (error) => toast({ tone: 'problem', title: 'The columns were not kept', text: `${problemOf(error).text} They stay as you set them until you leave this page.` }),
  });
  const keep = (view: ListView | null) => {
    queryClient.setQueryData(key, view);
    // Who has no list keeps a density on this computer alone.
    if (hasList) save.mutate(view);
  };
  const view = data ?? DEFAULT_VIEW;
  return {
    view,
    change: keep,
    setDensity: (density) => {
      setDensity(density);
      keep({ ...view, density });
    },
    reset: () => keep(null),
  };
}

/** The density the reader chose, on this computer too. */
export function useStoredDensity(): void {
  const { density } = useListView().view;
  useEffect(() => {
    if (density !== null) setDensity(density);
  }, [density]);
}
