'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { api } from '../../lib/api.ts';
import type { StudyView } from '../../lib/contract.ts';
import { useLiveEvents } from '../../lib/live/live.tsx';

/** Opens a study (the gateway audits that) and keeps it current from what is pushed. */
export function useOpenStudy(studyId: string) {
  const queryClient = useQueryClient();
  const key = ['study', studyId] as const;
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => api.study(studyId, signal), gcTime: 0 });
  useLiveEvents({
    patch: (patch) => {
      const item = patch.upserts.find((each) => each.studyId === studyId);
      const held = queryClient.getQueryData<StudyView>(key);
      if (!item || !held || item.revision <= held.item.revision) return;
      queryClient.setQueryData<StudyView>(key, { ...held, item });
      // Asking again is another opening in the audit: only when there is something to fetch.
      if (needsImages(held.item, item)) void queryClient.invalidateQueries({ queryKey: key });
    },
  });
  return query;
}

/** New images or another word of AI are not in the row itself. */
export function needsImages(before: WorklistItem, after: WorklistItem): boolean {
  const spoken = (item: WorklistItem) => item.analyses.map((analysis) => `${analysis.id} ${analysis.status}`).sort().join(' ');
  return before.imageCount !== after.imageCount || spoken(before) !== spoken(after);
}
