'use client';

import { useId, useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/marks/marks.tsx';
import { cx } from '../ui/cx.ts';
import { comboText } from './combo.ts';
import { useActiveBindings } from './keys.tsx';

/** Something the palette can do beside the bound keys, e.g. open a study. Never kept, never in an address. */
export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly keys?: string;
  run(): void;
}

const MAX_SHOWN = 40;

/** Those whose words all occur, in the order given. */
export function matchEntries(entries: readonly PaletteEntry[], typed: string): PaletteEntry[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const matches = entries.filter((entry) => {
    const text = `${entry.label} ${entry.detail ?? ''}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
  return matches.slice(0, MAX_SHOWN);
}

/** Everything that can be done here, found by typing. */
export function Palette({ open, onOpenChange, extra }: { open: boolean; onOpenChange(open: boolean): void; extra: readonly PaletteEntry[] }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Everything Readroom can do here" hideTitle place="top" width="wide">
      {open && <PaletteBody extra={extra} onDone={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function PaletteBody({ extra, onDone }: { extra: readonly PaletteEntry[]; onDone(): void }) {
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [index, setIndex] = useState(0);
  const commands = useActiveBindings().filter((binding) => !binding.hidden);
  const entries = [...commands.map((binding) => ({ id: binding.id, label: binding.label, keys: binding.keys[0] ?? '', run: binding.run })), ...extra];
  const shown = matchEntries(entries, typed);
  const at = Math.min(index, Math.max(0, shown.length - 1));
  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    onDone();
    entry.run();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setIndex((at + 1) % Math.max(1, shown.length));
    else if (event.key === 'ArrowUp') setIndex((at - 1 + shown.length) % Math.max(1, shown.length));
    else if (event.key === 'Enter') choose(shown[at]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        autoFocus
        role="combobox"
        aria-label="What do you want to do?"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={shown[at] ? `${listId}-${at}` : undefined}
        placeholder="Type a command or a patient"
        autoComplete="off"
        spellCheck={false}
        className="h-11 w-full border-b border-line bg-transparent px-4 text-[15px] outline-none placeholder:text-muted"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setIndex(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={listId} role="listbox" aria-label="Commands and studies" className="h-[46vh] overflow-y-auto p-1.5">
        {shown.map((entry, position) => (
          <PaletteRow key={entry.id} id={`${listId}-${position}`} entry={entry} selected={position === at} onChoose={() => choose(entry)} />
        ))}
        {shown.length === 0 && <li className="p-4 text-center text-muted">Nothing of that name. Studies are found only among those in your list.</li>}
      </ul>
    </>
  );
}

function PaletteRow({ id, entry, selected, onChoose }: { id: string; entry: PaletteEntry; selected: boolean; onChoose(): void }) {
  return (
    <li
      id={id}
      role="option"
      aria-selected={selected}
      ref={(node) => {
        if (selected) node?.scrollIntoView?.({ block: 'nearest' });
      }}
      onClick={onChoose}
      className={cx('flex h-9 cursor-pointer items-center gap-3 rounded px-2.5', selected ? 'bg-accent-wash' : 'hover:bg-raised-2')}
    >
      <bdi className="truncate">{entry.label}</bdi>
      {entry.detail !== undefined && <bdi className="truncate text-muted">{entry.detail}</bdi>}
      {entry.keys !== undefined && entry.keys !== '' && (
        <span className="ml-auto">
          <Kbd keys={comboText(entry.keys)} />
        </span>
      )}
    </li>
  );
}
