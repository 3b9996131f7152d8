'use client';

import { initials } from '../../lib/initials.ts';
import { useViewers } from './viewers-store.ts';

/** More than so many are counted. */
const SHOWN = 2;

/** LF7: the others who have this study open now, by their initials. */
export function ViewedBy({ studyId, me }: { studyId: string; me: string }) {
  const others = useViewers(studyId).filter(({ id }) => id !== me);
  if (others.length === 0) return null;
  const label = `Being viewed by ${others.map(({ name }) => name).join(', ')}`;
  return (
    <span role="img" aria-label={label} title={label} className="inline-flex shrink-0 -space-x-1">
      {others.slice(0, SHOWN).map(({ id, name }) => (
        <span key={id} className="grid h-[18px] min-w-[18px] place-items-center rounded-full border border-accent bg-raised-2 px-0.5 text-[9px] font-semibold text-text">
          {initials(name)}
        </span>
      ))}
      {others.length > SHOWN && <span className="grid h-[18px] min-w-[18px] place-items-center rounded-full border border-line-strong bg-raised-2 px-0.5 text-[9px] text-muted">+{others.length - SHOWN}</span>}
    </span>
  );
}
