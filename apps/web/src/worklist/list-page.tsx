'use client';

import { useCallback, useMemo, useRef, useState } from 'react';
import { useRouter } from 'next/navigation';
import { compareRanked } from '@readroom/shared/priority/rank';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { useKeys } from '../keys/keys.tsx';
import { ROW_PX, useDensity } from '../lib/density.ts';
import { useNarrow } from '../lib/narrow.ts';
import { gatewayNow, useTicking } from '../lib/ticker.ts';
import { useSession } from '../session/session.tsx';
import { Pane, PaneGroup, PaneHandle } from '../ui/layout/panels.tsx';
import { useListAddress } from './saved/list-address.ts';
import { SavedDialog } from './saved/saved-dialog.tsx';
import { SavedRail } from './saved/saved-rail.tsx';
import { useSavedLists } from './saved/use-saved-lists.ts';
import { useArchiveSearch } from './search/use-search.ts';
import { useMatching, useWorklist } from './feed/use-worklist.ts';
import { ListBody } from './list-body.tsx';
import { listBindings } from './list-keys.ts';
import { countItems, filterItems, NO_FILTERS, type Filters, type Viewer } from './filter/filters.ts';
import { ColumnsDialog } from './columns/columns-dialog.tsx';
import { layoutOf, STACKED_PX } from './columns/layout.ts';
import { useListView } from './columns/use-list-view.ts';
import { sectionsOf } from './drag/places.ts';
import { useCarry } from './drag/use-carry.ts';
import { FilterMenu } from './filter/filter-menu.tsx';
import { setListState, useListState } from './order/list-store.ts';
import { useHand } from './order/use-hand.ts';
import { isInLane } from './order/placement.ts';
import { useShown } from './order/use-shown.ts';
import { FilterRail } from './rail/filter-rail.tsx';
import { laneHeightPx } from './table/critical-lane.tsx';
import { HEAD_PX } from './table/list-table.tsx';
import { entriesOf, neighbour } from './table/rows.ts';
import { AsideDialog } from './aside/aside-dialog.tsx';
import { useAside } from './aside/use-aside.ts';
import { useClaim } from './use-claim.ts';
import { OnePane } from './one-pane.tsx';
import { MoveDialog } from './move/move-dialog.tsx';
import { useMoves, type Moving } from './move/use-moves.ts';
import { Explanation } from './why/explanation.tsx';

function setFilters(filters: Filters): void {
  setListState({ filters });
}

const NO_ITEMS: readonly WorklistItem[] = [];

export function ListPage() {
  const session = useSession();
  const list = useListModel();
  const saved = useSavedLists();
  const claim = useClaim();
  useListAddress(saved.loaded, list.filters, setFilters);
  const deeds = useDeeds(list, claim);
  useKeys(listBindings(deeds.carry.keys(deeds.keys)));
  const selectedItem = list.selected === null ? null : (list.shown.items.get(list.selected) ?? null);
  const moved = () => {
    deeds.moves.close();
    list.hand.letGo();
  };
  const table = <ListBody list={list} carry={deeds.carry} onSelect={deeds.select} onOpen={deeds.open} onMenu={deeds.keys.filter} onReveal={deeds.keys.reveal} onClear={deeds.keys.clear} onColumns={deeds.keys.columns} tableRef={deeds.tableRef} />;
  const why = <Explanation item={selectedItem} me={session.user.id} mayOpen={session.may('study.view')} onOpen={deeds.open} onClaim={claim} onAside={deeds.aside.toggle} whyRef={deeds.whyRef} />;
  const dialogs = (
    <>
      <FilterMenu open={deeds.panels.menuOpen} filters={list.filters} counts={list.counts} onChange={setFilters} onOpenChange={deeds.panels.setMenuOpen} />
      <SavedDialog open={deeds.panels.savedOpen} saved={saved} filters={list.filters} me={session.user.id} mayRemoveAll={session.may('members.manage')} onOpenChange={deeds.panels.setSavedOpen} />
      <ColumnsDialog open={deeds.panels.columnsOpen} hand={list.look} onOpenChange={deeds.panels.setColumnsOpen} />
      <MoveDialog moving={deeds.moves.moving} onClose={deeds.moves.close} onMoved={moved} />
      <AsideDialog item={deeds.aside.putting} onClose={deeds.aside.close} onDone={deeds.aside.done} />
    </>
  );
  if (list.narrow) return <OnePane why={selectedItem === null ? null : why} onBack={() => setListState({ selected: null })}>{table}{dialogs}</OnePane>;
  return (
    <PaneGroup id="list" paneIds={['rail', 'table', 'why']}>
      <Pane id="rail" defaultSize="178px" minSize="150px" maxSize="360px" fixed>
        <FilterRail
          savedLists={<SavedRail lists={saved.lists} items={list.items} filters={list.filters} viewer={list.viewer} onChange={setFilters} onManage={deeds.keys.saved} />}
          filters={list.filters}
          counts={list.counts}
          archive={list.archive}
          named={session.may('patient.identify')}
          searchRef={deeds.searchRef}
          onChange={setFilters}
        />
      </Pane>
      <PaneHandle label="Width of the filters" />
      <Pane id="table" minSize="480px">
        {table}
      </Pane>
      <PaneHandle label="Width of the explanation" />
      <Pane id="why" defaultSize="324px" minSize="280px" maxSize="720px" fixed>
        {why}
        {dialogs}
      </Pane>
    </PaneGroup>
  );
}

export type ListModel = ReturnType<typeof useListModel>;

/** Everything the list shows, from what was pushed, what is filtered, and where the hand is. */
function useListModel() {
  const session = useSession();
  const worklist = useWorklist();
  const { filters, reveal, selected } = useListState();
  const density = useDensity();
  const narrow = useNarrow();
  const look = useListView();
  const layout = useMemo(() => layoutOf(look.view, narrow), [look.view, narrow]);
  const rowPx = (narrow ? STACKED_PX : ROW_PX)[density];
  const hand = useHand();
  const minute = useTicking((now) => Math.floor(now / 60_000));
  const viewer = useMemo<Viewer>(() => ({ userId: session.user.id, now: Math.max(gatewayNow(), minute * 60_000) }), [session.user.id, minute]);
  const items = worklist.feed?.view.items ?? NO_ITEMS;
  const matching = useMatching(worklist.feed, filters.filter, viewer)?.view.items;
  const archive = useArchiveSearch(filters);
  const open = useMemo(() => filterItems(matching === undefined ? items : joined(items, matching), filters, viewer, reveal), [items, matching, filters, viewer, reveal]);
  const visible = useMemo(() => (archive.signed.length === 0 ? open : [...open, ...archive.signed]), [open, archive.signed]);
  const counts = useMemo(() => countItems(items, filters, viewer), [items, filters, viewer]);
  const held = useMemo(() => new Set([hand.hand.pointerRow, hand.hand.keyRow].filter((uid) => uid !== null)), [hand.hand.pointerRow, hand.hand.keyRow]);
  const laneRows = useMemo(() => visible.filter(isInLane).length, [visible]);
  const tableTop = useRef(0);
  const laneMayGrow = hand.hand.pointerRow === null || hand.hand.pointerY > tableTop.current + HEAD_PX + laneHeightPx(laneRows, rowPx);
  const listKey = useMemo(() => JSON.stringify([filters, reveal]), [filters, reveal]);
  const shown = useShown(visible, listKey, { held, laneMayGrow, carrying: hand.hand.carrying });
  const entries = useMemo(() => entriesOf(shown.shown, shown.items), [shown.shown, shown.items]);
  return { worklist, items, viewer, filters, archive, reveal, selected, counts, visible, shown, entries, hand, narrow, look, layout, rowPx, listKey, tableTop, me: session.user.id, open: open.length, total: items.length };
}

/** Rows that came by either way, the newer of two. */
function joined(items: readonly WorklistItem[], matching: readonly WorklistItem[]): readonly WorklistItem[] {
  const rows = new Map(matching.map((item) => [item.studyUid, item]));
  for (const item of items) if ((rows.get(item.studyUid)?.revision ?? -1) < item.revision) rows.set(item.studyUid, item);
  return [...rows.values()].sort(compareRanked);
}

function useListCarry({ shown, entries, hand }: ListModel, onDropped: (moving: Moving) => void) {
  const sections = useMemo(() => sectionsOf(shown.shown.lane, entries), [shown.shown.lane, entries]);
  return useCarry({ sections, items: shown.items, onCarry: hand.carry, onDropped });
}

/** What opens over the list. */
function usePanels() {
  const [menuOpen, setMenuOpen] = useState(false);
  const [savedOpen, setSavedOpen] = useState(false);
  const [columnsOpen, setColumnsOpen] = useState(false);
  return { menuOpen, setMenuOpen, savedOpen, setSavedOpen, columnsOpen, setColumnsOpen };
}

function useDeeds(list: ListModel, claim: (item: WorklistItem) => void) {
  const router = useRouter();
  const session = useSession();
  const searchRef = useRef<HTMLInputElement>(null);
  const panels = usePanels();
  const tableRef = useRef<HTMLDivElement>(null);
  const whyRef = useRef<HTMLElement>(null);
  const moves = useMoves(list.shown.shown, list.hand.letGo);
  const aside = useAside();
  const carry = useListCarry(list, moves.ask);
  const mayOpen = session.may('study.view');
  const { keyed, letGo } = list.hand;
  const select = useCallback((selected: string) => setListState({ selected }), []);
  const open = useCallback(
    (item: WorklistItem) => {
      setListState({ selected: item.studyUid });
      if (mayOpen) router.push(`/studies/${item.studyId}`);
    },
    [router, mayOpen],
  );
  const moveTo = (selected: string | null) => {
    if (selected === null) return;
    setListState({ selected });
    keyed(selected);
    tableRef.current?.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
  };
  const withSelected = (deed: (item: WorklistItem) => void) => () => {
    const item = list.selected === null ? undefined : list.shown.items.get(list.selected);
    if (item) deed(item);
  };
  const asideDone = (item: WorklistItem) => {
    aside.close();
    moveTo(neighbour(list.shown.shown, item.studyUid, 1));
  };
  const keys = {
    move: (step: number) => moveTo(neighbour(list.shown.shown, list.selected, step)),
    toEnd: (which: 'first' | 'last') => moveTo(neighbour(list.shown.shown, list.selected, which === 'first' ? -Infinity : Infinity)),
    open: withSelected(open),
    claim: withSelected(claim),
    putAside: withSelected(aside.toggle),
    raise: withSelected((item) => moves.begin(item, 'up')),
    lower: withSelected((item) => moves.begin(item, 'down')),
    pin: withSelected((item) => moves.begin(item, 'top')),
    carry: withSelected((item) => carry.pickUp(item.studyUid, 'keys')),
    takeBack: withSelected(moves.takeBack),
    why: () => whyRef.current?.focus(),
    search: () => searchRef.current?.focus(),
    filter: () => panels.setMenuOpen(true),
    saved: () => panels.setSavedOpen(true),
    columns: () => panels.setColumnsOpen(true),
    reveal: () => setListState({ reveal: !list.reveal }),
    catchUp: () => {
      letGo();
      list.shown.catchUp();
    },
    clear: () => setListState({ filters: { ...NO_FILTERS, list: list.filters.list } }),
  };
  return { keys, moves, aside: { ...aside, done: asideDone }, carry, select, open, whyRef, searchRef, tableRef, panels };
}
