'use client';

import { useState } from 'react';
import { listNameSchema, type SavedList } from '@readroom/shared/worklist/saved-list';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { chipsOf } from '../filter/facet-text.ts';
import { activeList } from './list-address.ts';
import type { Filters } from '../filter/filters.ts';
import type { SavedListsHand } from './use-saved-lists.ts';

export interface SavedDialogProps {
  open: boolean;
  saved: SavedListsHand;
  filters: Filters;
  me: string;
  /** An administrator removes shared lists of members who have left. */
  mayRemoveAll: boolean;
  onOpenChange(open: boolean): void;
}

/** Keeps the filter in force under a name, and looks after the lists that are kept. */
export function SavedDialog({ open, onOpenChange, ...body }: SavedDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Saved lists" width="wide">
      {open && <SaveForm {...body} />}
      {open && <ListTable {...body} />}
    </Dialog>
  );
}

type BodyProps = Omit<SavedDialogProps, 'open' | 'onOpenChange'>;

function SaveForm({ saved, filters }: BodyProps) {
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const [error, setError] = useState<string>();
  const chips = chipsOf(filters);
  const known = activeList(saved.lists, filters);
  const save = (event: React.FormEvent) => {
    event.preventDefault();
    const parsed = listNameSchema.safeParse(name);
    setError(parsed.error?.issues[0]?.message);
    if (!parsed.success) return;
    // The hook's toast says what went wrong; what was typed stays.
    saved.save({ name: parsed.data, filter: filters.filter, shared }).then(() => setName(''), () => undefined);
  };
  if (chips.length === 0) return <p className="p-4 text-muted">Filter the list first; what you see then can be kept under a name.</p>;
  return (
    <form onSubmit={save} className="flex flex-col gap-3 p-4">
      <p className="text-muted">{chips.map(({ title, text }) => `${title}: ${text}`).join(' · ')}</p>
      {known !== null && <p className="text-muted">Kept already as <bdi className="text-text">{known.name}</bdi>.</p>}
      <div className="flex items-start gap-3">
        <div className="flex-1">
          <TextField autoFocus label="Name of the list (no patient’s name)" value={name} error={error} maxLength={60} autoComplete="off" onChange={(event) => setName(event.target.value)} />
        </div>
        <label className="mt-[22px] flex h-9 items-center gap-2">
          <input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} /> Share with the hospital
        </label>
        <Button type="submit" tone="primary" busy={saved.busy} className="mt-[23px]">Save</Button>
      </div>
    </form>
  );
}

function ListTable({ saved, filters, me, mayRemoveAll }: BodyProps) {
  if (saved.lists.length === 0) return null;
  return (
    <ul aria-label="Lists" className="max-h-[44vh] overflow-y-auto border-t border-line p-2">
      {saved.lists.map((list) => (
        <ListRow key={list.id} list={list} saved={saved} filters={filters} isMine={list.owner.id === me} mayRemove={mayRemoveAll || list.owner.id === me} />
      ))}
    </ul>
  );
}

function ListRow({ list, saved, filters, isMine, mayRemove }: { list: SavedList; saved: SavedListsHand; filters: Filters; isMine: boolean; mayRemove: boolean }) {
  const [name, setName] = useState<string | null>(null);
  const isDefault = saved.defaultId === list.id;
  const rename = () => {
    if (name !== null && name.trim() !== '' && name.trim() !== list.name) saved.change({ id: list.id, name });
    setName(null);
  };
  return (
    <li className="flex h-10 items-center gap-2 rounded px-2 hover:bg-raised-2">
      {name === null ? (
        <span className="min-w-0 flex-1 truncate">
          <bdi>{list.name}</bdi> <span className="text-xs text-muted">{isMine ? (list.shared ? 'shared with the hospital' : '') : `shared by ${list.owner.name}`}</span>
        </span>
      ) : (
        <form
          className="flex-1"
          onSubmit={(event) => {
            event.preventDefault();
            rename();
          }}
        >
          <input autoFocus aria-label={`New name of ${list.name}`} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} onBlur={rename} className="h-7 w-full rounded border border-line-strong bg-surface px-2" />
        </form>
      )}
      <Button size="small" tone={isDefault ? 'plain' : 'ghost'} aria-pressed={isDefault} onClick={() => saved.setDefault(isDefault ? null : list.id)}>Opens first</Button>
      {isMine && (
        <>
          <Button size="small" tone="ghost" onClick={() => setName(list.name)}>Rename</Button>
          <Button size="small" tone="ghost" disabled={chipsOf(filters).length === 0 || activeList([list], filters) !== null} onClick={() => saved.change({ id: list.id, filter: filters.filter })}>Use this filter</Button>
          <Button size="small" tone="ghost" onClick={() => saved.change({ id: list.id, shared: !list.shared })}>{list.shared ? 'Unshare' : 'Share'}</Button>
        </>
      )}
      {mayRemove && <Button size="small" tone="ghost" onClick={() => saved.remove(list.id)}>Delete</Button>}
    </li>
  );
}
