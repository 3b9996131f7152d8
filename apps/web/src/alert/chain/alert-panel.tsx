'use client';

import { awaitsCommunication, type Alert } from '@readroom/shared/alert/alert';
import { whoText } from '@readroom/shared/alert/hospital-page';
import { absoluteText } from '../../lib/time.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Badge } from '../../ui/marks/marks.tsx';
import { useAlertCenter } from '../alert-center.tsx';
import { Records } from '../communication/records.tsx';
import { AlertFacts } from '../screens/alert-facts.tsx';
import { CallsTable } from './calls-table.tsx';
import { ChainTable } from './chain-table.tsx';

const STATE_TEXT = { open: 'Open: nobody has acknowledged it', acknowledged: 'Acknowledged', closed: 'Closed: acknowledged' } as const;

/** One alert as it stands, what may be done about it, what was recorded of it, and its chain. */
export function AlertPanel({ alert }: { alert: Alert }) {
  const center = useAlertCenter();
  const session = useSession();
  const mayRecord = session.may('alert.communicate') && alert.state !== 'open';
  return (
    <section aria-label={alert.label} className="flex flex-col gap-3">
      <AlertFacts alert={alert} />
      <div className="flex flex-wrap items-center gap-2">
        <p>
          {STATE_TEXT[alert.state]}
          {alert.acknowledgedBy !== null && alert.acknowledgedAt !== null && (
            <span className="text-muted">
              {' '}
              by <bdi>{whoText(alert.acknowledgedBy)}</bdi>, <span className="nums">{absoluteText(alert.acknowledgedAt)}</span>
            </span>
          )}
        </p>
        {awaitsCommunication(alert) && <Badge tone="urgent">Not yet communicated</Badge>}
        <span className="ml-auto flex gap-2">
          {alert.state === 'open' && session.may('alert.acknowledge') && (
            <Button tone="danger" onClick={() => center.acknowledge(alert)}>
              Acknowledge
            </Button>
          )}
          {mayRecord && (
            <Button tone={awaitsCommunication(alert) ? 'primary' : 'plain'} onClick={() => center.communicate({ alert, corrects: null })}>
              {alert.communications.length === 0 ? 'Record who was told' : 'Record another communication'}
            </Button>
          )}
        </span>
      </div>
      {alert.communications.length > 0 && <Records alert={alert} onCorrect={mayRecord ? (corrects) => center.communicate({ alert, corrects }) : null} />}
      <ChainTable alert={alert} />
      {alert.calls.length > 0 && <CallsTable alert={alert} />}
    </section>
  );
}
