'use client';

import { useState, type FormEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { HOUR_MS } from '@readroom/shared/clock';
import { MAX_NOTE, MOVE_REASON_TEXT, moveReasonSchema, type MoveReason, type MoveRequest } from '@readroom/shared/priority/move';
import { api } from '../../lib/api.ts';
import { patientTitle } from '../../lib/person.ts';
import { problemOf } from '../../lib/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices, TextField } from '../../ui/field.tsx';
import type { Moving } from './use-moves.ts';

const HOURS = ['1', '4', '12', '24'] as const;

/** Why and for how long. Enter moves at once with what is chosen; Escape leaves everything as it was. */
export function MoveDialog({ moving, onClose, onMoved }: { moving: Moving | null; onClose(): void; onMoved(): void }) {
  return (
    <Dialog open={moving !== null} onOpenChange={(open) => !open && onClose()} title={moving?.title ?? 'Move'} description="Say why and for how long. Everybody sees it.">
      {moving !== null && <MoveForm moving={moving} onMoved={onMoved} />}
    </Dialog>
  );
}

function MoveForm({ moving, onMoved }: { moving: Moving; onMoved(): void }) {
  const { item } = moving;
  const [reason, setReason] = useState<MoveReason>('clinician-waits');
  const [note, setNote] = useState('');
  const [hours, setHours] = useState<(typeof HOURS)[number]>('4');
  const [missing, setMissing] = useState(false);
  const move = useMutation({ mutationFn: (request: MoveRequest) => api.move(request), onSuccess: onMoved });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isMissing = reason === 'other' && note.trim() === '';
    setMissing(isMissing);
    if (!isMissing) move.mutate({ studyId: item.studyId, move: moving.move, reason, note, forMs: Number(hours) * HOUR_MS, replacing: item.override?.id ?? null });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 p-4" noValidate>
      <p className="truncate">
        <bdi className="font-medium">{patientTitle(item)}</bdi> <span className="text-muted">{item.modality} · {item.description}</span>
      </p>
      <Choices label="Why?" value={reason} onChange={(value: MoveReason) => setReason(value)} choices={moveReasonSchema.options.map((value) => ({ value, label: MOVE_REASON_TEXT[value] }))} />
      <TextField label={reason === 'other' ? 'Reason' : 'More (optional)'} maxLength={MAX_NOTE} value={note} error={missing ? 'Say why in a few words.' : undefined} onChange={(event) => setNote(event.target.value)} />
      <Choices label="For how long?" value={hours} onChange={(value: (typeof HOURS)[number]) => setHours(value)} choices={HOURS.map((value) => ({ value, label: `${value} h` }))} />
      <p role="alert" className="min-h-[18px] text-critical-text">
        {move.error ? problemOf(move.error).text : ''}
      </p>
      <div className="flex justify-end">
        <Button type="submit" tone="primary" busy={move.isPending} autoFocus>
          Move
        </Button>
      </div>
    </form>
  );
}
