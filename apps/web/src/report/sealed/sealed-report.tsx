'use client';

import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Member } from '@readroom/shared/access/can';
import type { LateEdit, ReportView } from '@readroom/shared/report/report-view';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { problemOf } from '../../lib/problem.ts';
import { Button } from '../../ui/button.tsx';
import { LockIcon } from '../../ui/icons.ts';
import { Notice, Skeleton } from '../../ui/states/states.tsx';
import { StateBadge } from '../report-head.tsx';
import { pdfHref, reportApi } from '../report-api.ts';
import type { SessionView } from '../session/report-session.ts';
import { AddendumDialog } from './addendum-dialog.tsx';
import { LateEdits } from './late-edits.tsx';
import { SealedText } from './sealed-text.tsx';
import { VersionsDialog } from './versions.tsx';

export interface SealedReportProps {
  readonly study: WorklistItem;
  readonly member: Member;
  readonly report: ReportView;
  readonly view: SessionView;
  onChanged(): void;
}

type Shown = { readonly kind: 'versions' } | { readonly kind: 'addendum'; readonly from: LateEdit | null } | null;

/** A signed report: the sealed text, its addenda, late edits to decide on, the PDF. Nothing here can change what was signed (RP1). */
export function SealedReport({ study, member, report, view, onChanged }: SealedReportProps) {
  const [shown, setShown] = useState<Shown>(null);
  const close = (): void => setShown(null);
  const done = (): void => {
    close();
    onChanged();
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Head report={report} mayAddend={report.may.addend} onShow={setShown} />
      {view.late && (
        <p role="status" className="bg-urgent-wash px-3 py-2 text-urgent-text">
          The report was signed before your last words arrived. They are kept as a proposed addendum; nothing is lost.
        </p>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto pb-4">
        <LateEdits reportId={report.id} lateEdits={report.lateEdits} mayAddend={report.may.addend} onAddend={(from) => setShown({ kind: 'addendum', from })} onChanged={onChanged} />
        <Newest report={report} />
      </div>
      {shown?.kind === 'versions' && <VersionsDialog reportId={report.id} versions={report.versions} onClose={close} />}
      {shown?.kind === 'addendum' && (
        <AddendumDialog
          report={report}
          study={study}
          me={{ id: member.userId, name: member.name }}
          from={shown.from && { lateEditId: shown.from.id, author: shown.from.author, suggestion: shown.from.suggestion }}
          onClose={close}
          onDone={done}
        />
      )}
    </div>
  );
}

function Head({ report, mayAddend, onShow }: { report: ReportView; mayAddend: boolean; onShow(shown: Shown): void }) {
  return (
    <div className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-3">
      <LockIcon size={14} aria-hidden="true" />
      <StateBadge state={report.state} />
      <span className="text-xs text-muted">Read-only</span>
      <span className="flex-1" />
      {mayAddend && (
        <Button size="small" onClick={() => onShow({ kind: 'addendum', from: null })}>
          Addendum
        </Button>
      )}
      <Button size="small" tone="ghost" onClick={() => onShow({ kind: 'versions' })}>
        Versions
      </Button>
      <a className="inline-flex h-6 items-center rounded border border-line-strong bg-raised-2 px-2 text-xs hover:border-muted" href={pdfHref(report.id)} download>
        PDF
      </a>
    </div>
  );
}

function Newest({ report }: { report: ReportView }) {
  const version = report.versions.at(-1)?.version ?? 0;
  const query = useQuery({ queryKey: ['report-version', report.id, version], queryFn: () => reportApi.version(report.id, version), staleTime: Infinity, enabled: version > 0 });
  if (query.error) {
    return (
      <Notice kind="problem" title="The signed text can’t be shown" action={<Button onClick={() => void query.refetch()}>Try again</Button>}>
        {problemOf(query.error).text}
      </Notice>
    );
  }
  return query.data ? <SealedText version={query.data} /> : <Skeleton className="m-3 h-40" />;
}
