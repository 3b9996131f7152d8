'use client';

import { useState } from 'react';
import type { Member } from '@readroom/shared/access/can';
import type { Proposal } from '@readroom/shared/report/report';
import type { ReportView } from '@readroom/shared/report/report-view';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { problemOf } from '../lib/problem.ts';
import { Button } from '../ui/button.tsx';
import { Kbd } from '../ui/marks/marks.tsx';
import { useToast } from '../ui/toast.tsx';
import { Sections } from './editor/sections.tsx';
import { ProposalsList } from './proposals/proposals-list.tsx';
import { useDecisions } from './proposals/use-decisions.ts';
import { ReportHead } from './report-head.tsx';
import { reportApi } from './report-api.ts';
import { mayType, type ReportSession, type SessionView } from './session/report-session.ts';
import { useDocument } from './session/use-report-session.ts';
import { VersionsDialog } from './sealed/versions.tsx';
import { signChecks } from './sign/checks.ts';
import { reportHash } from './sign/content-hash.ts';
import { SignDialog } from './sign/sign-dialog.tsx';

export interface OpenReportProps {
  readonly reportId: string;
  readonly study: WorklistItem;
  readonly member: Member;
  readonly session: ReportSession;
  readonly view: SessionView;
  readonly report: ReportView;
  onFocusEvidence(evidence: Proposal['evidence']): void;
  onChanged(): void;
}

type Shown = 'sign' | 'versions' | null;

/** A report nobody has signed: proposals, four sections, and the way to the signature. */
export function OpenReport({ reportId, study, member, session, view, report, onFocusEvidence, onChanged }: OpenReportProps) {
  const document = useDocument(session.doc);
  const [shown, setShown] = useState<Shown>(null);
  const rightStudy = study.studyUid === report.studyUid;
  const editable = mayType(view, member.userId) && rightStudy;
  const decisions = useDecisions(reportId, document.proposals, editable, onFocusEvidence);
  const checks = signChecks({ study, expectedStudyUid: report.studyUid, texts: document.texts, proposals: document.proposals, view });

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const signs = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
    if (signs && report.may.sign && shown === null) {
      event.preventDefault();
      event.stopPropagation();
      setShown('sign');
    } else if (event.altKey && decisions.onKey(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col" onKeyDownCapture={onKeyDown}>
      <ReportHead session={session} view={view} member={member} state={view.status?.state ?? report.state} />
      {!rightStudy && (
        <p role="alert" className="bg-critical-wash px-3 py-2 text-critical-text">
          This report belongs to another study than the one on the screen. Typing is blocked; go back and open the study again.
        </p>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto pb-4">
        <ProposalsList
          proposals={document.proposals}
          currentId={decisions.current?.id ?? null}
          editable={editable}
          busyId={decisions.busyId}
          onDecide={decisions.decide}
          onFocus={(proposal) => onFocusEvidence(proposal.evidence)}
        />
        <Sections session={session} userName={member.name} editable={editable} />
      </div>
      <Footer reportId={reportId} study={study} report={report} view={view} document={document} editable={editable} onShow={setShown} onChanged={onChanged} />
      {shown === 'sign' && (
        <SignDialog
          reportId={reportId}
          study={study}
          document={document}
          checks={checks}
          onClose={() => setShown(null)}
          onSigned={() => {
            setShown(null);
            onChanged();
          }}
        />
      )}
      {shown === 'versions' && <VersionsDialog reportId={reportId} versions={report.versions} onClose={() => setShown(null)} />}
    </div>
  );
}

interface FooterProps extends Pick<OpenReportProps, 'reportId' | 'study' | 'report' | 'view' | 'onChanged'> {
  readonly document: ReturnType<typeof useDocument>;
  readonly editable: boolean;
  onShow(shown: Shown): void;
}

function Footer({ reportId, study, report, view, document, editable, onShow, onChanged }: FooterProps) {
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const markPreliminary = async (): Promise<void> => {
    setBusy(true);
    try {
      await reportApi.markPreliminary(reportId, await reportHash(study, document.texts, document.proposals));
      toast({ tone: 'info', title: 'Marked preliminary', text: 'The list says so now. You can go on writing.' });
      onChanged();
    } catch (error) {
      toast({ tone: 'problem', title: 'Not marked', text: problemOf(error).text });
    } finally {
      setBusy(false);
    }
  };
  const state = view.status?.state ?? report.state;
  return (
    <div className="flex shrink-0 items-center gap-2 border-t border-line px-3 py-2">
      {report.versions.length > 0 && (
        <Button tone="ghost" size="small" onClick={() => onShow('versions')}>
          Versions
        </Button>
      )}
      <span className="flex-1" />
      {report.may.edit && state === 'draft' && (
        <Button busy={busy} disabled={!editable || !view.online || view.unstored > 0} onClick={() => void markPreliminary()}>
          Mark preliminary
        </Button>
      )}
      {report.may.sign && (
        <Button tone="primary" disabled={!editable} onClick={() => onShow('sign')}>
          Sign <Kbd keys="Ctrl+Enter" />
        </Button>
      )}
    </div>
  );
}
