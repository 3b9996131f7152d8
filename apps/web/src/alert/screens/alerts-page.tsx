'use client';

import { useEffect, useState } from 'react';
import Link from 'next/link';
import type { Alert } from '@readroom/shared/alert/alert';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { useKeys } from '../../keys/keys.tsx';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Badge, Kbd } from '../../ui/marks/marks.tsx';
import { Notice } from '../../ui/states/states.tsx';
import { useAlertCenter } from '../alert-center.tsx';
import { latestAskedText } from '../chain/call-text.ts';
import { AwaitingRow } from '../communication/awaiting-row.tsx';
import { FollowUps } from '../follow-up/follow-ups.tsx';
import { AlertRow } from './alert-row.tsx';

/** Open alerts first, then those not communicated yet, then what is to be followed up. What became of the others is the history's. */
export function AlertsPage() {
  const session = useSession();
  const center = useAlertCenter();
  const [selected, setSelected] = useState(0);
  const rows = [...center.open, ...center.awaiting];
  const at = Math.min(selected, Math.max(0, rows.length - 1));
  const current = rows[at];
  useLinked(rows, setSelected);
  const mayCommunicate = session.may('alert.communicate');
  const communicate = (alert: Alert | undefined) => alert && mayCommunicate && center.communicate({ alert, corrects: null });
  useKeys([
    { context: 'alerts', id: 'alerts.next', keys: ['j', 'ArrowDown'], label: 'Next alert', hidden: true, run: () => setSelected(Math.min(at + 1, rows.length - 1)) },
    { context: 'alerts', id: 'alerts.previous', keys: ['k', 'ArrowUp'], label: 'Previous alert', hidden: true, run: () => setSelected(Math.max(at - 1, 0)) },
    { context: 'alerts', id: 'alerts.acknowledge', keys: ['a'], label: 'Acknowledge the selected alert', run: () => current?.state === 'open' && session.may('alert.acknowledge') && center.acknowledge(current) },
    { context: 'alerts', id: 'alerts.communicate', keys: ['Shift+a'], label: 'Record who was told of the selected alert', run: () => communicate(current?.state === 'acknowledged' ? current : center.awaiting[0]) },
  ]);
  if (!session.may('alert.view')) {
    return (
      <Notice kind="forbidden" title="Alerts are not part of your role">
        They name patients.{session.may('node.view') && ' You still see on the list that alerts are open, and on the nodes page that they flow.'}
      </Notice>
    );
  }
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[72rem] flex-col gap-6 p-6">
        <section aria-labelledby="open-title">
          <div className="mb-2 flex items-baseline justify-between gap-4">
            <h1 id="open-title" className="text-lg font-semibold">
              Open alerts
            </h1>
            <Link href="/alerts/history" className="text-accent hover:underline">
              Past alerts
            </Link>
          </div>
          {center.open.length === 0 && <p className="rounded-md border border-line bg-raised px-4 py-3 text-muted">None open. A critical finding appears here and on every page, and sounds until somebody acknowledges it.</p>}
          <ul className="flex flex-col gap-2">
            {center.open.map((alert, index) => (
              <OpenAlert key={alert.id} alert={alert} selected={index === at} mayAcknowledge={session.may('alert.acknowledge')} onAcknowledge={() => center.acknowledge(alert)} />
            ))}
          </ul>
        </section>
        {center.awaiting.length > 0 && (
          <section aria-labelledby="awaiting-title">
            <h2 id="awaiting-title" className="mb-2 text-[15px] font-semibold">
              Acknowledged, not yet communicated
            </h2>
            <ul className="flex flex-col gap-2">
              {center.awaiting.map((alert, index) => (
                <AwaitingRow key={alert.id} alert={alert} selected={center.open.length + index === at} onCommunicate={mayCommunicate ? () => communicate(alert) : null} />
              ))}
            </ul>
          </section>
        )}
        <FollowUps />
      </div>
    </div>
  );
}

/** A message's link names the alert in the fragment: it is selected once it is here. */
function useLinked(rows: readonly Alert[], select: (index: number) => void): void {
  const [linked, setLinked] = useState('');
  useEffect(() => setLinked(window.location.hash.slice(1)), []);
  const index = rows.findIndex(({ id }) => id === linked);
  useEffect(() => {
    if (index === -1) return;
    select(index);
    setLinked('');
  }, [index, select]);
}

function OpenAlert({ alert, selected, mayAcknowledge, onAcknowledge }: { alert: Alert; selected: boolean; mayAcknowledge: boolean; onAcknowledge(): void }) {
  const acknowledge = mayAcknowledge && (
    <Button tone="danger" onClick={onAcknowledge}>
      Acknowledge {selected && <Kbd keys="a" />}
    </Button>
  );
  return (
    <AlertRow
      alert={alert}
      selected={selected}
      since={alert.raisedAt}
      mark={<span className="nums text-ai">AI {confidenceText(alert.confidence, null)}</span>}
      withdrawn="Withdrawn by a later analysis, please look"
      badge={alert.level !== 'primary' && <Badge tone="critical">Escalated to {alert.level}</Badge>}
      detail={<>{alert.modality} · <bdi>{alert.description}</bdi> · <bdi>{latestAskedText(alert.calls)}</bdi></>}
      action={acknowledge}
    />
  );
}
