import { useState } from 'react';
import { problemOf } from '../lib/problem.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';

interface SavePolicyProps {
  /** The number it will have. */
  readonly next: number;
  readonly busy: boolean;
  readonly error: unknown;
  onSave(reason: string): void;
}

/** Asks why, and only then makes it the next version. */
export function SavePolicy({ next, busy, error, onSave }: SavePolicyProps) {
  const [reason, setReason] = useState('');
  return (
    <>
      <div className="flex items-end gap-3">
        <div className="flex-1">
          <TextField label="Why it is changed (stands in the history)" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
        </div>
        <Button className="h-9" tone="primary" busy={busy} disabled={reason.trim().length < 3} onClick={() => onSave(reason)}>
          Make it policy {next}
        </Button>
      </div>
      {error !== null && <p className="text-critical-text">{problemOf(error).text}</p>}
    </>
  );
}
