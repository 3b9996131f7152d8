'use client';

import dynamic from 'next/dynamic';
import type { StudyView } from '../../lib/contract.ts';
import { useSession } from '../../session/session.tsx';
import { Notice, Skeleton } from '../../ui/states/states.tsx';
import type { Evidence } from './use-reading.ts';

/** The editor and its library come with the first report, not with the list. */
const ReportPane = dynamic(() => import('../../report/report-pane.tsx').then((module) => module.ReportPane), { ssr: false, loading: () => <Skeleton className="m-4 h-64" /> });

export interface ReportSlotProps {
  study: StudyView;
  onShowEvidence(evidence: Evidence): void;
}

/** The report beside the images, for whoever may read it. */
export function ReportSlot({ study, onShowEvidence }: ReportSlotProps) {
  const session = useSession();
  if (!session.may('report.view')) return <Notice kind="forbidden" title="Reports are not part of your role" />;
  if (study.fetchedAsPrior) return <Notice kind="empty" title="A prior study">Fetched from the PACS to be looked at. Its report is where it was read; nothing is reported here.</Notice>;
  if (study.reportId === null) return <Notice kind="problem" title="This study has no report yet">Open the study again; if this stays, tell your administrator.</Notice>;
  return (
    <div className="h-full">
      <h2 className="sr-only">Report</h2>
      <ReportPane reportId={study.reportId} study={study.item} member={session.member} onFocusEvidence={onShowEvidence} />
    </div>
  );
}
