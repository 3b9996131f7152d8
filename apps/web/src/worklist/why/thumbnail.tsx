'use client';

import { useState } from 'react';
import { cx } from '../../ui/cx.ts';

export function renderedUrl(studyUid: string, seriesUid: string, sopInstanceUid: string, frameNumber: number, sizePx: number): string {
  return `/dicomweb/studies/${studyUid}/series/${seriesUid}/instances/${sopInstanceUid}/frames/${frameNumber}/rendered?viewport=${sizePx},${sizePx}`;
}

const SIZE_PX = 144;

/** One small picture through the edge node. Its place is kept whether it comes or not. */
export function Thumbnail({ studyUid, seriesUid, sopInstanceUid, label, frameNumber = 1, className }: { studyUid: string; seriesUid: string | null; sopInstanceUid: string; label: string; frameNumber?: number; className?: string }) {
  const [state, setState] = useState<'coming' | 'there' | 'missing'>('coming');
  return (
    <span className={cx('relative block size-[72px] shrink-0 overflow-hidden rounded bg-black', className)}>
      {seriesUid !== null && state !== 'missing' && (
        <img
          src={renderedUrl(studyUid, seriesUid, sopInstanceUid, frameNumber, SIZE_PX)}
          alt={label}
          loading="lazy"
          decoding="async"
          draggable={false}
          onLoad={() => setState('there')}
          onError={() => setState('missing')}
          className={cx('size-full object-contain', state === 'coming' && 'opacity-0')}
        />
      )}
      {(state === 'missing' || seriesUid === null) && <span className="absolute inset-0 grid place-items-center p-1 text-center text-[11px] leading-tight text-muted">Image not reachable</span>}
    </span>
  );
}
