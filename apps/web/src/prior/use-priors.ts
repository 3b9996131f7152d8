'use client';

import { useQuery } from '@tanstack/react-query';
import { SECOND_MS } from '@readroom/shared/clock';
import type { PriorsView } from '@readroom/shared/study/prior-view';
import { api } from '../lib/api.ts';

/** While the PACS has not answered, and while images of a prior arrive, something will change without a push. */
export function askAgainMs(view: PriorsView | undefined): number | false {
  if (view === undefined) return false;
  if (view.priors.some(({ images }) => images === 'arriving' || images === 'fetching')) return 3 * SECOND_MS;
  return view.askedAt === null ? 20 * SECOND_MS : false;
}

/** The priors of a study; the gateway audits the view. */
export function usePriors(studyId: string) {
  return useQuery({
    queryKey: ['priors', studyId],
    queryFn: ({ signal }) => api.priors(studyId, signal),
    refetchInterval: ({ state }) => askAgainMs(state.data),
  });
}
