'use client';

import type { ReactNode } from 'react';
import { useRouter } from 'next/navigation';
import { awaitsCommunication, type Alert } from '@readroom/shared/alert/alert';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { useTicking } from '../../lib/ticker.ts';
import { agoText } from '../../lib/time.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Badge, Kbd } from '../../ui/marks/marks.tsx';
import { SeverityShape } from '../../ui/marks/severity.tsx';
import { Popover } from '../../ui/overlays.tsx';
import { useAlertCenter, useProofOfPaint } from '../alert-center.tsx';
import { latestAskedText } from '../chain/call-text.ts';
import { alertPatient, alertSpeech, alertTitle } from './alert-text.ts';

const BAR_TONE = {
  critical: 'border-critical bg-critical-wash',
  urgent: 'border-urgent bg-urgent-wash',
  routine: 'border-line-strong bg-raised-2',
} as const;

/**
 * The banner of every page. Its place in the top bar is kept free, so that an alert moves nothing under the hand.
 * The worst stands in it; the rest are one click away. With none open, those not communicated yet keep the place (AL9).
 */
export function AlertBar() {
  const center = useAlertCenter();
  const first = center.open[0];
  // The banner keeps the one that waits longest; whoever only hears must hear of the one that just came.
  const newest = center.open.reduce<Alert | undefined>((latest, alert) => (latest && latest.raisedAt >= alert.raisedAt ? latest : alert), undefined);
  return (
    <div className="h-full min-w-0 flex-1 max-[699px]:order-last max-[699px]:h-12 max-[699px]:basis-full">
      {/* Always there, so that a screen reader hears the change of its content. */}
      <div role="alert" aria-live="assertive" className="sr-only">
        {newest ? alertSpeech(newest) : ''}
      </div>
      {first ? <Bar alert={first} others={[...center.open.slice(1), ...center.awaiting]} /> : <Awaiting />}
    </div>
  );
}

function Awaiting() {
  const center = useAlertCenter();
  const [first, ...others] = center.awaiting;
  return first ? <AwaitingBar alert={first} others={others} /> : null;
}

/** Quiet, and in sight: somebody has the alert and still has to tell a person. */
function AwaitingBar({ alert, others }: { alert: Alert; others: readonly Alert[] }) {
  const center = useAlertCenter();
  const session = useSession();
  return (
    <Strip label="Alert not yet communicated" tone="border-urgent bg-raised-2" alert={alert} others={others}>
      {session.may('alert.communicate') && (
        <Button size="small" onClick={() => center.communicate({ alert, corrects: null })}>
          Record who was told <Kbd keys="Shift+A" />
        </Button>
      )}
    </Strip>
  );
}

function Bar({ alert, others }: { alert: Alert; others: readonly Alert[] }) {
  const center = useAlertCenter();
  return (
    <Strip label="Alert" tone={BAR_TONE[alert.severity]} alert={alert} others={others}>
      <Button size="small" tone="danger" onClick={() => center.acknowledge(alert)}>
        Acknowledge <Kbd keys="a" />
      </Button>
    </Strip>
  );
}

interface StripProps {
  readonly label: string;
  readonly tone: string;
  readonly alert: Alert;
  readonly others: readonly Alert[];
  /** What may be done with it. */
  readonly children: ReactNode;
}

function Strip({ label, tone, alert, others, children }: StripProps) {
  useProofOfPaint(alert);
  const router = useRouter();
  return (
    <section aria-label={label} className={cx('flex h-full items-center gap-3 border-x-2 px-3', tone)}>
      <SeverityShape state={alert.severity} size={20} />
      <AlertLines alert={alert} />
      <div className="ml-auto flex shrink-0 items-center gap-1.5">
        {others.length > 0 && <Others alerts={others} />}
        <Button size="small" className="max-[699px]:hidden" onClick={() => router.push(`/studies/${alert.studyId}`)}>
          Open
        </Button>
        {children}
      </div>
    </section>
  );
}

function AlertLines({ alert }: { alert: Alert }) {
  const ago = useTicking((now) => agoText(alert.raisedAt, now));
  return (
    <div className="min-w-0 leading-[17px]" title={alert.state === 'open' ? latestAskedText(alert.calls) : undefined}>
      <p className="flex items-center gap-2 truncate font-semibold text-text">
        <span className="truncate">{alertTitle(alert)}</span>
        <span className="nums shrink-0 font-normal text-ai">AI {confidenceText(alert.confidence, null)}</span>
        {awaitsCommunication(alert) && <Badge tone="urgent">Not yet communicated</Badge>}
        {alert.withdrawn && <Badge tone="urgent">Withdrawn, please look</Badge>}
        {alert.state === 'open' && alert.level !== 'primary' && <Badge tone="critical">Escalated</Badge>}
      </p>
      <p className="truncate text-xs">
        <bdi>{alertPatient(alert)}</bdi> · {alert.modality} · <span className="nums">{ago}</span>
        {alert.state === 'open' && <bdi className="text-muted"> · {latestAskedText(alert.calls)}</bdi>}
      </p>
    </div>
  );
}

function Others({ alerts }: { alerts: readonly Alert[] }) {
  return (
    <Popover label="More alerts" align="end" trigger={<Button size="small">+{alerts.length} more</Button>}>
      <ul className="flex w-[38rem] max-w-[90vw] flex-col gap-1.5">
        {alerts.map((alert) => (
          <li key={alert.id} className="h-11">
            {alert.state === 'open' ? <Bar alert={alert} others={[]} /> : <AwaitingBar alert={alert} others={[]} />}
          </li>
        ))}
      </ul>
    </Popover>
  );
}
