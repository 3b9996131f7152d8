'use client';

import { TextField } from '../../ui/field.tsx';
import { localInputText, momentOfInput } from '../../lib/time.ts';
import type { Filters } from './filters.ts';

/** A span of arrival between two moments, on the reader's own clock. */
export function ReceivedFields({ filters, onChange }: { filters: Filters; onChange(filters: Filters): void }) {
  const { received } = filters.filter;
  const span = received !== null && 'from' in received ? received : { from: null, to: null };
  const set = (change: Partial<typeof span>) => {
    const next = { ...span, ...change };
    onChange({ ...filters, filter: { ...filters.filter, received: next.from === null && next.to === null ? null : next } });
  };
  const isEmpty = span.from !== null && span.to !== null && span.from >= span.to;
  return (
    <div className="grid grid-cols-2 gap-3 border-t border-line px-4 py-3">
      <TextField label="Arrived from" type="datetime-local" max="9999-12-31T23:59" value={localInputText(span.from)} onChange={(event) => set({ from: momentOfInput(event.target.value) })} />
      <TextField label="Arrived before" type="datetime-local" max="9999-12-31T23:59" value={localInputText(span.to)} error={isEmpty ? 'Nothing can arrive before the beginning: choose a later end.' : undefined} onChange={(event) => set({ to: momentOfInput(event.target.value) })} />
    </div>
  );
}
