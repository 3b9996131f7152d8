'use client';

import { useState, type FormEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { closeFollowUpSchema, type CloseFollowUp, type FollowUp } from '@readroom/shared/alert/follow-up';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices, TextArea } from '../../ui/field.tsx';
import { AlertFacts } from '../screens/alert-facts.tsx';

interface CloseDialogProps {
  /** Null: nothing is being closed. */
  readonly task: FollowUp | null;
  onDone(): void;
  onClosed(): void;
}

/** AL15: what was done, or why nothing has to be; the name comes with it. */
export function CloseDialog({ task, onDone, onClosed }: CloseDialogProps) {
  return (
    <Dialog open={task !== null} onOpenChange={(open) => !open && onDone()} title="Close the follow-up">
      {task !== null && (
        <Form
          key={task.id}
          task={task}
          onClosed={() => {
            onDone();
            onClosed();
          }}
        />
      )}
    </Dialog>
  );
}

const OUTCOMES = [
  { value: 'completed', label: 'It was followed up' },
  { value: 'cancelled', label: 'Nothing has to be done' },
] as const;

function Form({ task, onClosed }: { task: FollowUp; onClosed(): void }) {
  const [status, setStatus] = useState<CloseFollowUp['status']>('completed');
  const [note, setNote] = useState('');
  const close = useMutation({ mutationFn: api.closeFollowUp, onSuccess: onClosed });
  const wanted = closeFollowUpSchema.safeParse({ id: task.id, status, note });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted.success) close.mutate(wanted.data);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 p-4">
      <AlertFacts alert={task.alert} />
      <Choices label="What happened?" value={status} choices={OUTCOMES} onChange={(chosen: CloseFollowUp['status']) => setStatus(chosen)} />
      <TextArea label={status === 'completed' ? 'What was done, with whom' : 'Why nothing has to be done'} autoFocus rows={3} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      <p role="alert" className="min-h-[18px] text-critical-text">
        {close.error ? problemOf(close.error).text : ''}
      </p>
      <Button type="submit" tone="primary" className="self-end" busy={close.isPending} disabled={!wanted.success}>
        Close the task
      </Button>
    </form>
  );
}
