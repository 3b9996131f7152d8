'use client';

import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { adminApi, type AuditItem, type AuditProblem } from '../lib/admin-api.ts';
import { problemOf } from '../lib/problem.ts';
import { absoluteText } from '../lib/time.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/states/states.tsx';
import { AdminFrame } from './admin-frame.tsx';

const PAGE_SIZE = 100;

/** Who did what, newest first, and whether anybody changed it since. Names no patient. */
export function AuditPage() {
  const pages = useInfiniteQuery({
    queryKey: ['admin', 'audit'],
    queryFn: ({ pageParam }) => adminApi.auditPage({ limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <AdminFrame title="Audit" lead="Every reading of an image or report, and every change, chained so that an edit is found out." action="audit.view" wide aside={<Verify />}>
      {pages.isPending && <Skeleton className="h-96" />}
      {pages.error && <p className="text-critical-text">{problemOf(pages.error).text}</p>}
      {items.length > 0 && <AuditTable items={items} />}
      {pages.hasNextPage && (
        <Button className="self-start" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          Show older events
        </Button>
      )}
    </AdminFrame>
  );
}

function Verify() {
  const verify = useMutation({ mutationFn: adminApi.verifyAudit });
  return (
    <div className="flex items-center gap-3">
      <p role="status" className="text-right">
        {verify.error && <span className="text-critical-text">{problemOf(verify.error).text}</span>}
        {verify.data?.ok === true && <span className="nums text-routine-text">{verify.data.checked.toLocaleString('en')} events checked: nothing was changed</span>}
        {verify.data?.ok === false && <span className="nums text-critical-text">{problemText(verify.data.problem)} Keep the database as it is and call security.</span>}
      </p>
      <Button busy={verify.isPending} onClick={() => verify.mutate()}>
        Check the chain
      </Button>
    </div>
  );
}

const RECORD_TEXT = { 'record-edited': 'changed', 'record-missing': 'removed', 'record-added': 'put in from outside' } as const;

/** What the check found, and where. */
export function problemText(problem: AuditProblem | null): string {
  if (problem?.kind === 'record-edited' || problem?.kind === 'record-missing' || problem?.kind === 'record-added') {
    return `The audit is whole, but a communication record was ${RECORD_TEXT[problem.kind]}${problem.seq === null ? '' : ` (written at event ${problem.seq})`}.`;
  }
  return `The record was changed at event ${problem?.seq ?? '?'}.`;
}

/** `study.view` as a person reads it: `Study view`. */
export function actionText(action: string): string {
  const words = action.replaceAll(/[.-]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function subjectText(subject: unknown): string {
  if (typeof subject !== 'object' || subject === null) return '';
  return Object.entries(subject)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');
}

function AuditTable({ items }: { items: readonly AuditItem[] }) {
  return (
    <table className="w-full table-fixed text-left">
      <thead className="text-xs text-muted">
        <tr>
          <th className="w-20 py-1 pr-3 text-right font-normal">Event</th>
          <th className="w-48 py-1 font-normal">When</th>
          <th className="w-56 py-1 font-normal">Who</th>
          <th className="w-44 py-1 font-normal">What</th>
          <th className="py-1 font-normal">On what</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id} className="border-t border-line align-top">
            <td className="nums py-1.5 pr-3 text-right text-muted" title={item.hash ?? 'Not sealed yet'}>
              {item.seq ?? 'new'}
            </td>
            <td className="nums py-1.5 pr-3 whitespace-nowrap">{absoluteText(item.at)}</td>
            <td className="truncate py-1.5 pr-3" title={item.actor}>
              <bdi>{item.actorName ?? item.actor}</bdi> {item.role !== item.actor && <span className="text-muted">{item.role}</span>}
            </td>
            <td className="py-1.5 pr-3">{actionText(item.action)}</td>
            <td className="truncate py-1.5 font-mono text-xs text-muted" title={subjectText(item.subject)}>
              {subjectText(item.subject)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
