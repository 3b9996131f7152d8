'use client';

import { useCallback, useEffect } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Member } from '@readroom/shared/access/can';
import { isSealed, type Proposal } from '@readroom/shared/report/report';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { problemOf } from '../lib/problem.ts';
import { Button } from '../ui/button.tsx';
import { Notice, Skeleton } from '../ui/states/states.tsx';
import { OpenReport } from './open-report.tsx';
import { RefusedReport } from './refused-report.tsx';
import { reportApi } from './report-api.ts';
import { SealedReport } from './sealed/sealed-report.tsx';
import type { ReportSession } from './session/report-session.ts';
import { useReportSession, useSessionView } from './session/use-report-session.ts';

export interface ReportPaneProps {
  readonly reportId: string;
  /** The study on the screen; the report refuses to be typed in when it belongs to another. */
  readonly study: WorklistItem;
  readonly member: Member;
  /** Show this frame in the viewer. */
  onFocusEvidence(evidence: Proposal['evidence']): void;
}

/** The report beside the image: written together until it is signed, read-only with its addenda from then on. */
export function ReportPane(props: ReportPaneProps) {
  const session = useReportSession(props.reportId, props.member.userId);
  return (
    <section aria-label="Report" className="flex h-full min-h-0 flex-col bg-raised">
      {session ? <LiveReport {...props} session={session} /> : <PaneSkeleton />}
    </section>
  );
}

function LiveReport({ session, ...props }: ReportPaneProps & { session: ReportSession }) {
  const view = useSessionView(session);
  const report = useReport(props.reportId, view.status?.changes ?? -1, view.status?.state ?? null);
  const onChanged = useRefreshReport(props.reportId);
  if (view.phase === 'refused' && view.refused) return <RefusedReport session={session} refused={view.refused} unstored={view.unstored} />;
  if (report.error && !report.data) {
    return (
      <Notice kind="problem" title="The report can’t be opened" action={<Button onClick={() => void report.refetch()}>Try again</Button>}>
        {problemOf(report.error).text}
      </Notice>
    );
  }
  if (!report.data) return <PaneSkeleton />;
  const { state } = view.status ?? report.data;
  // A page that still has words of its own stays with them until the gateway has taken them.
  const sealed = isSealed(state) && view.unstored === 0;
  if (sealed) return <SealedReport {...props} report={report.data} view={view} onChanged={onChanged} />;
  if (view.phase === 'opening') return <PaneSkeleton />;
  return <OpenReport {...props} session={session} view={view} report={report.data} onChanged={onChanged} />;
}

/** State, versions and late edits; asked for again whenever the gateway says that they changed. */
function useReport(reportId: string, changes: number, state: string | null) {
  const refresh = useRefreshReport(reportId);
  useEffect(() => {
    if (state !== null) refresh();
  }, [refresh, changes, state]);
  return useQuery({ queryKey: ['report', reportId], queryFn: () => reportApi.get(reportId), staleTime: 60_000 });
}

function useRefreshReport(reportId: string): () => void {
  const queryClient = useQueryClient();
  return useCallback(() => void queryClient.invalidateQueries({ queryKey: ['report', reportId] }), [queryClient, reportId]);
}

export function PaneSkeleton() {
  return (
    <div aria-busy="true" aria-label="Opening the report" className="flex flex-col gap-3 p-3">
      <Skeleton className="h-7" />
      {[56, 40, 160, 72].map((height) => (
        <span key={height} style={{ height }} className="block">
          <Skeleton className="h-full" />
        </span>
      ))}
    </div>
  );
}
