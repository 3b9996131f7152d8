'use client';

import { useMemo } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ListChange, SavedList, SavedLists } from '@readroom/shared/worklist/saved-list';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { useToast } from '../../ui/toast.tsx';

const NONE: SavedLists = { lists: [], defaultId: null };

export interface SavedListsHand extends SavedLists {
  /** Null until they are there; the page does not wait for them. */
  readonly loaded: SavedLists | null;
  readonly busy: boolean;
  save(list: Pick<SavedList, 'name' | 'filter' | 'shared'>): Promise<void>;
  change(change: ListChange): void;
  remove(id: string): void;
  setDefault(id: string | null): void;
}

/** The reader's lists and those of the hospital; what is changed is read again at once. */
export function useSavedLists(): SavedListsHand {
  const { membership } = useSession();
  const toast = useToast();
  const queryClient = useQueryClient();
  const key = useMemo(() => ['saved-lists', membership.organisation], [membership.organisation]);
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => api.savedLists(signal) });
  const deed = useMutation({
    mutationFn: (work: () => Promise<void>) => work(),
    onSettled: () => queryClient.invalidateQueries({ queryKey: key }),
    onError: (error) => toast({ tone: 'problem', title: 'The list was not changed', text: problemOf(error).text }),
  });
  return {
    ...(query.data ?? NONE),
    loaded: query.data ?? null,
    busy: deed.isPending,
    save: (list) => deed.mutateAsync(() => api.saveList(list)),
    change: (change) => deed.mutate(() => api.changeList(change)),
    remove: (id) => deed.mutate(() => api.removeList(id)),
    setDefault: (id) => deed.mutate(() => api.setDefaultList(id)),
  };
}
