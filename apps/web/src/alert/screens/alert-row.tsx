import type { ReactNode } from 'react';
import Link from 'next/link';
import type { Alert } from '@readroom/shared/alert/alert';
import { useTicking } from '../../lib/ticker.ts';
import { absoluteText, agoText } from '../../lib/time.ts';
import { cx } from '../../ui/cx.ts';
import { Badge, SyntheticBadge } from '../../ui/marks/marks.tsx';
import { SeverityMark } from '../../ui/marks/severity.tsx';
import { useProofOfPaint } from '../alert-center.tsx';
import { alertPatient, alertTitle } from './alert-text.ts';

export interface AlertRowProps {
  readonly alert: Alert;
  readonly selected: boolean;
  /** Since when it waits, ms since epoch. */
  readonly since: number;
  /** Stands after the finding. */
  readonly mark: ReactNode;
  /** Shown when a later analysis withdrew the finding. */
  readonly withdrawn: string;
  readonly badge?: ReactNode;
  /** Under the patient. */
  readonly detail: ReactNode;
  readonly action: ReactNode;
}

/** One alert of the alerts page: how bad, what, whose, since when, and what may be done. */
export function AlertRow({ alert, selected, since, mark, withdrawn, badge, detail, action }: AlertRowProps) {
  useProofOfPaint(alert);
  const ago = useTicking((now) => agoText(since, now));
  return (
    <li aria-current={selected || undefined} className={cx('flex items-center gap-4 rounded-md border bg-raised px-4 py-3', selected ? 'border-accent' : 'border-line')}>
      <SeverityMark state={alert.severity} className="w-24 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {alertTitle(alert)} {mark}
          {alert.withdrawn && <Badge tone="urgent">{withdrawn}</Badge>}
          {badge}
          {alert.synthetic && <SyntheticBadge />}
        </p>
        <p className="truncate">
          <bdi>{alertPatient(alert)}</bdi>
        </p>
        <p className="truncate text-muted">{detail}</p>
      </div>
      <span className="nums w-16 shrink-0 text-right text-muted" title={absoluteText(since)}>
        {ago}
      </span>
      <Link href={`/studies/${alert.studyId}`} className="rounded border border-line-strong px-3 py-1.5 hover:border-muted">
        Open study
      </Link>
      {action}
    </li>
  );
}
