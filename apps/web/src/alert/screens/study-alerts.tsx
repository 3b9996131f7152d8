'use client';

import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { awaitsCommunication, type Alert } from '@readroom/shared/alert/alert';
import { useKeys } from '../../keys/keys.tsx';
import { api } from '../../lib/api.ts';
import { absoluteText } from '../../lib/time.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Badge } from '../../ui/marks/marks.tsx';
import { studyAlertsKey, useAlertCenter } from '../alert-center.tsx';
import { Records } from '../communication/records.tsx';
import { AlertFacts } from './alert-facts.tsx';

/** The alerts of the study that is open, behind one button that says how they stand. Nothing where there is none. */
export function StudyAlerts({ studyId }: { studyId: string }) {
  const session = useSession();
  const center = useAlertCenter();
  const [shown, setShown] = useState(false);
  const { data: alerts = [] } = useQuery({ queryKey: studyAlertsKey(studyId), queryFn: () => api.alertsOfStudy(studyId), enabled: session.may('alert.view') });
  const next = alerts.find(awaitsCommunication);
  const communicate = () => next && session.may('alert.communicate') && center.communicate({ alert: next, corrects: null });
  useKeys([{ context: 'study', id: 'study.communicate', keys: ['Shift+a'], label: 'Record who was told of this study’s alert', run: communicate }]);
  if (alerts.length === 0) return null;
  const open = alerts.filter((alert) => alert.state === 'open').length;
  return (
    <>
      <Button size="small" tone={open > 0 ? 'danger' : 'plain'} aria-haspopup="dialog" onClick={() => setShown(true)}>
        {open > 0 ? `${open} open ${open === 1 ? 'alert' : 'alerts'}` : next ? 'Alert not yet communicated' : 'Alerts'}
      </Button>
      <Dialog open={shown} onOpenChange={setShown} title="Alerts of this study" width="wide">
        <ul className="flex flex-col gap-5 p-4">
          {alerts.map((alert) => (
            <li key={alert.id}>
              <AlertState alert={alert} />
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  );
}

const STATE_TEXT = { open: 'Open: nobody has acknowledged it', acknowledged: 'Acknowledged', closed: 'Closed' } as const;

/** One alert as it stands, what may be done about it, and what was recorded of it. */
function AlertState({ alert }: { alert: Alert }) {
  const center = useAlertCenter();
  const session = useSession();
  const mayRecord = session.may('alert.communicate') && alert.state !== 'open';
  return (
    <section aria-label={alert.label} className="flex flex-col gap-2">
      <AlertFacts alert={alert} />
      <p className="flex flex-wrap items-center gap-2">
        <span>
          {STATE_TEXT[alert.state]}
          {alert.acknowledgedBy !== null && alert.acknowledgedAt !== null && (
            <span className="text-muted">
              {' '}
              by <bdi>{alert.acknowledgedBy.name}</bdi>, <span className="nums">{absoluteText(alert.acknowledgedAt)}</span>
            </span>
          )}
        </span>
        {awaitsCommunication(alert) && <Badge tone="urgent">Not yet communicated</Badge>}
      </p>
      {alert.communications.length > 0 && <Records alert={alert} onCorrect={mayRecord ? (corrects) => center.communicate({ alert, corrects }) : null} />}
      <div className="flex gap-2">
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
      </div>
    </section>
  );
}
