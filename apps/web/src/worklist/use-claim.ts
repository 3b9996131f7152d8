'use client';

import { useMutation } from '@tanstack/react-query';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { api } from '../lib/api.ts';
import { problemOf } from '../lib/problem.ts';
import { useSession } from '../session/session.tsx';
import { useToast } from '../ui/toast.tsx';

/** Claims a study or gives it back. The row changes when the gateway pushes it, so that it never shows what is not so. */
export function useClaim(): (item: WorklistItem) => void {
  const session = useSession();
  const toast = useToast();
  const claim = useMutation({
    mutationFn: (item: WorklistItem) => (item.assignedTo?.id === session.user.id ? api.release(item.studyId) : api.claim(item.studyId)),
    onError: (error) => toast({ tone: 'problem', title: 'The claim was not changed', text: problemOf(error).text }),
  });
  return (item) => {
    if (session.may('study.claim')) claim.mutate(item);
    else toast({ tone: 'problem', title: 'Your role can’t claim studies', text: 'An administrator can change roles.' });
  };
}
