'use client';

import type { Binding } from '../keys/registry.ts';

export interface ListDeeds {
  move(step: number): void;
  toEnd(which: 'first' | 'last'): void;
  open(): void;
  claim(): void;
  putAside(): void;
  raise(): void;
  lower(): void;
  pin(): void;
  carry(): void;
  takeBack(): void;
  why(): void;
  search(): void;
  filter(): void;
  reveal(): void;
  saved(): void;
  columns(): void;
  catchUp(): void;
  clear(): void;
}

/** The keys of the list as a table. */
export function listBindings(deeds: ListDeeds): Binding[] {
  const list = { context: 'list' } as const;
  return [
    { ...list, id: 'list.next', keys: ['j', 'ArrowDown'], label: 'Next study', hidden: true, run: () => deeds.move(1) },
    { ...list, id: 'list.previous', keys: ['k', 'ArrowUp'], label: 'Previous study', hidden: true, run: () => deeds.move(-1) },
    { ...list, id: 'list.page-down', keys: ['PageDown'], label: 'Ten studies on', hidden: true, run: () => deeds.move(10) },
    { ...list, id: 'list.page-up', keys: ['PageUp'], label: 'Ten studies back', hidden: true, run: () => deeds.move(-10) },
    { ...list, id: 'list.first', keys: ['Home'], label: 'First study', run: () => deeds.toEnd('first') },
    { ...list, id: 'list.last', keys: ['End'], label: 'Last study', run: () => deeds.toEnd('last') },
    { ...list, id: 'list.open', keys: ['Enter'], label: 'Open the study', run: deeds.open },
    { ...list, id: 'list.claim', keys: ['c'], label: 'Claim the study, or give it back', run: deeds.claim },
    { ...list, id: 'list.aside', keys: ['p'], label: 'Put the study aside with a note, or take it up again', run: deeds.putAside },
    { ...list, id: 'list.raise', keys: ['Shift+k', 'Shift+ArrowUp'], label: 'Raise the study by one row', run: deeds.raise },
    { ...list, id: 'list.lower', keys: ['Shift+j', 'Shift+ArrowDown'], label: 'Lower the study by one row', run: deeds.lower },
    { ...list, id: 'list.pin', keys: ['t'], label: 'Move the study to the top', run: deeds.pin },
    { ...list, id: 'list.carry', keys: ['m'], label: 'Take the study to another place with the arrow keys', run: deeds.carry },
    { ...list, id: 'list.take-back', keys: ['u'], label: 'Take the study’s move back', run: deeds.takeBack },
    { ...list, id: 'list.why', keys: ['w'], label: 'Read why the study is here', run: deeds.why },
    { ...list, id: 'list.search', keys: ['/'], label: 'Search the list', run: deeds.search },
    { ...list, id: 'list.filter', keys: ['f'], label: 'Filter the list', run: deeds.filter },
    { ...list, id: 'list.reveal', keys: ['!'], label: 'Show critical studies outside the filter, or hide them again', run: deeds.reveal },
    { ...list, id: 'list.saved', keys: ['s'], label: 'Save this list, or look after saved lists', run: deeds.saved },
    { ...list, id: 'list.columns', keys: ['v'], label: 'Choose columns, widths, their order and the density', run: deeds.columns },
    { ...list, id: 'list.catch-up', keys: ['.'], label: 'Show waiting changes', run: deeds.catchUp },
    { ...list, id: 'list.clear', keys: ['Escape'], label: 'Clear search and filters', run: deeds.clear },
  ];
}
