'use client';

import { useState } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { HOUR_MS } from '@readroom/shared/clock';
import { AdminFrame } from '../../admin/admin-frame.tsx';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { gatewayNow } from '../../lib/ticker.ts';
import { inputDay, startOfDay } from '../../lib/time.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/states/states.tsx';
import { ReportTables } from './report-tables.tsx';
import { TimeZone } from './time-zone.tsx';

const DAYS_BACK = 30;

/** How critical results were acknowledged and communicated in time, and the file an inspector asks for. */
export function CompliancePage() {
  const session = useSession();
  return (
    <AdminFrame title="Critical results" lead="How many were acknowledged and communicated within their limits. Names no patient." action="alert.report" wide>
      {session.may('alert.report') && <Compliance />}
    </AdminFrame>
  );
}

function Compliance() {
  const [from, setFrom] = useState(() => inputDay(gatewayNow() - (DAYS_BACK - 1) * 24 * HOUR_MS));
  const [to, setTo] = useState(() => inputDay(gatewayNow()));
  const period = { from: startOfDay(from) ?? 0, until: startOfDay(to, 1) ?? 0 };
  const report = useQuery({ queryKey: ['compliance', period], queryFn: () => api.compliance(period), enabled: from !== '' && to !== '', placeholderData: (before) => before });
  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        <TextField label="Raised from" type="date" className="nums w-36" max={to || undefined} value={from} onChange={(event) => setFrom(event.target.value)} />
        <TextField label="to" type="date" className="nums w-36" min={from || undefined} value={to} onChange={(event) => setTo(event.target.value)} />
        <Export period={period} />
        {report.data && <TimeZone current={report.data.timeZone} onChanged={() => void report.refetch()} />}
      </div>
      {report.error && <p className="text-critical-text">{problemOf(report.error).text}</p>}
      {report.isPending && <Skeleton className="h-96" />}
      {report.data && <ReportTables sealed={report.data} />}
    </>
  );
}

/** The file is made by the gateway, which keeps its hash in the audit. */
function Export({ period }: { period: { from: number; until: number } }) {
  const made = useMutation({
    mutationFn: () => api.exportCompliance(period),
    onSuccess: ({ csv }) => save(csv, `critical-results-${inputDay(period.from)}-to-${inputDay(period.until - 1)}.csv`),
  });
  return (
    <>
      <Button className="h-9" tone="primary" busy={made.isPending} onClick={() => made.mutate()}>
        Export as CSV
      </Button>
      <p role="status" className={made.error ? 'text-critical-text' : 'sr-only'}>
        {made.error ? problemOf(made.error).text : made.data ? 'The file was made.' : ''}
      </p>
    </>
  );
}

function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download holds its own copy once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
