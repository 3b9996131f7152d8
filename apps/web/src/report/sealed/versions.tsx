'use client';

import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { VersionHead } from '@readroom/shared/report/report-view';
import { problemOf } from '../../lib/problem.ts';
import { absoluteText } from '../../lib/time.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Skeleton } from '../../ui/states/states.tsx';
import { pdfHref, reportApi } from '../report-api.ts';
import { DiffText } from './diff-text.tsx';
import { SealedText } from './sealed-text.tsx';

const KIND = { preliminary: 'Preliminary', final: 'Final', addendum: 'Addendum' } as const;

export function versionTitle(version: VersionHead): string {
  return `Version ${version.version}, ${KIND[version.kind].toLowerCase()}, ${version.signedBy.name}, ${absoluteText(version.signedAt)}`;
}

/** Every sealed version: read one as it was, or see what changed since another (RP4). */
export function VersionsDialog({ reportId, versions, onClose }: { reportId: string; versions: readonly VersionHead[]; onClose(): void }) {
  const [shown, setShown] = useState(versions.at(-1)?.version ?? 1);
  const [base, setBase] = useState<number | null>(null);
  return (
    <Dialog open title="Versions" width="wide" onOpenChange={(open) => !open && onClose()}>
      <div className="flex flex-col gap-3 p-4">
        <div className="flex flex-wrap gap-3">
          <VersionSelect label="Show" value={shown} versions={versions} onChange={(value) => setShown(value ?? shown)} />
          <VersionSelect label="Compare with" value={base} versions={versions.filter((version) => version.version !== shown)} none="nothing" onChange={setBase} />
          <a className="self-end text-accent hover:underline" href={pdfHref(reportId, shown)} download>
            PDF of version {shown}
          </a>
        </div>
        {base === null ? <OneVersion reportId={reportId} version={shown} /> : <Comparison reportId={reportId} from={Math.min(base, shown)} to={Math.max(base, shown)} />}
      </div>
    </Dialog>
  );
}

interface SelectProps {
  label: string;
  value: number | null;
  versions: readonly VersionHead[];
  none?: string;
  onChange(value: number | null): void;
}

function VersionSelect({ label, value, versions, none, onChange }: SelectProps) {
  return (
    <label className="flex flex-col gap-1 text-xs text-muted">
      {label}
      <select
        className="h-8 rounded border border-line-strong bg-surface px-2 text-text"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? null : Number(event.target.value))}
      >
        {none !== undefined && <option value="">{none}</option>}
        {versions.map((version) => (
          <option key={version.version} value={version.version}>
            {versionTitle(version)}
          </option>
        ))}
      </select>
    </label>
  );
}

function OneVersion({ reportId, version }: { reportId: string; version: number }) {
  const query = useQuery({ queryKey: ['report-version', reportId, version], queryFn: () => reportApi.version(reportId, version), staleTime: Infinity });
  if (query.error) return <p role="alert">{problemOf(query.error).text}</p>;
  return query.data ? <SealedText version={query.data} /> : <Skeleton className="h-40" />;
}

function Comparison({ reportId, from, to }: { reportId: string; from: number; to: number }) {
  const query = useQuery({ queryKey: ['report-compare', reportId, from, to], queryFn: () => reportApi.compare(reportId, from, to), staleTime: Infinity });
  if (query.error) return <p role="alert">{problemOf(query.error).text}</p>;
  return query.data ? <DiffText changes={query.data} /> : <Skeleton className="h-40" />;
}
