'use client';

import { useEffect, useRef, type ReactNode, type RefObject } from 'react';
import { DndContext, MouseSensor, TouchSensor, useDraggable, useSensor, useSensors } from '@dnd-kit/core';
import type { Carry } from './use-carry.ts';
import { CarryNote } from './carry-note.tsx';

/** Less is a click with an unsteady hand. */
const MOUSE = { activationConstraint: { distance: 8 } } as const;
/** A finger that moves sooner scrolls. */
const TOUCH = { activationConstraint: { delay: 350, tolerance: 8 } } as const;
/** The list scrolls while the pointer is in the outer tenth of its height. */
const AUTO_SCROLL = { threshold: { x: 0, y: 0.1 }, acceleration: 14, layoutShiftCompensation: false } as const;
const silent = () => undefined;
/** What is announced depends on rows the library does not know: `CarryNote` speaks. */
const ACCESSIBILITY = { announcements: { onDragStart: silent, onDragOver: silent, onDragEnd: silent, onDragCancel: silent }, screenReaderInstructions: { draggable: '' }, restoreFocus: false };

interface DragFrameProps {
  carry: Carry;
  scroller: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/** Rows can be dragged inside it. Where the pointer is says the row under it, so that rows out of sight cost nothing. */
export function DragFrame({ carry, scroller, children }: DragFrameProps) {
  const sensors = useSensors(useSensor(MouseSensor, MOUSE), useSensor(TouchSensor, TOUCH));
  const noteRef = useRef<HTMLDivElement>(null);
  usePointerPlace(carry, scroller, noteRef);
  return (
    <DndContext id="list" sensors={sensors} autoScroll={AUTO_SCROLL} accessibility={ACCESSIBILITY} onDragStart={({ active }) => carry.pickUp(String(active.id), 'pointer')} onDragEnd={carry.drop} onDragCancel={carry.cancel}>
      {children}
      <CarryNote carry={carry} noteRef={noteRef} />
    </DndContext>
  );
}

/** What a row needs to be dragged. A row that is drawn twice, or may not be moved, is disabled. */
export function useRowDrag(id: string, disabled: boolean) {
  const { setNodeRef, listeners } = useDraggable({ id, disabled });
  return { ref: setNodeRef, listeners };
}

function usePointerPlace(carry: Carry, scroller: RefObject<HTMLElement | null>, noteRef: RefObject<HTMLElement | null>): void {
  const dragging = carry.carried?.by === 'pointer';
  const over = useRef(carry.over);
  useEffect(() => {
    over.current = carry.over;
  });
  useEffect(() => {
    if (!dragging) return;
    const frame = scroller.current;
    let at: { readonly x: number; readonly y: number } | null = null;
    const look = () => {
      if (at === null) return;
      const row = document.elementFromPoint(at.x, at.y)?.closest<HTMLElement>('[data-study-uid]') ?? null;
      if (row === null) return over.current(null, 'upper');
      const { top, height } = row.getBoundingClientRect();
      over.current(row.dataset['studyUid'] ?? null, at.y < top + height / 2 ? 'upper' : 'lower');
    };
    const move = (event: PointerEvent) => {
      at = { x: event.clientX, y: event.clientY };
      if (noteRef.current) noteRef.current.style.transform = `translate(${at.x + 14}px, ${at.y + 12}px)`;
      look();
    };
    // Rows also pass under a pointer that rests while the list scrolls.
    const scrolled = () => requestAnimationFrame(look);
    window.addEventListener('pointermove', move);
    frame?.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      window.removeEventListener('pointermove', move);
      frame?.removeEventListener('scroll', scrolled);
    };
  }, [dragging, scroller, noteRef]);
}
