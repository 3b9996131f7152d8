'use client';

import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/marks/marks.tsx';
import { everyWordIn, TypeToChoose } from '../ui/type-to-choose.tsx';
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
  return entries.filter((entry) => everyWordIn(`${entry.label} ${entry.detail ?? ''}`, typed)).slice(0, MAX_SHOWN);
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
  const commands = useActiveBindings().filter((binding) => !binding.hidden);
  const entries = [...commands.map((binding) => ({ id: binding.id, label: binding.label, keys: binding.keys[0] ?? '', run: binding.run })), ...extra];
  return (
    <TypeToChoose
      label="What do you want to do?"
      listLabel="Commands and studies"
      placeholder="Type a command or a patient"
      listClass="h-[46vh]"
      rowClass="h-9"
      find={(typed) => matchEntries(entries, typed)}
      onChoose={(entry) => {
        onDone();
        entry.run();
      }}
      row={(entry) => <PaletteRow entry={entry} />}
      nothing="Nothing of that name. Studies are found only among those in your list."
    />
  );
}

function PaletteRow({ entry }: { entry: PaletteEntry }) {
  return (
    <>
      <bdi className="truncate">{entry.label}</bdi>
      {entry.detail !== undefined && <bdi className="truncate text-muted">{entry.detail}</bdi>}
      {entry.keys !== undefined && entry.keys !== '' && (
        <span className="ml-auto">
          <Kbd keys={comboText(entry.keys)} />
        </span>
      )}
    </>
  );
}
