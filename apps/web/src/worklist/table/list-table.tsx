'use client';

import { useEffect, useLayoutEffect, useMemo, useRef, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import type { ListLayout } from '../columns/layout.ts';
import { DragFrame } from '../drag/drag-frame.tsx';
import type { Carry } from '../drag/use-carry.ts';
import type { HandHandlers } from '../order/use-hand.ts';
import type { Placement } from '../order/placement.ts';
import { ColumnHeads } from './column-heads.tsx';
import { CriticalLane, laneHeightPx } from './critical-lane.tsx';
import { ListRow, rowId, type DropEdge, type ListRowProps } from './list-row.tsx';
import { byHandText, ghostOf, TIER_TITLE, type Entry, type Tally } from './rows.ts';

export const HEAD_PX = 28;
const GLOW_MS = 3_000;

export interface ListTableProps {
  /** Every row that may be drawn, those that left a moment ago too. */
  items: ReadonlyMap<string, WorklistItem>;
  /** Rows that are on the list now. */
  present: ReadonlySet<string>;
  shown: Placement;
  rowPx: number;
  /** Critical studies out of sight. */
  hiddenCritical: number;
  selected: string | null;
  hand: HandHandlers;
  bornAt: ReadonlyMap<string, number>;
  me: string;
  layout: ListLayout;
  carry: Carry;
  entries: readonly Entry[];
  /** Stands at the end of the rows: still loading, or how many there are. */
  foot: ReactNode;
  onSelect(studyUid: string): void;
  onOpen(item: WorklistItem): void;
  onColumns(): void;
}

export function ListTable(props: ListTableProps) {
  const { items, shown, rowPx, selected, hand, carry, entries, layout } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const lanePx = laneHeightPx(shown.lane.length, rowPx);
  const top = HEAD_PX + lanePx;
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (entries[index]?.kind === 'tier' ? HEAD_PX : rowPx),
    getItemKey: (index) => keyOf(entries[index]),
    scrollMargin: top,
    scrollPaddingStart: top,
    overscan: 12,
  });
  const isHeld = hand.hand.carrying || hand.hand.pointerRow !== null || hand.hand.keyRow !== null;
  useSteadyScroll(scroller, lanePx, isHeld);
  useEffect(() => virtual.measure(), [virtual, rowPx, entries]);
  useKeyboardScroll(virtual, entries, props);
  const rowProps = useRowProps(props, isHeld);
  return (
    <DragFrame carry={carry} scroller={scroller}>
      <div
        ref={scroller}
        role="grid"
        aria-label="Worklist"
        aria-rowcount={shown.lane.length + shown.main.length}
        aria-activedescendant={selected === null ? undefined : rowId(selected)}
        tabIndex={0}
        data-columns={layout.kind}
        data-assigned={layout.ids.includes('assigned') || undefined}
        style={layout.style}
        onPointerMove={hand.onPointerMove}
        onPointerLeave={hand.onPointerLeave}
        className="group/grid relative h-full overflow-y-auto outline-none overscroll-contain [container:list/inline-size] [scrollbar-gutter:stable]"
      >
        <ColumnHeads layout={layout} onColumns={props.onColumns} />
        <CriticalLane lane={shown.lane} items={items} rowPx={rowPx} hidden={props.hiddenCritical} rowProps={rowProps} />
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((place) => {
            const entry = entries[place.index];
            const y = place.start - top;
            if (entry?.kind === 'tier') return <TierHead key={place.key} y={y} slides={!isHeld} title={TIER_TITLE[entry.tier]} tally={entry} />;
            const item = entry === undefined ? undefined : items.get(entry.studyUid);
            if (entry === undefined || item === undefined) return null;
            return <ListRow key={place.key} item={item} y={y} rowIndex={shown.lane.length + place.index + 1} {...rowProps(entry.studyUid, false)} />;
          })}
        </div>
        <TableFoot roomPx={lanePx + rowPx}>{props.foot}</TableFoot>
      </div>
    </DragFrame>
  );
}

/** What every row of lane and list is drawn with. */
function useRowProps(props: ListTableProps, isHeld: boolean) {
  const { bornAt, carry, selected, shown, rowPx } = props;
  const drop = useDropEdge(carry);
  const now = performance.now();
  return (studyUid: string, inLane: boolean): Omit<ListRowProps, 'item' | 'y' | 'rowIndex'> => ({
    height: rowPx,
    selected: studyUid === selected,
    ghost: ghostOf(props.present.has(studyUid), !inLane && shown.lane.includes(studyUid)),
    born: now - (bornAt.get(studyUid) ?? -Infinity) < GLOW_MS,
    slides: !isHeld,
    me: props.me,
    columns: props.layout.ids,
    draggable: carry.mayDrag,
    inHand: carry.carried?.item.studyUid === studyUid,
    drop: carry.carried?.gap?.target === studyUid ? drop : null,
    onSelect: props.onSelect,
    onOpen: props.onOpen,
  });
}

/** The same object while it says the same, so that one row is drawn again and not all. */
function useDropEdge({ carried, verdict }: Carry): DropEdge | null {
  const side = carried?.gap?.side ?? null;
  return useMemo(() => (side === null || verdict === 'own' ? null : { side, forbidden: verdict === 'forbidden' }), [side, verdict]);
}

/** Leaves room to scroll against, so that an opening lane can leave the row under the hand where it is. */
function TableFoot({ roomPx, children }: { roomPx: number; children: ReactNode }) {
  return (
    <div role="rowgroup" style={{ paddingBottom: roomPx }}>
      {children}
    </div>
  );
}

function keyOf(entry: Entry | undefined): string {
  if (entry === undefined) return 'none';
  return entry.kind === 'tier' ? `tier-${entry.tier}` : entry.studyUid;
}

function TierHead({ y, title, tally, slides }: { y: number; title: string; tally: Tally; slides: boolean }) {
  return (
    <div role="row" className={`absolute inset-x-0 top-0 flex items-center gap-2 border-b border-line bg-raised px-3 text-xs font-medium text-muted ${slides ? 'row-slide' : ''}`} style={{ height: HEAD_PX, transform: `translateY(${y}px)` }}>
      <span role="gridcell">
        {title} <span className="nums pl-1 font-normal">{[tally.count.toLocaleString('en'), byHandText(tally)].filter(Boolean).join(' · ')}</span>
      </span>
    </div>
  );
}

/** Only the keyboard scrolls: a click is already in sight, and a pushed change must not pull the list away. */
function useKeyboardScroll(virtual: { scrollToIndex(index: number, options: { align: 'auto' }): void }, entries: readonly Entry[], { selected, hand, shown, carry }: ListTableProps): void {
  const { keyRow } = hand.hand;
  const goal = carry.carried?.by === 'keys' ? carry.carried.gap?.target : undefined;
  useEffect(() => {
    const index = goal === undefined ? -1 : entries.findIndex((entry) => entry.kind === 'row' && entry.studyUid === goal);
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
  }, [goal, entries, virtual]);
  useEffect(() => {
    if (selected === null || keyRow !== selected || shown.lane.includes(selected)) return;
    const index = entries.findIndex((entry) => entry.kind === 'row' && entry.studyUid === selected);
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
    // A change of the entries alone is the list's doing, not the keyboard's.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected, keyRow]);
}

/** When the lane opens above, the rows below stay where they are on the screen while a hand is on them. */
function useSteadyScroll(scroller: { readonly current: HTMLDivElement | null }, lanePx: number, held: boolean): void {
  const before = useRef(lanePx);
  useLayoutEffect(() => {
    const grown = lanePx - before.current;
    before.current = lanePx;
    if (grown !== 0 && held && scroller.current) scroller.current.scrollTop += grown;
  }, [lanePx, held, scroller]);
}
