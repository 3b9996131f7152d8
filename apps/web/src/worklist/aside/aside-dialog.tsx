'use client';

import { useState, type FormEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { HOUR_MS, MINUTE_MS } from '@readroom/shared/clock';
import { MAX_NOTE } from '@readroom/shared/priority/move';
import type { PutAside } from '@readroom/shared/worklist/aside';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { api } from '../../lib/api.ts';
import { patientTitle } from '../../lib/person.ts';
import { problemOf } from '../../lib/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices, TextField } from '../../ui/field.tsx';

/** What is most often waited for; anything else is typed. */
const NOTES = ['Waits for priors', 'Waits for more images', 'Waits for the clinician', 'To discuss'] as const;
const SPANS = { '15 min': 15 * MINUTE_MS, '30 min': 30 * MINUTE_MS, '1 h': HOUR_MS, '4 h': 4 * HOUR_MS, 'I take it up': null } as const;
type Span = keyof typeof SPANS;
const SPAN_NAMES = Object.keys(SPANS) as Span[];

interface AsideDialogProps {
  readonly item: WorklistItem | null;
  onClose(): void;
  onDone(item: WorklistItem): void;
}

/** Why and until when. Enter puts it aside with what is chosen; Escape leaves everything as it was. */
export function AsideDialog({ item, onClose, onDone }: AsideDialogProps) {
  return (
    <Dialog open={item !== null} onOpenChange={(open) => !open && onClose()} title="Put aside" description="It stays yours and keeps its place on the list. Everybody sees why.">
      {item !== null && <AsideForm item={item} onDone={onDone} />}
    </Dialog>
  );
}

function AsideForm({ item, onDone }: { item: WorklistItem; onDone(item: WorklistItem): void }) {
  const [note, setNote] = useState<string>(NOTES[0]);
  const [span, setSpan] = useState<Span>('30 min');
  const [missing, setMissing] = useState(false);
  const put = useMutation({ mutationFn: (request: PutAside) => api.putAside(request), onSuccess: () => onDone(item) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(note.trim() === '');
    if (note.trim() !== '') put.mutate({ studyId: item.studyId, note, forMs: SPANS[span] });
  };
  const chosen = NOTES.find((one) => one === note) ?? '';
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 p-4" noValidate>
      <p className="truncate">
        <bdi className="font-medium">{patientTitle(item)}</bdi> <span className="text-muted">{item.modality} · {item.description}</span>
      </p>
      {item.tier === 0 && <p className="text-critical-text">It has an open critical finding: it stays among the critical ones, and its alert goes on.</p>}
      <Choices label="Why?" value={chosen} onChange={setNote} choices={NOTES.map((value) => ({ value, label: value }))} />
      <TextField label="In your words" maxLength={MAX_NOTE} value={note} error={missing ? 'Say why in a few words.' : undefined} onChange={(event) => setNote(event.target.value)} />
      <Choices label="Until" value={span} onChange={(value: Span) => setSpan(value)} choices={SPAN_NAMES.map((value) => ({ value, label: value }))} />
      <p role="alert" className="min-h-[18px] text-critical-text">
        {put.error ? problemOf(put.error).text : ''}
      </p>
      <div className="flex justify-end">
        <Button type="submit" tone="primary" busy={put.isPending} autoFocus>
          Put aside
        </Button>
      </div>
    </form>
  );
}
