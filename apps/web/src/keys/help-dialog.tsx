'use client';

import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/marks/marks.tsx';
import { comboOf, comboText } from './combo.ts';
import { useActiveBindings, useRemap } from './keys.tsx';
import { KEY_CONTEXTS, type Binding, type KeyContext } from './registry.ts';
import { loadRemap, saveRemap } from './remap-store.ts';

const CONTEXT_TITLE: { readonly [C in KeyContext]: string } = {
  everywhere: 'Everywhere',
  list: 'In the list',
  study: 'In a study',
  viewer: 'In the viewer',
  report: 'In the report',
  alerts: 'In the alerts',
};

/** The keys that work here, each of which a person may change. */
export function HelpDialog({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const bindings = useActiveBindings();
  const remap = useRemap();
  const [changing, setChanging] = useState<string | null>(null);
  const apply = (keys: ReturnType<typeof loadRemap>) => {
    saveRemap(keys);
    remap(keys);
    setChanging(null);
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys that work here" width="wide">
      <div className="columns-1 gap-6 p-4 sm:columns-2">
        {[...KEY_CONTEXTS].reverse().map((context) => (
          <KeyGroup
            key={context}
            title={CONTEXT_TITLE[context]}
            bindings={bindings.filter((binding) => binding.context === context)}
            changing={changing}
            onChange={setChanging}
            onKeys={(id, keys) => apply({ ...loadRemap(), [id]: [keys] })}
          />
        ))}
      </div>
      <div className="flex items-center justify-between border-t border-line px-4 py-2 text-xs text-muted">
        <span>Select a key to change it on this computer.</span>
        <Button size="small" tone="ghost" onClick={() => apply({})}>
          Restore all keys
        </Button>
      </div>
    </Dialog>
  );
}

interface GroupProps {
  title: string;
  bindings: readonly Binding[];
  changing: string | null;
  onChange(id: string | null): void;
  onKeys(id: string, keys: string): void;
}

function KeyGroup({ title, bindings, changing, onChange, onKeys }: GroupProps) {
  if (bindings.length === 0) return null;
  return (
    <section className="mb-4 break-inside-avoid">
      <h3 className="mb-1 text-xs font-medium text-muted">{title}</h3>
      <ul>
        {bindings.map((binding) => (
          <li key={binding.id} className="flex h-7 items-center justify-between gap-4">
            <span className="truncate">{binding.label}</span>
            <KeyButton binding={binding} waiting={changing === binding.id} onChange={onChange} onKeys={onKeys} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'Meta']);

function KeyButton({ binding, waiting, onChange, onKeys }: { binding: Binding; waiting: boolean } & Pick<GroupProps, 'onChange' | 'onKeys'>) {
  return (
    <button
      type="button"
      aria-label={`${binding.label}: ${binding.keys.map(comboText).join(' or ')}. Change`}
      className="flex min-w-10 justify-end gap-1.5 rounded px-1 hover:bg-raised-2"
      onClick={() => onChange(waiting ? null : binding.id)}
      onBlur={() => waiting && onChange(null)}
      onKeyDown={(event) => {
        if (!waiting || MODIFIERS.has(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        if (event.key === 'Escape') onChange(null);
        else onKeys(binding.id, comboOf(event));
      }}
    >
      {waiting ? <span className="text-xs text-accent">Press a key</span> : binding.keys.map((keys) => <Kbd key={keys} keys={comboText(keys)} />)}
    </button>
  );
}
