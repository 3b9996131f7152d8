import { useQuery } from '@tanstack/react-query';
import type { EscalationPolicy } from '@readroom/shared/alert/escalation-policy';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { Skeleton } from '../../ui/states/states.tsx';

/** What a policy would do before it is one: in words, and in the alerts of the last weeks as they were answered. */
export function Effect({ changes, policy }: { changes: readonly string[]; policy: EscalationPolicy }) {
  const preview = useQuery({ queryKey: ['escalation', 'preview', policy], queryFn: ({ signal }) => api.previewEscalation(policy, signal), placeholderData: (before) => before });
  return (
    <section aria-label="What it would do" className="flex flex-col gap-2 rounded-md border border-line bg-raised p-4">
      <ul className="list-disc pl-5">
        {changes.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {preview.error && <p className="text-critical-text">{problemOf(preview.error).text}</p>}
      {preview.isPending && <Skeleton className="h-5 w-96" />}
      {preview.data && (
        <p className="nums text-muted" data-testid="preview">
          Of the {preview.data.before.alerts} alerts of the last {preview.data.days} days, answered as they were: the backup called for {preview.data.after.backup} (was {preview.data.before.backup}), everybody for {preview.data.after.end} (was{' '}
          {preview.data.before.end}), acknowledged late or not {preview.data.after.late} (was {preview.data.before.late}).
        </p>
      )}
    </section>
  );
}
