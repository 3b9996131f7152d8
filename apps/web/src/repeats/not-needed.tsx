import { useState, type FormEvent } from 'react';
import { settleRepeatSchema, type Repeat, type SettleRepeat } from '@readroom/shared/quality/repeat';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';

/** Why a series need not be taken again: the reason is asked for and kept. */
export function NotNeededDialog({ repeat, busy, onClose, onSettle }: { repeat: Repeat | null; busy: boolean; onClose(): void; onSettle(answer: SettleRepeat): void }) {
  return (
    <Dialog open={repeat !== null} onOpenChange={(open) => !open && onClose()} title="No repeat is needed" description="Say why the series need not be taken again.">
      {repeat !== null && <Form key={repeat.id} id={repeat.id} busy={busy} onSettle={onSettle} />}
    </Dialog>
  );
}

function Form({ id, busy, onSettle }: { id: string; busy: boolean; onSettle(answer: SettleRepeat): void }) {
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const answer = settleRepeatSchema.safeParse({ id, outcome: 'not-needed', reason });
    setProblem(answer.success ? undefined : 'Say why, in 3 to 300 characters.');
    if (answer.success) onSettle(answer.data);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 p-4" noValidate>
      <TextField label="Reason" autoFocus value={reason} error={problem} hint="For example: the question is answered by these pictures. Don’t name the patient." onChange={(event) => setReason(event.target.value)} />
      <Button type="submit" tone="primary" className="self-end" busy={busy}>
        Not needed
      </Button>
    </form>
  );
}
