'use client';

import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { MAX_SEARCH_TEXT } from '@readroom/shared/alert/history';
import { api } from '../../lib/api.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { SEVERITY_LOOK } from '../../ui/marks/severity.tsx';
import { EMPTY_FORM, SEVERITIES, STATES, type FilterForm } from './filter-form.ts';

const STATE_TEXT = { open: 'Open', acknowledged: 'Acknowledged', closed: 'Closed' } as const;
const ANY = { value: '', label: 'Any' } as const;

/**
 * Asked for with Enter or the button, not with every letter: each answer shows patients and is audited.
 * The button works while an earlier answer is on its way: a browser drops Enter where the form's button is disabled.
 */
export function FilterBar({ onSearch }: { onSearch(form: FilterForm): void }) {
  const [form, setForm] = useState<FilterForm>(EMPTY_FORM);
  const findings = useQuery({ queryKey: ['alert-findings'], queryFn: () => api.alertFindings() });
  const change = (part: Partial<FilterForm>) => setForm({ ...form, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(form);
  };
  const clear = () => {
    setForm(EMPTY_FORM);
    onSearch(EMPTY_FORM);
  };
  return (
    <form role="search" aria-label="Past alerts" onSubmit={submit} className="flex flex-wrap items-end gap-3">
      <div className="min-w-64 flex-1">
        <TextField id="alert-search" label="Patient name, MRN or accession number" autoComplete="off" maxLength={MAX_SEARCH_TEXT} value={form.text} onChange={(event) => change({ text: event.target.value })} />
      </div>
      <SelectField label="State" value={form.state} options={[ANY, ...STATES.map((value) => ({ value, label: STATE_TEXT[value] }))]} onChange={(state) => change({ state })} />
      <SelectField label="Severity" value={form.severity} options={[ANY, ...SEVERITIES.map((value) => ({ value, label: SEVERITY_LOOK[value].word }))]} onChange={(severity) => change({ severity })} />
      <SelectField label="Finding" value={form.finding} options={[ANY, ...(findings.data ?? []).map(({ code, label }) => ({ value: code, label }))]} onChange={(finding) => change({ finding })} />
      <TextField label="Raised from" type="date" className="nums w-36" max={form.to || undefined} value={form.from} onChange={(event) => change({ from: event.target.value })} />
      <TextField label="to" type="date" className="nums w-36" min={form.from || undefined} value={form.to} onChange={(event) => change({ to: event.target.value })} />
      <Button type="submit" tone="primary" className="h-9">
        Search
      </Button>
      <Button onClick={clear} className="h-9">
        Clear
      </Button>
    </form>
  );
}
