'use client';

import type { RefObject } from 'react';
import { createPortal } from 'react-dom';
import { cx } from '../../ui/cx.ts';
import { carryText, type Carry } from './use-carry.ts';

/** Says where a study in the hand would land, beside the pointer or, for keys, above the foot of the list; and aloud. */
export function CarryNote({ carry, noteRef }: { carry: Carry; noteRef: RefObject<HTMLDivElement | null> }) {
  const text = carryText(carry);
  const tone = carry.verdict === 'forbidden' ? 'border-critical text-critical-text' : 'border-accent text-text';
  const note = `pointer-events-none z-50 max-w-[360px] rounded border bg-raised-2 px-2.5 py-1 text-xs shadow-lg shadow-black ${tone}`;
  return (
    <>
      <div role="status" aria-live="assertive" className="sr-only">
        {text}
      </div>
      {carry.carried?.by === 'keys' && (
        <p aria-hidden className={cx(note, 'absolute inset-x-0 bottom-12 mx-auto w-fit')}>
          {text}
        </p>
      )}
      {carry.carried?.by === 'pointer' &&
        createPortal(
          <div ref={noteRef} aria-hidden className={cx(note, 'fixed left-0 top-0')} style={{ transform: 'translate(-200vw, 0)' }}>
            {text}
          </div>,
          document.body,
        )}
    </>
  );
}
