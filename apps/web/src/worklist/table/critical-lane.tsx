'use client';

import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { cx } from '../../ui/cx.ts';
import { SeverityShape } from '../../ui/marks/severity.tsx';
import { byHandText, tally } from './rows.ts';
import { ListRow, type ListRowProps } from './list-row.tsx';

const HEAD_PX = 28;
/** More critical studies than this scroll inside the lane: the list below stays in sight. */
const MAX_ROWS = 6;

export function laneHeightPx(rows: number, rowPx: number): number {
  return HEAD_PX + Math.min(rows, MAX_ROWS) * rowPx + (rows > MAX_ROWS ? rowPx / 2 : 0);
}

export interface CriticalLaneProps {
  lane: readonly string[];
  items: ReadonlyMap<string, WorklistItem>;
  rowPx: number;
  /** LF3: critical studies that the filter hides: none here is not none open. */
  hidden: number;
  rowProps(studyUid: string, inLane: boolean): Omit<ListRowProps, 'item' | 'y' | 'rowIndex'>;
}

/** Always there, so that its heading never pushes anything: empty it is one calm line. */
export function CriticalLane({ lane, items, rowPx, hidden, rowProps }: CriticalLaneProps) {
  const { count, byHand } = tally(lane.flatMap((studyUid) => items.get(studyUid) ?? []));
  const open = count - byHand;
  // A study that a person put above the critical ones is none itself.
  const full = open > 0;
  const counted = full ? open.toLocaleString('en') : hidden > 0 ? 'none in this filter' : 'none open';
  return (
    <div role="rowgroup" data-lane="critical" className={cx('sticky top-[28px] z-10 bg-surface', lane.length > 0 && 'shadow-[0_6px_12px_-6px_black]')}>
      <div role="row" className={cx('flex items-center border-b border-line px-3 text-xs font-medium', full ? 'bg-critical-wash text-critical-text' : 'bg-raised text-muted')} style={{ height: HEAD_PX }}>
        <span role="gridcell" className="flex items-center gap-2">
          <SeverityShape state={full ? 'critical' : 'not-analysed'} size={10} />
          Critical <span className="nums font-normal">{[counted, byHandText({ count, byHand })].filter(Boolean).join(' · ')}</span>
        </span>
      </div>
      <div className="relative overflow-y-auto" style={{ height: laneHeightPx(lane.length, rowPx) - HEAD_PX }}>
        {lane.map((studyUid, index) => {
          const item = items.get(studyUid);
          return item === undefined ? null : <ListRow key={studyUid} item={item} y={index * rowPx} rowIndex={index + 1} {...rowProps(studyUid, true)} />;
        })}
      </div>
    </div>
  );
}
