import { useQuery } from '@tanstack/react-query';
import type { EscalationPolicy } from '@readroom/shared/alert/escalation-policy';
import { EffectOfChange } from '../../admin/effect-of-change.tsx';
import { api } from '../../lib/api.ts';

/** What a policy would do before it is one: in words, and in the alerts of the last weeks as they were answered. */
export function Effect({ changes, policy }: { changes: readonly string[]; policy: EscalationPolicy }) {
  const preview = useQuery({ queryKey: ['escalation', 'preview', policy], queryFn: ({ signal }) => api.previewEscalation(policy, signal), placeholderData: (before) => before });
  return (
    <EffectOfChange changes={changes} preview={preview}>
      {({ days, before, after }) => (
        <p className="nums text-muted" data-testid="preview">
          Of the {before.alerts} alerts of the last {days} days, answered as they were: the backup called for {after.backup} (was {before.backup}), everybody for {after.end} (was {before.end}), acknowledged late or not {after.late} (was {before.late}).
        </p>
      )}
    </EffectOfChange>
  );
}
