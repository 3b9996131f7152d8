'use client';

import { useState, type FormEvent } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { canarySettingSchema, type PathView } from '@readroom/shared/alert/canary';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { spanText } from '../../lib/time.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { PATH_KEY } from './use-path.ts';

const OFF = 'off';
const EVERY_MS = [5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS];
const LIMITS_MS = [30 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS, 10 * MINUTE_MS];

/** How often, how long it may take, and whom readers call: read by IT, set by an administrator. */
export function PathSetting({ view }: { view: PathView }) {
  const session = useSession();
  if (session.may('hospital.configure')) return <SettingForm view={view} />;
  const { everyMs, limitMs, contact } = view;
  return (
    <p className="text-muted">
      {everyMs === null ? 'Switched off' : `Every ${spanText(everyMs)}`}, within {spanText(limitMs)}. Readers are told to call {contact === '' ? 'hospital IT' : contact}. An administrator can change this.
    </p>
  );
}

function SettingForm({ view }: { view: PathView }) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState({ everyMs: view.everyMs, limitMs: view.limitMs, contact: view.contact });
  const save = useMutation({
    mutationFn: api.changePath,
    onSuccess: (next) => {
      queryClient.setQueryData(PATH_KEY, next);
    },
  });
  const wanted = canarySettingSchema.safeParse(draft);
  const isChanged = draft.everyMs !== view.everyMs || draft.limitMs !== view.limitMs || draft.contact.trim() !== view.contact;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted.success) save.mutate(wanted.data);
  };
  return (
    <form aria-label="How the path is proved" onSubmit={submit} className="flex flex-wrap items-end gap-3">
      <div className="w-44">
        <SelectField label="A canary runs" value={draft.everyMs === null ? OFF : String(draft.everyMs)} options={everyChoices(view.everyMs)} onChange={(value) => setDraft((before) => ({ ...before, everyMs: value === OFF ? null : Number(value) }))} />
      </div>
      <div className="w-36">
        <SelectField label="Broken after" value={String(draft.limitMs)} options={choices(LIMITS_MS, view.limitMs)} onChange={(value) => setDraft((before) => ({ ...before, limitMs: Number(value) }))} />
      </div>
      <div className="min-w-60 flex-1">
        <TextField label="Whom readers call while it is broken" placeholder="hospital IT" maxLength={120} value={draft.contact} onChange={(event) => setDraft((before) => ({ ...before, contact: event.target.value }))} />
      </div>
      <Button type="submit" className="h-9" busy={save.isPending} disabled={!wanted.success || !isChanged}>
        Save
      </Button>
      {draft.everyMs === null && <p className="w-full text-urgent-text">Switched off, nobody is told when alerts no longer arrive.</p>}
      {save.error && <p className="w-full text-critical-text">{problemOf(save.error).text}</p>}
    </form>
  );
}

/** The usual ones, and the one in force where it is none of them. */
function choices(usual: readonly number[], now: number) {
  return [...new Set([...usual, now])].sort((a, b) => a - b).map((ms) => ({ value: String(ms), label: spanText(ms) }));
}

function everyChoices(everyMs: number | null) {
  return [{ value: OFF, label: 'never (off)' }, ...choices(EVERY_MS, everyMs ?? EVERY_MS[0] ?? 0).map(({ value, label }) => ({ value, label: `every ${label}` }))];
}
