'use client';

import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { mayTakeUp } from '@readroom/shared/worklist/aside';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { useToast } from '../../ui/toast.tsx';

/** LF6: one key puts a study aside (a dialog asks why and until when) or takes it up again. The row changes when the gateway pushes it. */
export function useAside() {
  const session = useSession();
  const toast = useToast();
  const [putting, setPutting] = useState<WorklistItem | null>(null);
  const takeUp = useMutation({
    mutationFn: ({ studyId, asideId }: { studyId: string; asideId: string }) => api.takeUp(studyId, asideId),
    onError: (error) => toast({ tone: 'problem', title: 'The study was not taken up', text: problemOf(error).text }),
  });
  const refuse = (title: string, text: string) => toast({ tone: 'problem', title, text });
  return {
    putting,
    close: () => setPutting(null),
    toggle(item: WorklistItem) {
      if (!session.may('study.claim')) return refuse('Your role can’t put studies aside', 'An administrator can change roles.');
      const me = { userId: session.user.id, role: session.membership.role };
      const holder = item.assignedTo?.id ?? null;
      if (item.aside !== null && mayTakeUp(me, item.aside, holder)) return takeUp.mutate({ studyId: item.studyId, asideId: item.aside.id });
      if (item.status === 'final') return refuse('The report is signed', 'The study has left the list.');
      if (holder === session.user.id) return setPutting(item);
      return holder === null ? refuse('Claim the study first', 'Only who has a study puts it aside: press c, then p.') : refuse(`${item.assignedTo?.name ?? 'Somebody else'} has this study`, 'Only they put it aside or take it up.');
    },
  };
}
