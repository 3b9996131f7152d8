'use client';

import { useLayoutEffect, type RefObject } from 'react';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { PathNotice } from '../alert/path/path-notice.tsx';
import { clockText } from '../lib/time.ts';
import { Button } from '../ui/button.tsx';
import { Kbd } from '../ui/marks/marks.tsx';
import { Notice, Skeleton } from '../ui/states/states.tsx';
import type { ListLayout } from './columns/layout.ts';
import type { Carry } from './drag/use-carry.ts';
import { FilterBar } from './filter/filter-bar.tsx';
import { NothingMatches } from './filter/nothing-matches.tsx';
import { OverdueNotice } from './move/overdue-notice.tsx';
import { setListState } from './order/list-store.ts';
import { ListTable } from './table/list-table.tsx';
import { ColumnHeads } from './table/column-heads.tsx';
import type { ListModel } from './list-page.tsx';

const NO_BIRTHS: ReadonlyMap<string, number> = new Map();

export interface ListBodyProps {
  list: ListModel;
  carry: Carry;
  tableRef: RefObject<HTMLDivElement | null>;
  onSelect(studyUid: string): void;
  onOpen(item: WorklistItem): void;
  onMenu(): void;
  onReveal(): void;
  onClear(): void;
  onColumns(): void;
}

export function ListBody({ list, carry, tableRef, onSelect, onOpen, onMenu, onReveal, onClear, onColumns }: ListBodyProps) {
  const { worklist, shown, tableTop } = list;
  useLayoutEffect(() => {
    const measure = () => {
      tableTop.current = tableRef.current?.getBoundingClientRect().top ?? 0;
    };
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [tableRef, tableTop]);
  return (
    <section aria-label="Worklist" className="flex h-full min-h-0 flex-col">
      <h1 className="sr-only">Worklist</h1>
      <FilterBar filters={list.filters} hiddenCritical={list.counts.hiddenCritical} revealed={list.reveal} onChange={(filters) => setListState({ filters })} onMenu={onMenu} onReveal={onReveal} onClear={onClear} />
      <div ref={tableRef} className="relative min-h-0 flex-1">
        {worklist.feed === null ? <NotLoaded list={list} /> : list.visible.length === 0 && shown.shown.main.length === 0 && shown.shown.lane.length === 0 ? <NothingHere list={list} /> : (
          <ListTable
            key={list.listKey}
            items={shown.items}
            present={shown.present}
            shown={shown.shown}
            rowPx={list.rowPx}
            hiddenCritical={list.reveal ? 0 : list.counts.hiddenCritical}
            selected={list.selected}
            hand={list.hand}
            bornAt={worklist.feed.bornAt ?? NO_BIRTHS}
            me={list.me}
            layout={list.layout}
            onColumns={onColumns}
            carry={carry}
            entries={list.entries}
            foot={<Foot list={list} />}
            onSelect={onSelect}
            onOpen={onOpen}
          />
        )}
        <OverdueNotice items={worklist.feed?.view.items ?? []} onSelect={onSelect} />
        <PathNotice />
        <WaitingPill list={list} />
      </div>
    </section>
  );
}

/** Changes that would move the row under the hand. It floats: it takes no room from the list. */
function WaitingPill({ list }: { list: ListModel }) {
  const { waiting, catchUp } = list.shown;
  return (
    <div role="status" className="pointer-events-none absolute inset-x-0 bottom-3 z-30 flex justify-center">
      {waiting > 0 && (
        <button
          type="button"
          onClick={() => {
            list.hand.letGo();
            catchUp();
          }}
          className="pointer-events-auto flex h-7 items-center gap-2 rounded-full border border-accent bg-accent-wash px-3 text-xs shadow-lg shadow-black"
        >
          {waiting === 1 ? '1 change' : `${waiting.toLocaleString('en')} changes`} <Kbd keys="." />
        </button>
      )}
    </div>
  );
}

function Foot({ list }: { list: ListModel }) {
  const { view } = list.worklist.feed ?? { view: null };
  const more = view?.more === true;
  const shown = list.open.toLocaleString('en');
  const total = list.total.toLocaleString('en');
  const { signed, at } = list.archive;
  const counted = list.open === list.total ? `${total} ${list.total === 1 ? 'study' : 'studies'}` : `${shown} of ${total} studies`;
  return (
    <div role="row" className="nums px-3 py-3 text-xs text-muted">
      <span role="gridcell">{more ? `${total} studies loaded, more are coming` : counted}{signed.length > 0 && `, and ${signed.length.toLocaleString('en')} signed as found at ${clockText(at)}`}</span>
    </div>
  );
}

function NotLoaded({ list }: { list: ListModel }) {
  const problem = list.worklist.problem;
  if (problem?.kind === 'forbidden') return <Notice kind="forbidden" title="Your role has no list">{problem.text}</Notice>;
  if (problem) {
    return (
      <Notice kind={problem.kind === 'offline' ? 'offline' : 'problem'} title="The list could not be loaded" action={<Button onClick={list.worklist.refetch}>Try again</Button>}>
        {problem.text}
      </Notice>
    );
  }
  return <ListSkeleton rowPx={list.rowPx} layout={list.layout} />;
}

/** As the list will stand: heads, lane line, rows of the same height. */
export function ListSkeleton({ rowPx, layout }: { rowPx: number; layout: ListLayout }) {
  return (
    <div aria-busy="true" aria-label="Loading the list" className="h-full overflow-hidden [container:list/inline-size]">
      <ColumnHeads layout={layout} />
      <div className="h-7 border-b border-line bg-raised" />
      {Array.from({ length: 24 }, (_, index) => (
        <div key={index} className="flex items-center border-b border-line px-3" style={{ height: rowPx }}>
          <Skeleton className="h-4 w-full" />
        </div>
      ))}
    </div>
  );
}

function NothingHere({ list }: { list: ListModel }) {
  if (list.total > 0) return <NothingMatches filters={list.filters} counts={list.counts} total={list.total} loading={list.worklist.feed?.view.more === true} onChange={(filters) => setListState({ filters })} />;
  return (
    <Notice kind="empty" title="No studies yet">
      Send one to the edge node: AE title <code className="font-mono text-text">READROOM</code>, port <code className="font-mono text-text">11112</code>, or run{' '}
      <code className="font-mono text-text">npm run send-study -- FOLDER</code>. It appears here by itself within seconds.
    </Notice>
  );
}
