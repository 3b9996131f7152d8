'use client';

import { useState, type FormEvent } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { Alert, Communication } from '@readroom/shared/alert/alert';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { gatewayNow } from '../../lib/ticker.ts';
import { clockText } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices, TextArea, TextField } from '../../ui/field.tsx';
import { AiBadge } from '../../ui/marks/marks.tsx';
import { SeverityMark } from '../../ui/marks/severity.tsx';
import { useAlertCenter } from '../alert-center.tsx';
import { alertPatient, alertTitle, HOW_TEXT } from './alert-text.ts';
import { communicationOf, prefill, wasTold, type CommunicationForm, type FormProblem } from './communication-form.ts';

/** The last person told, kept in memory for as long as the window is open. */
let lastTold = '';

export function AcknowledgeDialog() {
  const center = useAlertCenter();
  const alert = center.acknowledging;
  return (
    <Dialog open={alert !== null} onOpenChange={(open) => !open && center.acknowledge(null)} title="Acknowledge alert" description="Say who was told, how and when.">
      {alert !== null && <AcknowledgeForm key={alert.id} alert={alert} onDone={() => center.acknowledge(null)} />}
    </Dialog>
  );
}

const HOW: readonly Communication['how'][] = ['not-yet', 'phone', 'in-person', 'secure-message', 'not-needed'];

function useAcknowledge(alert: Alert, onDone: () => void) {
  const center = useAlertCenter();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (communication: Communication) => api.acknowledge(alert.id, communication),
    onSuccess: (answer, communication) => {
      if (wasTold(communication.how)) lastTold = communication.to;
      center.learn([answer]);
      void queryClient.invalidateQueries({ queryKey: ['alerts'] });
      onDone();
    },
  });
}

function AcknowledgeForm({ alert, onDone }: { alert: Alert; onDone(): void }) {
  const router = useRouter();
  const [form, setForm] = useState<CommunicationForm>(() => prefill(lastTold, clockText(gatewayNow())));
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const acknowledge = useAcknowledge(alert, onDone);
  const submit = (thenOpen: boolean) => {
    const communication = communicationOf(form, gatewayNow());
    if ('field' in communication) return setProblem(communication);
    setProblem(null);
    acknowledge.mutate(communication, thenOpen ? { onSuccess: () => router.push(`/studies/${alert.studyId}`) } : {});
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit(false);
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4 p-4" noValidate>
      <AlertFacts alert={alert} />
      <Choices label="Who was told?" value={form.how} onChange={(how) => setForm({ ...form, how })} choices={HOW.map((value) => ({ value, label: HOW_TEXT[value] }))} />
      <ToldFields form={form} problem={problem} onChange={setForm} />
      <TextArea label="Note (optional)" rows={2} maxLength={500} value={form.note} onChange={(event) => setForm({ ...form, note: event.target.value })} />
      <p role="alert" className="min-h-[18px] text-critical-text">
        {acknowledge.error ? problemOf(acknowledge.error).text : ''}
      </p>
      <div className="flex items-center justify-end gap-2">
        <Button onClick={() => submit(true)} disabled={acknowledge.isPending}>
          Acknowledge and open study
        </Button>
        <Button type="submit" tone="primary" busy={acknowledge.isPending} autoFocus>
          Acknowledge
        </Button>
      </div>
    </form>
  );
}

function AlertFacts({ alert }: { alert: Alert }) {
  return (
    <div className="rounded border border-line bg-surface px-3 py-2">
      <p className="flex items-center gap-2 font-medium">
        <SeverityMark state={alert.severity} /> {alertTitle(alert)} <AiBadge>{confidenceText(alert.confidence, null)}</AiBadge>
      </p>
      <p className="mt-1 truncate">
        <bdi>{alertPatient(alert)}</bdi>
      </p>
      <p className="truncate text-muted">
        {alert.modality} · {alert.description}
      </p>
      {alert.withdrawn && <p className="mt-1 text-urgent-text">A later analysis withdrew this finding. It still wants a look.</p>}
    </div>
  );
}

/** Always in its place, so that nothing jumps when the choice changes; grey while nobody was told. */
function ToldFields({ form, problem, onChange }: { form: CommunicationForm; problem: FormProblem | null; onChange(form: CommunicationForm): void }) {
  const off = !wasTold(form.how);
  const errorOf = (field: FormProblem['field']) => (problem?.field === field ? problem.text : undefined);
  return (
    <div className="grid grid-cols-[1fr_6rem] gap-x-3 gap-y-2">
      <TextField label="Told to" disabled={off} maxLength={120} value={form.to} error={errorOf('to')} onChange={(event) => onChange({ ...form, to: event.target.value })} />
      <TextField label="At" disabled={off} inputMode="numeric" className="nums" value={form.time} error={errorOf('time')} onChange={(event) => onChange({ ...form, time: event.target.value })} />
      <label className="col-span-2 flex items-center gap-2 has-disabled:opacity-55">
        <input type="checkbox" disabled={off} checked={form.readBack} onChange={(event) => onChange({ ...form, readBack: event.target.checked })} className="size-4 accent-accent" />
        They read the result back
      </label>
    </div>
  );
}
