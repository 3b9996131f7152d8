'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { StudyAlerts } from '../../alert/screens/study-alerts.tsx';
import { useKeys } from '../../keys/keys.tsx';
import { problemOf } from '../../lib/problem.ts';
import { PatientBar } from '../../patient/patient-bar.tsx';
import { Priors } from '../../prior/priors.tsx';
import { useSession } from '../../session/session.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { BackIcon } from '../../ui/icons.ts';
import { Pane, PaneGroup, PaneHandle } from '../../ui/layout/panels.tsx';
import { Badge } from '../../ui/marks/marks.tsx';
import { SeverityMark } from '../../ui/marks/severity.tsx';
import { Notice, Skeleton } from '../../ui/states/states.tsx';
import { asideText } from '../../worklist/aside/aside-text.ts';
import { useViewing } from '../../worklist/presence/use-viewing.ts';
import { ViewedBy } from '../../worklist/presence/viewed-by.tsx';
import { STATUS_TEXT } from '../../worklist/table/rows.ts';
import type { StudyView } from '../../lib/contract.ts';
import { FindingsStrip } from './findings-strip.tsx';
import { ReportSlot } from './report-slot.tsx';
import { SeriesRail } from './series-rail.tsx';
import { useOpenStudy } from './use-open-study.ts';
import { useReading } from './use-reading.ts';

const Viewport = dynamic(() => import('./viewport.tsx').then((module) => module.Viewport), { ssr: false, loading: () => <Skeleton className="h-full bg-black!" /> });

export function StudyPage({ studyId }: { studyId: string }) {
  const router = useRouter();
  const toList = () => router.push('/');
  useKeys([{ context: 'study', id: 'study.back', keys: ['Escape', 'g l'], label: 'Back to the list', run: toList }]);
  const study = useOpenStudy(studyId);
  if (study.data) return <OpenStudy key={studyId} study={study.data} onBack={toList} />;
  if (study.error) {
    const problem = problemOf(study.error);
    const kind = problem.kind === 'forbidden' ? 'forbidden' : problem.kind === 'offline' ? 'offline' : 'problem';
    return (
      <Notice kind={kind} title={problem.kind === 'not-found' ? 'This study is not here' : 'The study could not be opened'} action={<Button onClick={toList}>Back to the list</Button>}>
        {problem.text}
      </Notice>
    );
  }
  return <StudySkeleton />;
}

function OpenStudy({ study, onBack }: { study: StudyView; onBack(): void }) {
  const { item, series, analyses } = study;
  const reading = useReading(study);
  const session = useSession();
  useViewing(item.studyId);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 items-stretch border-b border-line bg-raised">
        <div className="grid place-items-center pl-2">
          <IconButton label="Back to the list (Esc)" onClick={onBack}>
            <BackIcon size={18} />
          </IconButton>
        </div>
        <div className="min-w-0 flex-1 [&>section]:border-b-0">
          <PatientBar study={item} wide />
        </div>
        <div className="flex shrink-0 items-center gap-3 px-4">
          <ViewedBy studyId={item.studyId} me={session.user.id} />
          <StudyAlerts studyId={item.studyId} />
          {item.arrival === 'receiving' && <Badge tone="accent">{item.imageCount} images, more arrive</Badge>}
          <SeverityMark state={item.ai} />
          {item.aside !== null && (
            <span className="max-w-[16rem] truncate text-accent" title={asideText(item.aside)}>
              {asideText(item.aside)}
            </span>
          )}
          <Badge>{study.fetchedAsPrior ? 'Prior' : STATUS_TEXT[item.status]}</Badge>
        </div>
      </div>
      <div className="min-h-0 flex-1">
        <PaneGroup id="study" paneIds={['series', 'viewer', 'report']}>
          <Pane id="series" defaultSize="140px" minSize="104px" maxSize="280px" fixed>
            <div className="flex h-full flex-col bg-surface">
              <div className="min-h-0 flex-1">
                <SeriesRail studyUid={item.studyUid} series={series} selected={reading.series?.seriesUid ?? null} marked={reading.marked} onSelect={reading.selectSeries} />
              </div>
              <Priors studyId={item.studyId} heading="h2" className="max-h-[45%] shrink-0 overflow-y-auto border-t border-line p-2 text-xs" />
            </div>
          </Pane>
          <PaneHandle label="Width of the series" />
          <Pane id="viewer" minSize="360px">
            <div className="flex h-full min-h-0 flex-col">
              <div className="min-h-0 flex-1">
                <Viewport studyUid={item.studyUid} series={reading.series} target={reading.target} findings={reading.findings} />
              </div>
              <FindingsStrip analyses={analyses} fetchedAsPrior={study.fetchedAsPrior} shownSop={reading.target?.sopInstanceUid ?? null} onShow={reading.showFinding} />
            </div>
          </Pane>
          <PaneHandle label="Width of the report" />
          <Pane id="report" defaultSize="440px" minSize="320px" maxSize="900px" fixed>
            <ReportSlot study={study} onShowEvidence={reading.showEvidence} />
          </Pane>
        </PaneGroup>
      </div>
    </div>
  );
}

function StudySkeleton() {
  return (
    <div className="flex h-full flex-col" aria-busy="true" aria-label="Opening the study">
      <div className="h-[53px] shrink-0 border-b border-line bg-raised" />
      <div className="flex min-h-0 flex-1">
        <div className="w-[140px] border-r border-line p-2">
          <Skeleton className="aspect-square" />
        </div>
        <div className="flex-1 bg-black" />
        <div className="w-[440px] border-l border-line p-4">
          <Skeleton className="h-full opacity-40" />
        </div>
      </div>
    </div>
  );
}
