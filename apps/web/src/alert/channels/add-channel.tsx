import { useState, type FormEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { alertLevelSchema, type AlertLevel } from '@readroom/shared/alert/alert';
import { CHANNEL_TEXT, channelKindSchema, newChannelSchema, type Channel, type ChannelKind } from '@readroom/shared/alert/notification';
import { severitySchema, type Severity } from '@readroom/shared/finding/finding';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';

const KINDS = channelKindSchema.options.map((value) => ({ value, label: CHANNEL_TEXT[value] }));
const LEVELS: { readonly [L in AlertLevel]: string } = { primary: 'First call', backup: 'Call of the backup', end: 'Call of everybody and its repeats' };
const SEVERITIES: { readonly [S in Severity]: string } = { critical: 'Critical', urgent: 'Urgent', routine: 'Routine' };

interface Draft {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly url: string;
  readonly key: string;
  readonly addresses: string;
  readonly toAsked: boolean;
  readonly levels: readonly AlertLevel[];
  readonly severities: readonly Severity[];
  readonly path: boolean;
}

const EMPTY: Draft = { kind: 'webhook', name: '', url: '', key: '', addresses: '', toAsked: true, levels: ['primary', 'backup', 'end'], severities: ['critical'], path: true };

/** The gateway answers the channel and, for a webhook, the key that signs, once. */
export function AddChannel({ mail, onAdded }: { mail: boolean; onAdded(added: { channel: Channel; signingKey: string | null }): void }) {
  const [draft, setDraft] = useState(EMPTY);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const add = useMutation({ mutationFn: api.addChannel, onSuccess: onAdded });
  const wanted = newChannelSchema.safeParse({ ...draft, addresses: draft.addresses.split(/[\s,;]+/).filter((one) => one !== '') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted.success) add.mutate(wanted.data);
  };
  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <SelectField label="Kind" value={draft.kind} options={KINDS} onChange={(kind) => set({ kind })} />
      <TextField label="Name" maxLength={80} value={draft.name} onChange={(event) => set({ name: event.target.value })} />
      <Target draft={draft} mail={mail} set={set} />
      <Checks legend="Which calls" labels={LEVELS} values={alertLevelSchema.options} chosen={draft.levels} onChange={(levels) => set({ levels })} />
      <Checks legend="Of which alerts" labels={SEVERITIES} values={severitySchema.options} chosen={draft.severities} onChange={(severities) => set({ severities })} />
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={draft.path} onChange={(event) => set({ path: event.target.checked })} />
        When the alert path itself breaks, and when it is mended; e-mail goes to IT members too
      </label>
      <p className="text-xs text-muted">A message says severity, finding, site, time and a link. It never names a patient.</p>
      {add.error && <p className="text-critical-text">{problemOf(add.error).text}</p>}
      <Button type="submit" tone="primary" className="self-start" busy={add.isPending} disabled={!wanted.success}>
        Add the channel
      </Button>
    </form>
  );
}

function Target({ draft, mail, set }: { draft: Draft; mail: boolean; set(change: Partial<Draft>): void }) {
  if (draft.kind === 'email') {
    return (
      <>
        {!mail && <p className="text-urgent-text">No mail server is set. Hospital IT names one in READROOM_SMTP_URL_FILE.</p>}
        <TextField label="Always to these addresses" hint="Separated by commas; may be empty" value={draft.addresses} onChange={(event) => set({ addresses: event.target.value })} />
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={draft.toAsked} onChange={(event) => set({ toAsked: event.target.checked })} />
          To the people the call asks
        </label>
      </>
    );
  }
  return (
    <>
      <TextField label="Address" type="url" hint="Begins with https. It may hold a token; it is not shown again." autoComplete="off" value={draft.url} onChange={(event) => set({ url: event.target.value })} />
      {draft.kind === 'pagerduty' && <TextField label="Integration key (Events API v2)" autoComplete="off" value={draft.key} onChange={(event) => set({ key: event.target.value })} />}
    </>
  );
}

interface ChecksProps<T extends string> {
  readonly legend: string;
  readonly labels: { readonly [K in T]: string };
  readonly values: readonly T[];
  readonly chosen: readonly T[];
  onChange(chosen: T[]): void;
}

function Checks<T extends string>({ legend, labels, values, chosen, onChange }: ChecksProps<T>) {
  return (
    <fieldset>
      <legend className="mb-1 text-xs text-muted">{legend}</legend>
      <div className="flex flex-wrap gap-4">
        {values.map((value) => (
          <label key={value} className="flex items-center gap-2">
            <input type="checkbox" checked={chosen.includes(value)} onChange={(event) => onChange(values.filter((one) => (one === value ? event.target.checked : chosen.includes(one))))} />
            {labels[value]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
