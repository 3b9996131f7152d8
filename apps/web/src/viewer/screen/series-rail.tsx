'use client';

import type { Series } from '@readroom/shared/study/study';
import { cx } from '../../ui/cx.ts';
import { Thumbnail } from '../../worklist/why/thumbnail.tsx';
import { hasPictures } from '../engine/stack.ts';

export interface SeriesRailProps {
  studyUid: string;
  series: readonly Series[];
  selected: string | null;
  /** Instances with marks of AI, by series. */
  marked: ReadonlySet<string>;
  onSelect(series: Series): void;
}

/** The middle image of each series, as a reader would pick it. */
export function SeriesRail({ studyUid, series, selected, marked, onSelect }: SeriesRailProps) {
  return (
    <nav aria-label="Series" className="h-full overflow-y-auto bg-surface p-2">
      <ul className="flex flex-col gap-2">
        {series.map((each) => (
          <li key={each.seriesUid}>
            <SeriesCard studyUid={studyUid} series={each} selected={each.seriesUid === selected} marked={marked.has(each.seriesUid)} onSelect={onSelect} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function SeriesCard({ studyUid, series, selected, marked, onSelect }: { studyUid: string; series: Series; selected: boolean; marked: boolean; onSelect(series: Series): void }) {
  const middle = series.instances[Math.floor(series.instances.length / 2)];
  const drawable = hasPictures(series);
  const frames = series.instances.reduce((sum, instance) => sum + instance.frames, 0);
  return (
    <button
      type="button"
      disabled={!drawable}
      aria-pressed={selected}
      onClick={() => onSelect(series)}
      className={cx('w-full rounded-md border p-1 text-left disabled:opacity-60', selected ? 'border-accent bg-accent-wash' : 'border-line bg-raised hover:border-line-strong')}
    >
      <Thumbnail studyUid={studyUid} seriesUid={drawable ? series.seriesUid : null} sopInstanceUid={middle?.sopInstanceUid ?? ''} frameNumber={Math.max(1, Math.ceil((middle?.frames ?? 1) / 2))} label="" className="aspect-square h-auto! w-full!" />
      <span className="mt-1 block truncate text-xs" title={series.description}>
        <bdi>{series.description || series.bodyPart || series.modality}</bdi>
      </span>
      <span className="nums flex justify-between text-[11px] text-muted">
        <span>{series.modality}</span>
        <span>{drawable ? `${frames} img` : 'no pixels'}</span>
      </span>
      {marked && <span className="block text-[11px] text-ai">AI marks</span>}
    </button>
  );
}
