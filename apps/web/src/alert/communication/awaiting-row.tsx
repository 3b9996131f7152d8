'use client';

import Link from 'next/link';
import type { Alert } from '@readroom/shared/alert/alert';
import { useTicking } from '../../lib/ticker.ts';
import { absoluteText, agoText } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Badge, Kbd, SyntheticBadge } from '../../ui/marks/marks.tsx';
import { SeverityMark } from '../../ui/marks/severity.tsx';
import { alertPatient, alertTitle } from '../screens/alert-text.ts';

/** AL9: an alert somebody has taken and nobody has communicated. `onCommunicate` is null for who may not record. */
export function AwaitingRow({ alert, selected, onCommunicate }: { alert: Alert; selected: boolean; onCommunicate: (() => void) | null }) {
  const ago = useTicking((now) => agoText(alert.acknowledgedAt ?? alert.raisedAt, now));
  return (
    <li aria-current={selected || undefined} className={cx('flex items-center gap-4 rounded-md border bg-raised px-4 py-3', selected ? 'border-accent' : 'border-line')}>
      <SeverityMark state={alert.severity} className="w-24 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {alertTitle(alert)} <Badge tone="urgent">Not yet communicated</Badge>
          {alert.withdrawn && <Badge tone="urgent">Withdrawn by a later analysis</Badge>}
          {alert.synthetic && <SyntheticBadge />}
        </p>
        <p className="truncate">
          <bdi>{alertPatient(alert)}</bdi>
        </p>
        <p className="truncate text-muted">
          Acknowledged by <bdi>{alert.acknowledgedBy?.name ?? ''}</bdi>
        </p>
      </div>
      <span className="nums w-16 shrink-0 text-right text-muted" title={alert.acknowledgedAt === null ? '' : absoluteText(alert.acknowledgedAt)}>
        {ago}
      </span>
      <Link href={`/studies/${alert.studyId}`} className="rounded border border-line-strong px-3 py-1.5 hover:border-muted">
        Open study
      </Link>
      {onCommunicate !== null && (
        <Button tone="primary" onClick={onCommunicate}>
          Record who was told {selected && <Kbd keys="Shift+A" />}
        </Button>
      )}
    </li>
  );
}
