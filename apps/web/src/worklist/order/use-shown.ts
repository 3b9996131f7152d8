'use client';

import { useCallback, useMemo, useState } from 'react';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { hold, NOWHERE, placementOf, type Hand, type Held, type Placement } from './placement.ts';

export interface ShownList extends Held {
  /** Rows to draw: those on the list, and those held in place after they left it. */
  readonly items: ReadonlyMap<string, WorklistItem>;
  readonly present: ReadonlySet<string>;
  /** Shows everything that waits, now. */
  catchUp(): void;
}

interface Kept {
  readonly placement: Placement;
  readonly items: ReadonlyMap<string, WorklistItem>;
  /** Another filter is another list: nothing of the old order is held. */
  readonly listKey: string;
}

const NOTHING: Kept = { placement: NOWHERE, items: new Map(), listKey: '' };

/** The list as the hand allows it to be shown. */
export function useShown(visible: readonly WorklistItem[], listKey: string, hand: Hand): ShownList {
  const [kept, setKept] = useState<Kept>(NOTHING);
  const current = useMemo(() => new Map(visible.map((item) => [item.studyUid, item])), [visible]);
  const next = useMemo(() => placementOf(visible), [visible]);
  const held = kept.listKey === listKey ? hold(kept.placement, next, hand) : { shown: next, waiting: 0 };
  const items = useMemo(() => withGone(current, kept, held.shown), [current, kept, held.shown]);
  // React's way to keep something of the render before: set during render, drawn once.
  if (held.shown !== kept.placement || listKey !== kept.listKey) setKept({ placement: held.shown, items, listKey });
  const catchUp = useCallback(() => setKept({ placement: next, items: current, listKey }), [next, current, listKey]);
  const present = useMemo(() => new Set(current.keys()), [current]);
  return { shown: held.shown, waiting: held.waiting, items, present, catchUp };
}

function withGone(current: ReadonlyMap<string, WorklistItem>, kept: Kept, shown: Placement): ReadonlyMap<string, WorklistItem> {
  const gone = [...shown.lane, ...shown.main].filter((uid) => !current.has(uid));
  if (gone.length === 0) return current;
  const items = new Map(current);
  for (const uid of gone) {
    const last = kept.items.get(uid);
    if (last) items.set(uid, last);
  }
  return items;
}
