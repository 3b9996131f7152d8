'use client';

import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { searchWords } from '@readroom/shared/worklist/search';
import { api } from '../../lib/api.ts';
import { gatewayNow } from '../../lib/ticker.ts';
import { problemOf, type Problem } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import type { Filters } from '../filter/filters.ts';

const NONE: readonly WorklistItem[] = [];

export interface ArchiveSearch {
  /** Whether the gateway is asked for what is typed now. */
  readonly active: boolean;
  readonly busy: boolean;
  /** Signed studies found, the newest first; open ones are on the list already. */
  readonly signed: readonly WorklistItem[];
  readonly isMany: boolean;
  /** When the gateway answered (ms since epoch): signed studies are not pushed. */
  readonly at: number;
  readonly problem: Problem | null;
  begin(): void;
}

/**
 * Asks the gateway for signed studies too, with the same words and filter. The list narrows while somebody types; the whole
 * hospital is searched, and that audited, when they say so. Another text is another search; another filter narrows this one.
 */
export function useArchiveSearch({ search, filter }: Filters): ArchiveSearch {
  const session = useSession();
  const [begun, setBegun] = useState<string | null>(null);
  const may = session.may('patient.identify') && searchWords(search).length > 0;
  const active = may && begun === search;
  const query = useQuery({
    queryKey: ['worklist-search', session.membership.organisation, search, filter],
    enabled: active,
    // The text stays in the memory of this page, and only while it is on screen.
    gcTime: 0,
    staleTime: Infinity,
    queryFn: async ({ signal }) => ({ ...(await api.searchWorklist({ text: search, filter }, signal)), at: gatewayNow() }),
  });
  const found = active ? query.data : undefined;
  return {
    active,
    busy: active && query.isFetching,
    signed: found?.signed ?? NONE,
    isMany: found?.isMany ?? false,
    at: found?.at ?? 0,
    problem: active && query.error ? problemOf(query.error) : null,
    begin: () => setBegun(search),
  };
}
