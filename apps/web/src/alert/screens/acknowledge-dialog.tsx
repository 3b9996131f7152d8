'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { Alert } from '@readroom/shared/alert/alert';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useAlertCenter } from '../alert-center.tsx';
import { AlertFacts } from './alert-facts.tsx';

/** AL5: taking the alert is one key. Who was told is another deed, which may follow at once. */
export function AcknowledgeDialog() {
  const center = useAlertCenter();
  const alert = center.acknowledging;
  return (
    <Dialog open={alert !== null} onOpenChange={(open) => !open && center.acknowledge(null)} title="Acknowledge alert" description="You take this alert in your name. It stops sounding." width="wide">
      {alert !== null && <AcknowledgeForm key={alert.id} alert={alert} onDone={() => center.acknowledge(null)} />}
    </Dialog>
  );
}

function useAcknowledge(alert: Alert, onDone: () => void) {
  const center = useAlertCenter();
  return useMutation({
    mutationFn: () => api.acknowledge(alert.id),
    onSuccess: (answer) => {
      center.learn([answer]);
      onDone();
    },
  });
}

function AcknowledgeForm({ alert, onDone }: { alert: Alert; onDone(): void }) {
  const router = useRouter();
  const center = useAlertCenter();
  const acknowledge = useAcknowledge(alert, onDone);
  const andThen = (next: (answer: Alert) => void) => acknowledge.mutate(undefined, { onSuccess: next });
  return (
    <div className="flex flex-col gap-4 p-4">
      <AlertFacts alert={alert} />
      <p>
        You take this alert in your name and it stops sounding.
        {alert.severity === 'critical' && ' It stays in sight as not yet communicated until you record who was told.'}
      </p>
      <p role="alert" className="min-h-[18px] text-critical-text">
        {acknowledge.error ? problemOf(acknowledge.error).text : ''}
      </p>
      <div className="flex flex-wrap items-center justify-end gap-2">
        <Button onClick={() => andThen(() => router.push(`/studies/${alert.studyId}`))} disabled={acknowledge.isPending}>
          Acknowledge and open study
        </Button>
        <Button onClick={() => andThen((answer) => center.communicate({ alert: answer, corrects: null }))} disabled={acknowledge.isPending}>
          Acknowledge and record who was told
        </Button>
        <Button tone="primary" busy={acknowledge.isPending} autoFocus onClick={() => acknowledge.mutate()}>
          Acknowledge
        </Button>
      </div>
    </div>
  );
}
