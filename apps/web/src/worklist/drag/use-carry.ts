'use client';

import { useMemo, useState } from 'react';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { patientTitle } from '../../lib/person.ts';
import { useSession } from '../../session/session.tsx';
import { useToast } from '../../ui/toast.tsx';
import type { ListDeeds } from '../list-keys.ts';
import type { Moving } from '../move/use-moves.ts';
import { FORBIDDEN_TEXT, gapAt, stepGap, verdictOf, type Gap, type Sections, type Verdict } from './places.ts';

/** A study in the hand: dragged with the pointer, or taken along by keys. */
export interface Carried {
  readonly item: WorklistItem;
  readonly by: 'pointer' | 'keys';
  readonly gap: Gap | null;
}

export interface Carry {
  readonly carried: Carried | null;
  readonly verdict: Verdict;
  /** The row beside which it would land. */
  readonly target: WorklistItem | null;
  readonly mayDrag: boolean;
  pickUp(studyUid: string, by: Carried['by']): void;
  /** The pointer is over a row; null is over none. */
  over(studyUid: string | null, half: 'upper' | 'lower'): void;
  drop(): void;
  cancel(): void;
  /** The list's keys while a study is in the hand. */
  keys(deeds: ListDeeds): ListDeeds;
}

interface CarryInput {
  readonly sections: Sections;
  readonly items: ReadonlyMap<string, WorklistItem>;
  /** A study was taken in the hand, or put down: the list stands still meanwhile. */
  onCarry(carrying: boolean): void;
  /** Asks why and for how long. */
  onDropped(moving: Moving): void;
}

/** PR2: takes a study from its place to just above another, by hand or by keys; nothing is changed before a reason was given. */
export function useCarry({ sections, items, onCarry, onDropped }: CarryInput): Carry {
  const { may, membership } = useSession();
  const toast = useToast();
  const [carried, setCarried] = useState<Carried | null>(null);
  const gap = carried?.gap ?? null;
  const target = gap === null ? null : (items.get(gap.target) ?? null);
  const verdict = useMemo<Verdict>(() => (carried === null || gap === null || target === null ? 'own' : verdictOf(membership.role, sections, carried.item, gap, target)), [carried, gap, target, sections, membership.role]);
  const mayDrag = may('study.move');
  const goTo = (next: Gap | null) => setCarried((held) => (held === null || same(held.gap, next) ? held : { ...held, gap: next }));
  const hold = (next: Carried | null) => {
    setCarried(next);
    onCarry(next !== null);
  };
  const cancel = () => hold(null);

  const pickUp = (studyUid: string, by: Carried['by']) => {
    const item = items.get(studyUid);
    if (!mayDrag) return toast({ tone: 'problem', title: 'Your role can’t move studies', text: 'An administrator can change roles.' });
    if (item === undefined) return;
    if (item.status === 'final') return toast({ tone: 'info', title: 'A signed study has no place in the order' });
    hold({ item, by, gap: null });
  };
  const drop = () => {
    hold(null);
    if (carried === null || gap === null || target === null || verdict === 'own') return;
    if (verdict === 'forbidden') return toast({ tone: 'problem', title: 'It was not moved', text: FORBIDDEN_TEXT });
    onDropped({ item: carried.item, move: { kind: gap.side, target: gap.target }, title: titleOf(gap, target) });
  };
  const step = (by: number) => carried && goTo(stepGap(sections, carried.item.studyUid, gap, by));
  const keys = (deeds: ListDeeds): ListDeeds => {
    if (carried === null) return deeds;
    return { ...deeds, move: step, toEnd: (which) => step(which === 'first' ? -Infinity : Infinity), raise: () => step(-1), lower: () => step(1), open: drop, carry: drop, clear: cancel };
  };
  return { carried, verdict, target, mayDrag, pickUp, over: (studyUid, half) => goTo(studyUid === null ? null : gapAt(sections, studyUid, half)), drop, cancel, keys };
}

function titleOf({ side }: Gap, target: WorklistItem): string {
  return `Move to just ${side} ${patientTitle(target)}`;
}

function same(a: Gap | null, b: Gap | null): boolean {
  return a?.side === b?.side && a?.target === b?.target;
}

/** What the hand is told at each place, on the screen and by a screen reader. */
export function carryText({ carried, verdict, target }: Pick<Carry, 'carried' | 'verdict' | 'target'>): string {
  if (carried === null) return '';
  if (verdict === 'forbidden') return FORBIDDEN_TEXT;
  if (verdict === 'free' && target !== null && carried.gap !== null) return `Just ${carried.gap.side} ${patientTitle(target)}`;
  const how = carried.by === 'keys' ? 'Arrow keys choose the place, Enter puts it there, Escape leaves it.' : 'Drop it above the study it goes before.';
  return `${patientTitle(carried.item)} stands in its own place. ${how}`;
}
