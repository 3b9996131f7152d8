'use client';

import { useState, type FormEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { knownSince } from '@readroom/shared/alert/communication';
import type { Said } from '@readroom/shared/alert/communication';
import { api } from '../../lib/api.ts';
import { makeUuid } from '../../lib/id.ts';
import { problemOf } from '../../lib/problem.ts';
import { gatewayNow } from '../../lib/ticker.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices } from '../../ui/field.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useAlertCenter, type Communicating } from '../alert-center.tsx';
import { AlertFacts } from '../screens/alert-facts.tsx';
import { saidOf, startOf, type CommunicationForm, type FormProblem } from './communication-form.ts';
import { NotNeededFields, ToldFields } from './said-fields.tsx';

/** AL9: who was told of the result, or why nobody has to be. Opened from anywhere an acknowledged alert stands. */
export function CommunicationDialog() {
  const center = useAlertCenter();
  const target = center.communicating;
  const title = target?.corrects ? 'Correct the communication' : 'Record the communication';
  return (
    <Dialog open={target !== null} onOpenChange={(open) => !open && center.communicate(null)} title={title} description="Say who was told, by what means, when, and whether it was read back." width="wide">
      {target !== null && <Form key={`${target.alert.id} ${target.corrects?.id ?? ''}`} target={target} onDone={() => center.communicate(null)} />}
    </Dialog>
  );
}

function useRecord({ alert, corrects }: Communicating, onDone: () => void) {
  const center = useAlertCenter();
  const toast = useToast();
  // One id for as long as the dialog stands: a repeated send writes once.
  const [id] = useState(makeUuid);
  return useMutation({
    mutationFn: (said: Said) => api.communicate({ id, alertId: alert.id, corrects: corrects?.id ?? null, said }),
    onSuccess: (answer) => {
      center.learn([answer]);
      toast({ tone: 'info', title: corrects ? 'The record was corrected' : 'The communication was recorded' });
      onDone();
    },
  });
}

function Form({ target, onDone }: { target: Communicating; onDone(): void }) {
  const { alert, corrects } = target;
  const [form, setForm] = useState<CommunicationForm>(() => startOf(alert, corrects, gatewayNow()));
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const record = useRecord(target, onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const said = saidOf(form, alert, gatewayNow());
    setProblem('field' in said ? said : null);
    if (!('field' in said)) record.mutate(said);
  };
  const change = (part: Partial<CommunicationForm>) => setForm({ ...form, ...part });
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 p-4" noValidate>
      <AlertFacts alert={alert} />
      {corrects !== null && <p className="text-muted">The record of {corrects.by.name} is kept beside the correction.</p>}
      <Choices
        label="What happened?"
        value={form.outcome}
        onChange={(outcome: Said['outcome']) => change({ outcome })}
        choices={[
          { value: 'told', label: 'Somebody was told' },
          { value: 'not-needed', label: 'Nobody has to be told' },
        ]}
      />
      <div className="min-h-[21rem]">
        {form.outcome === 'told' ? <ToldFields form={form} raisedAt={knownSince(alert)} problem={problem} onChange={change} /> : <NotNeededFields form={form} problem={problem} onChange={change} />}
      </div>
      <p role="alert" className="min-h-[18px] text-critical-text">
        {record.error ? problemOf(record.error).text : ''}
      </p>
      <div className="flex justify-end">
        <Button type="submit" tone="primary" busy={record.isPending}>
          {corrects ? 'Record the correction' : 'Record'}
        </Button>
      </div>
    </form>
  );
}
