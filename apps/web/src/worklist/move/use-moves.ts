'use client';

import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { Move } from '@readroom/shared/priority/move';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { useToast } from '../../ui/toast.tsx';
import type { Placement } from '../order/placement.ts';
import { neighbour } from '../table/rows.ts';

/** A move somebody is about to make: the row as they saw it, and where to. */
export interface Moving {
  readonly item: WorklistItem;
  readonly move: Move;
  readonly title: string;
}

export type Direction = 'up' | 'down' | 'top';

/** Past the row next to it on this screen, which a filter may have made another one than in the whole list. */
export function movingOf(item: WorklistItem, direction: Direction, shown: Placement): Moving | null {
  if (direction === 'top') return { item, move: { kind: 'pin' }, title: 'To the top of the list' };
  const target = neighbour(shown, item.studyUid, direction === 'up' ? -1 : 1);
  if (target === null || target === item.studyUid) return null;
  return { item, move: { kind: direction === 'up' ? 'above' : 'below', target }, title: direction === 'up' ? 'Raise by one row' : 'Lower by one row' };
}

/** Begins a move (a dialog asks why and for how long) and takes one back. Rows change when the gateway pushes them. */
export function useMoves(shown: Placement, letGo: () => void) {
  const session = useSession();
  const toast = useToast();
  const [moving, setMoving] = useState<Moving | null>(null);
  const mayMove = session.may('study.move');
  const takeBack = useMutation({
    mutationFn: ({ studyId, overrideId }: { studyId: string; overrideId: string }) => api.takeBackMove(studyId, overrideId),
    onSuccess: letGo,
    onError: (error) => toast({ tone: 'problem', title: 'The move was not taken back', text: problemOf(error).text }),
  });
  const refused = () => toast({ tone: 'problem', title: 'Your role can’t move studies', text: 'An administrator can change roles.' });
  return {
    moving,
    close: () => setMoving(null),
    /** A place chosen by hand: asks why and for how long. */
    ask: setMoving,
    begin(item: WorklistItem, direction: Direction) {
      if (!mayMove) return refused();
      const begun = movingOf(item, direction, shown);
      if (begun) setMoving(begun);
      else toast({ tone: 'info', title: direction === 'up' ? 'It is the first row already' : 'It is the last row already' });
    },
    takeBack(item: WorklistItem) {
      if (!mayMove) return refused();
      if (item.override) takeBack.mutate({ studyId: item.studyId, overrideId: item.override.id });
      else toast({ tone: 'info', title: 'Nobody moved this study' });
    },
  };
}
