'use client';

import { useEffect } from 'react';
import { useLive } from '../../lib/live/live.tsx';

/** LF7: says that this page has the study open, while it has. */
export function useViewing(studyId: string): void {
  const live = useLive();
  useEffect(() => {
    live?.view(studyId);
    return () => live?.view(null);
  }, [live, studyId]);
}
