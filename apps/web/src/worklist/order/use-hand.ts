'use client';

import { useCallback, useEffect, useRef, useState } from 'react';

/** The keyboard's row is held this long after the last key; focus follows the study, so a later move can't open another one. */
const KEY_HOLD_MS = 10_000;

export interface HandState {
  readonly pointerRow: string | null;
  /** Height of the pointer in the list's frame, px. */
  readonly pointerY: number;
  readonly keyRow: string | null;
  /** A study is being carried to another place: no row may move. */
  readonly carrying: boolean;
}

export interface HandHandlers {
  readonly hand: HandState;
  onPointerMove(event: { clientY: number; target: EventTarget }): void;
  onPointerLeave(): void;
  /** A key moved to or acted on this row. */
  keyed(studyUid: string | null): void;
  /** Takes a study in the hand, or puts it down. */
  carry(carrying: boolean): void;
  letGo(): void;
}

const OPEN_HAND: HandState = { pointerRow: null, pointerY: 0, keyRow: null, carrying: false };

function rowOf(target: EventTarget): string | null {
  return target instanceof Element ? (target.closest<HTMLElement>('[data-study-uid]')?.dataset['studyUid'] ?? null) : null;
}

/** Where the reader's hand is. The pointer holds its row until it leaves; the keyboard for ten seconds. */
export function useHand(): HandHandlers {
  const [hand, setHand] = useState<HandState>(OPEN_HAND);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onPointerMove = useCallback((event: { clientY: number; target: EventTarget }) => {
    const pointerRow = rowOf(event.target);
    setHand((held) => (held.pointerRow === pointerRow ? held : { ...held, pointerRow, pointerY: event.clientY }));
  }, []);
  const onPointerLeave = useCallback(() => setHand((held) => (held.pointerRow === null ? held : { ...held, pointerRow: null })), []);
  const keyed = useCallback((studyUid: string | null) => {
    setHand((held) => (held.keyRow === studyUid ? held : { ...held, keyRow: studyUid }));
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setHand((held) => ({ ...held, keyRow: null })), KEY_HOLD_MS);
  }, []);
  const carry = useCallback((carrying: boolean) => setHand((held) => ({ ...held, carrying })), []);
  const letGo = useCallback(() => setHand((held) => ({ ...OPEN_HAND, carrying: held.carrying })), []);
  useEffect(() => {
    // Leaving for another window or monitor lifts the hand too.
    const leave = () => onPointerLeave();
    document.documentElement.addEventListener('pointerleave', leave);
    window.addEventListener('blur', leave);
    return () => {
      document.documentElement.removeEventListener('pointerleave', leave);
      window.removeEventListener('blur', leave);
      clearTimeout(timer.current);
    };
  }, [onPointerLeave]);
  return { hand, onPointerMove, onPointerLeave, keyed, carry, letGo };
}
