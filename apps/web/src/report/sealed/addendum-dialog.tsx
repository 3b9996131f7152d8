'use client';

import { useState } from 'react';
import type { Person } from '@readroom/shared/report/report';
import type { ReportView } from '@readroom/shared/report/report-view';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { problemOf } from '../../lib/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import { reportApi } from '../report-api.ts';
import { addendumHash, subjectOf } from '../sign/content-hash.ts';

export interface AddendumDialogProps {
  readonly report: ReportView;
  readonly study: WorklistItem;
  readonly me: Person;
  /** The late edit it takes up, or null for the attending's own words. */
  readonly from: { readonly lateEditId: string; readonly author: Person; readonly suggestion: string } | null;
  onClose(): void;
  onDone(): void;
}

/** Writes and signs an addendum. The signed text stays as it is. */
export function AddendumDialog({ report, study, me, from, onClose, onDone }: AddendumDialogProps) {
  const [text, setText] = useState(from?.suggestion ?? '');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const signed = report.versions.find((version) => version.kind === 'final');

  const sign = async (): Promise<void> => {
    if (!signed) return;
    setBusy(true);
    setProblem(null);
    try {
      const contentHash = await addendumHash({ subject: subjectOf(study), amends: signed.hash, author: from?.author ?? me, text });
      await reportApi.addend({ reportId: report.id, text, lateEditId: from?.lateEditId ?? null, contentHash });
      onDone();
    } catch (error) {
      setProblem(problemOf(error).text);
      setBusy(false);
    }
  };

  return (
    <Dialog open title="Addendum" width="wide" onOpenChange={(open) => !open && onClose()}>
      <form
        className="flex flex-col gap-3 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          void sign();
        }}
      >
        <p className="text-muted">
          The signed report stays as it is; the addendum is sealed beside it.
          {from && ` Written by ${from.author.name} after the signature; you sign it.`}
        </p>
        <TextArea label="Text of the addendum" rows={8} value={text} onChange={(event) => setText(event.target.value)} autoFocus />
        <div role="alert" className="text-critical-text">
          {problem}
        </div>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" busy={busy} disabled={text.trim() === ''}>
            Sign addendum
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
