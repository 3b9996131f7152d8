'use client';

import { useState } from 'react';
import type { LateEdit } from '@readroom/shared/report/report-view';
import { problemOf } from '../../lib/problem.ts';
import { absoluteText } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { reportApi } from '../report-api.ts';
import { DiffText } from './diff-text.tsx';

export interface LateEditsProps {
  readonly reportId: string;
  readonly lateEdits: readonly LateEdit[];
  readonly mayAddend: boolean;
  onAddend(edit: LateEdit): void;
  onChanged(): void;
}

/** Words that came after the signature: kept, shown, never merged. An attending makes an addendum of them or puts them aside. */
export function LateEdits({ reportId, lateEdits, mayAddend, onAddend, onChanged }: LateEditsProps) {
  const open = lateEdits.filter((edit) => edit.resolution === null);
  if (open.length === 0) return null;
  return (
    <section aria-label="Proposed addenda" className="border-b border-line px-3 py-2">
      {open.map((edit) => (
        <article key={edit.id} className="mb-2 rounded border border-urgent/60 bg-urgent-wash px-2.5 py-2">
          <p className="text-urgent-text">
            <span className="font-medium">Proposed addendum.</span> {edit.author.name} wrote this without knowing of the signature ({absoluteText(edit.at)}). It is kept and not part of the report.
          </p>
          <div className="my-2 rounded bg-surface px-2.5 py-1.5">
            <DiffText changes={edit.changes} />
          </div>
          {mayAddend ? <Answers reportId={reportId} edit={edit} onAddend={onAddend} onChanged={onChanged} /> : <p className="text-muted">An attending makes an addendum of it or puts it aside.</p>}
        </article>
      ))}
    </section>
  );
}

function Answers({ reportId, edit, onAddend, onChanged }: { reportId: string; edit: LateEdit; onAddend(edit: LateEdit): void; onChanged(): void }) {
  const [reason, setReason] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const dismiss = async (text: string): Promise<void> => {
    try {
      await reportApi.dismissLateEdit({ reportId, lateEditId: edit.id, reason: text });
      onChanged();
    } catch (error) {
      setProblem(problemOf(error).text);
    }
  };
  if (reason === null) {
    return (
      <div className="flex gap-2">
        <Button size="small" tone="primary" onClick={() => onAddend(edit)}>
          Make an addendum
        </Button>
        <Button size="small" onClick={() => setReason('')}>
          Put aside
        </Button>
      </div>
    );
  }
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void dismiss(reason);
      }}
    >
      <div className="min-w-0 flex-1">
        <TextField label="Why it is put aside" value={reason} onChange={(event) => setReason(event.target.value)} error={problem ?? undefined} autoFocus />
      </div>
      <Button type="submit" disabled={reason.trim().length < 3}>
        Put aside
      </Button>
      <Button tone="ghost" onClick={() => setReason(null)}>
        Back
      </Button>
    </form>
  );
}
