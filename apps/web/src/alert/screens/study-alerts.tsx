'use client';

import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { awaitsCommunication } from '@readroom/shared/alert/alert';
import { useKeys } from '../../keys/keys.tsx';
import { api } from '../../lib/api.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ofStudy } from '../alert-book.ts';
import { useAlertCenter } from '../alert-center.tsx';
import { AlertPanel } from '../chain/alert-panel.tsx';

/** The alerts of the study that is open, behind one button that says how they stand. Nothing where there is none. */
export function StudyAlerts({ studyId }: { studyId: string }) {
  const session = useSession();
  const center = useAlertCenter();
  const [shown, setShown] = useState(false);
  const { data: read = [] } = useQuery({ queryKey: ['alerts', 'study', studyId], queryFn: () => api.alertsOfStudy(studyId), enabled: session.may('alert.view') });
  const alerts = ofStudy(center.book, studyId, read);
  const next = alerts.find(awaitsCommunication);
  // This study's own; without one the key does what the banner says.
  const wanted = center.awaiting.find((alert) => alert.studyId === studyId) ?? center.awaiting[0];
  const communicate = () => wanted && session.may('alert.communicate') && center.communicate({ alert: wanted, corrects: null });
  useKeys([{ context: 'study', id: 'study.communicate', keys: ['Shift+a'], label: 'Record who was told of this study’s alert, or of the first not yet communicated', run: communicate }]);
  if (alerts.length === 0) return null;
  const open = alerts.filter((alert) => alert.state === 'open').length;
  return (
    <>
      <Button size="small" tone={open > 0 ? 'danger' : 'plain'} aria-haspopup="dialog" onClick={() => setShown(true)}>
        {open > 0 ? `${open} open ${open === 1 ? 'alert' : 'alerts'}` : next ? 'Alert not yet communicated' : 'Alerts'}
      </Button>
      <Dialog open={shown} onOpenChange={setShown} title="Alerts of this study" width="wide">
        <ul className="flex flex-col gap-6 p-4">
          {alerts.map((alert) => (
            <li key={alert.id}>
              <AlertPanel alert={alert} />
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  );
}
