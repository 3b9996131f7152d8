'use client';

import type { ReactNode } from 'react';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { ideographicTitle, patientTitle, sexAge } from '../../lib/person.ts';
import { gatewayNow, useTicking } from '../../lib/ticker.ts';
import { absoluteText, agoText, dueText } from '../../lib/time.ts';
import { cx } from '../../ui/cx.ts';
import { AiIcon } from '../../ui/icons.ts';
import { SeverityMark } from '../../ui/marks/severity.tsx';
import { SyntheticBadge } from '../../ui/marks/marks.tsx';
import { asideText } from '../aside/aside-text.ts';
import { moveText } from '../move/move-text.ts';
import { ViewedBy } from '../presence/viewed-by.tsx';
import { CLASS_TEXT, STATUS_TEXT } from './rows.ts';

/** Two lines: what matters, and what tells it apart. */
function Cell({ top, below, className, title }: { top: ReactNode; below?: ReactNode; className?: string; title?: string | undefined }) {
  return (
    <div role="gridcell" title={title} className={cx('min-w-0', className)}>
      <div className="truncate">{top}</div>
      <div className="truncate text-xs text-muted">{below ?? ' '}</div>
    </div>
  );
}

export function SeverityCell({ item }: { item: WorklistItem }) {
  const className = item.class === 'stat' || item.class === 'emergency' ? 'font-medium text-text' : '';
  return <Cell top={<SeverityMark state={item.ai} className="max-w-full" />} below={<span className={className}>{CLASS_TEXT[item.class ?? 'unclassed']}</span>} />;
}

const DUE_TONE = { late: 'text-critical-text', soon: 'text-urgent-text', calm: '' } as const;

/** Signed text needs no countdown. */
export function DueCell({ item }: { item: WorklistItem }) {
  const done = item.status === 'final';
  const due = useTicking((now) => {
    const { text, state } = dueText(item.dueAt, now);
    return `${state} ${text}`;
  });
  const [state = 'calm', ...words] = due.split(' ');
  const tone = state === 'late' || state === 'soon' ? DUE_TONE[state] : DUE_TONE.calm;
  return <Cell className="nums text-right" title={`Due ${absoluteText(item.dueAt)}`} top={done ? '–' : <span className={tone}>{words.join(' ')}</span>} below={done ? '' : state === 'late' ? 'overdue' : 'left'} />;
}

export function PatientCell({ item }: { item: WorklistItem }) {
  const ideographic = ideographicTitle(item);
  const facts = [item.patientId ? `MRN ${item.patientId}` : item.patientName === null ? '' : 'MRN missing', sexAge(item, gatewayNow())].filter(Boolean).join(' · ');
  const name = patientTitle(item);
  return (
    <Cell
      title={[name, ideographic, facts].filter(Boolean).join('\n')}
      top={
        <span className="flex min-w-0 items-center gap-2">
          <bdi className="truncate font-medium">{name}</bdi>
          {ideographic !== null && <bdi className="max-w-[40%] shrink-0 truncate text-muted">{ideographic}</bdi>}
        </span>
      }
      below={<bdi>{facts}</bdi>}
    />
  );
}

export function StudyCell({ item }: { item: WorklistItem }) {
  return (
    <Cell
      title={[item.description, item.override && moveText(item.override), item.aside && asideText(item.aside)].filter(Boolean).join('\n')}
      top={
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate">
            <span className="font-medium">{item.modality}</span> {titleCase(item.bodyPart)}
          </span>
          {item.synthetic && <SyntheticBadge />}
        </span>
      }
      below={
        <>
          {item.aside !== null && <bdi className="text-accent">{asideText(item.aside)} · </bdi>}
          {item.override !== null && <bdi className="text-accent">{moveText(item.override)} · </bdi>}
          <bdi>{item.description || 'No description'}</bdi>
        </>
      }
    />
  );
}

/** BodyPartExamined is written in capitals (PS3.3 C.7.3.1). */
function titleCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

export function SiteCell({ item }: { item: WorklistItem }) {
  return <Cell className="col-site" title={item.institution} top={<bdi>{item.institution || '–'}</bdi>} />;
}

export function ArrivalCell({ item }: { item: WorklistItem }) {
  const ago = useTicking((now) => agoText(item.receivedAt, now));
  const images = item.arrival === 'receiving' ? `${item.imageCount} so far` : `${item.imageCount} img`;
  return <Cell className="nums text-right" title={`First image ${absoluteText(item.receivedAt)}${item.arrival === 'receiving' ? '; images still arrive' : ''}`} top={ago} below={images} />;
}

export function AiCell({ item }: { item: WorklistItem }) {
  const finding = item.topFinding;
  const active = item.analyses.filter((analysis) => analysis.role === 'active');
  const models = active.map((analysis) => `${analysis.modelId} ${analysis.version}`).join(', ');
  if (finding !== null) {
    return (
      <Cell
        title={`${finding.label}, ${confidenceText(finding.confidence, finding.uncertainty)} (${models})`}
        top={
          <span className="flex min-w-0 items-center gap-1.5 text-ai">
            <AiIcon size={13} aria-label="AI" className="shrink-0" />
            <span className="truncate">{finding.label}</span>
          </span>
        }
        below={<span className="nums">{confidenceText(finding.confidence, finding.uncertainty)}</span>}
      />
    );
  }
  const reason = active.find((analysis) => analysis.reason !== null)?.reason ?? null;
  return <Cell title={reason ?? models} top={<span className="text-muted">{noFindingText(item, reason)}</span>} below={models} />;
}

/** Looked and found nothing is never the same words as nobody looked. */
export function noFindingText(item: Pick<WorklistItem, 'ai' | 'analyses'>, reason: string | null): string {
  if (item.ai === 'clear') return 'Found nothing';
  if (item.ai === 'pending') return 'Looking now';
  return reason ?? (item.analyses.length === 0 ? 'No model for this study' : 'Analysis failed');
}

export function AssignedCell({ item, me }: { item: WorklistItem; me: string }) {
  const mine = item.assignedTo?.id === me;
  return <Cell className="col-assigned" title={item.assignedTo?.name} top={item.assignedTo === null ? <span className="text-muted">–</span> : <bdi className={mine ? 'text-accent' : ''}>{mine ? 'You' : item.assignedTo.name}</bdi>} />;
}

export function StatusCell({ item, me }: { item: WorklistItem; me: string }) {
  const who = item.assignedTo === null ? '' : item.assignedTo.id === me ? 'You' : item.assignedTo.name;
  const status = (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className={cx('truncate', (item.status !== 'unread' || item.aside !== null) && 'text-muted')}>{item.aside === null ? STATUS_TEXT[item.status] : 'Put aside'}</span>
      <ViewedBy studyId={item.studyId} me={me} />
    </span>
  );
  return <Cell title={item.aside === null ? undefined : asideText(item.aside)} top={status} below={item.openAlerts > 0 ? <span className="text-critical-text">{item.openAlerts === 1 ? 'Alert open' : `${item.openAlerts} alerts open`}</span> : <bdi className="col-assigned-inline">{who}</bdi>} />;
}
