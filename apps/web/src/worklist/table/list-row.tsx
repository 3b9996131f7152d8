'use client';

import { memo, type ComponentType } from 'react';
import type { ColumnId } from '@readroom/shared/worklist/list-view';
import { isPlacedByHand } from '@readroom/shared/worklist/own-tier';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { cx } from '../../ui/cx.ts';
import { useRowDrag } from '../drag/drag-frame.tsx';
import { AiCell, ArrivalCell, AssignedCell, DueCell, PatientCell, SeverityCell, SiteCell, StatusCell, StudyCell } from './cells.tsx';
import type { Ghost } from './rows.ts';

export interface DropEdge {
  readonly side: 'above' | 'below';
  readonly forbidden: boolean;
}

export interface ListRowProps {
  item: WorklistItem;
  /** px from the top of its container. */
  y: number;
  height: number;
  /** 1-based, of the whole grid. */
  rowIndex: number;
  selected: boolean;
  ghost: Ghost;
  /** Came by push a moment ago. */
  born: boolean;
  slides: boolean;
  me: string;
  columns: readonly ColumnId[];
  /** It may be dragged. */
  draggable: boolean;
  /** It is in the hand now. */
  inHand: boolean;
  /** The edge at which a study in the hand would land. */
  drop: DropEdge | null;
  onSelect(studyUid: string): void;
  onOpen(item: WorklistItem): void;
}

export function rowId(studyUid: string): string {
  return `row-${studyUid}`;
}

const CELL: { readonly [C in ColumnId]: ComponentType<{ item: WorklistItem; me: string }> } = {
  severity: SeverityCell, due: DueCell, patient: PatientCell, study: StudyCell, site: SiteCell, arrival: ArrivalCell, ai: AiCell, assigned: AssignedCell, status: StatusCell,
};

const EDGE = { 0: 'before:bg-critical', 1: 'before:bg-line-strong', 2: 'before:bg-transparent' } as const;

function ListRowView({ item, y, height, rowIndex, selected, ghost, born, slides, me, columns, draggable, inHand, drop, onSelect, onOpen }: ListRowProps) {
  const id = ghost === 'moved' ? `ghost-${rowId(item.studyUid)}` : rowId(item.studyUid);
  const drag = useRowDrag(ghost === 'moved' ? id : item.studyUid, !draggable || ghost !== null || item.status === 'final');
  return (
    <div
      ref={drag.ref}
      {...drag.listeners}
      role="row"
      id={id}
      aria-rowindex={rowIndex}
      aria-selected={selected}
      data-study-uid={item.studyUid}
      data-tier={item.tier}
      onClick={() => onSelect(item.studyUid)}
      onDoubleClick={() => onOpen(item)}
      style={{ height, transform: `translateY(${y}px)` }}
      className={cx(
        'list-cols absolute inset-x-0 top-0 cursor-default items-center border-b border-line px-3 before:absolute before:inset-y-0 before:left-0 before:w-[3px]',
        isPlacedByHand(item) ? 'before:bg-accent' : EDGE[item.tier],
        slides && 'row-slide',
        selected ? 'bg-accent-wash group-focus-visible/grid:ring-1 group-focus-visible/grid:ring-accent group-focus-visible/grid:ring-inset' : 'bg-surface hover:bg-raised',
        born && 'animate-glow',
        (ghost !== null || inHand) && 'opacity-55',
      )}
    >
      {columns.map((column) => {
        const Cell = CELL[column];
        return <Cell key={column} item={item} me={me} />;
      })}
      {ghost !== null && <GhostNote ghost={ghost} />}
      {drop !== null && <DropLine drop={drop} />}
    </div>
  );
}

function DropLine({ drop }: { drop: DropEdge }) {
  return <span aria-hidden className={cx('pointer-events-none absolute inset-x-0 z-10 h-[3px]', drop.side === 'above' ? '-top-[2px]' : '-bottom-[2px]', drop.forbidden ? 'bg-critical' : 'bg-accent')} />;
}

function GhostNote({ ghost }: { ghost: 'left' | 'moved' }) {
  return <span className="absolute right-3 rounded bg-raised-2 px-2 py-0.5 text-xs text-text">{ghost === 'left' ? 'Left the list' : 'Now above, in Critical'}</span>;
}

export const ListRow = memo(ListRowView);
