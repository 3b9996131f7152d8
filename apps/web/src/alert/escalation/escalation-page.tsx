'use client';

import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { policyChanges, policyProblems, SEVERITY_TITLE, type EscalationPolicy, type PolicyVersion } from '@readroom/shared/alert/escalation-policy';
import { AdminFrame } from '../../admin/admin-frame.tsx';
import { PolicyHistory } from '../../admin/policy-history.tsx';
import { SavePolicy } from '../../admin/save-policy.tsx';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/states/states.tsx';
import { Effect } from './effect.tsx';
import { PathLine } from '../path/path-line.tsx';
import { draftOf, policyOf, type PolicyDraft } from './policy-form.ts';
import { PolicyTable } from './policy-table.tsx';

const POLICY_KEY = ['escalation'];

/** AL12: how alerts climb here, what a change would do, and every version there was. */
export function EscalationPage() {
  const session = useSession();
  const history = useQuery({ queryKey: POLICY_KEY, queryFn: api.escalationPolicies, enabled: session.may('alert.report') });
  return (
    <AdminFrame title="Escalation" lead="Who is called when nobody answers an alert, and within what it has to be answered." action="alert.report" wide>
      <PathLine />
      {history.error && <p className="text-critical-text">{problemOf(history.error).text}</p>}
      {history.isPending && <Skeleton className="h-96" />}
      {history.data && <Policy versions={history.data} />}
    </AdminFrame>
  );
}

function Policy({ versions }: { versions: readonly PolicyVersion[] }) {
  const session = useSession();
  const [draft, setDraft] = useState<PolicyDraft | null>(null);
  const [inForce] = versions;
  if (!inForce) return null;
  const typed = draft === null ? inForce.policy : policyOf(draft);
  const problems = isPolicy(typed) ? policyProblems(typed) : typed.map((place) => ({ ...place, text: 'Type a number.' }));
  return (
    <div className="flex flex-wrap items-start gap-6">
      <section aria-label={draft === null ? `Policy ${inForce.version}, in force` : 'The change'} className="flex min-w-[40rem] flex-1 flex-col gap-4">
        <PolicyTable policy={inForce.policy} draft={draft} problems={problems} onType={(severity, field, text) => setDraft((before) => before && { ...before, [severity]: { ...before[severity], [field]: text } })} />
        <p className="text-xs text-muted">Counted from the raising of the alert, while nobody acknowledges it. An alert keeps the policy it was raised under. A critical alert can’t be silenced: everybody is called within 30 minutes and again for 24 hours at least.</p>
        {draft === null ? (
          session.may('hospital.configure') && (
            <Button className="self-start" onClick={() => setDraft(draftOf(inForce.policy))}>
              Change the policy
            </Button>
          )
        ) : (
          <>
            <Problems problems={problems} />
            {isPolicy(typed) && problems.length === 0 && <Save key={inForce.version} inForce={inForce} policy={typed} onSaved={() => setDraft(null)} />}
            <Button className="self-start" tone="ghost" onClick={() => setDraft(null)}>
              Keep the policy as it is
            </Button>
          </>
        )}
      </section>
      <PolicyHistory versions={versions} changes={(before, after) => policyChanges(before.policy, after.policy)} />
    </div>
  );
}

function isPolicy(typed: ReturnType<typeof policyOf>): typed is EscalationPolicy {
  return 'critical' in typed;
}

function Problems({ problems }: { problems: readonly { readonly severity: keyof EscalationPolicy; readonly field: string; readonly text: string }[] }) {
  return (
    <ul role="status" className="text-critical-text">
      {problems.map(({ severity, field, text }) => (
        <li key={`${severity} ${field}`}>
          {SEVERITY_TITLE[severity]}: {text}
        </li>
      ))}
    </ul>
  );
}

/** Says what would be different, in words and in last month’s alerts, and only then asks for the reason. */
function Save({ inForce, policy, onSaved }: { inForce: PolicyVersion; policy: EscalationPolicy; onSaved(): void }) {
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: (reason: string) => api.changeEscalation({ basedOn: inForce.version, policy, reason }),
    onSuccess: (versions) => {
      queryClient.setQueryData(POLICY_KEY, versions);
      onSaved();
    },
  });
  const changes = policyChanges(inForce.policy, policy);
  if (changes.length === 0) return <p className="text-muted">Nothing is changed yet.</p>;
  return (
    <>
      <Effect changes={changes} policy={policy} />
      <SavePolicy next={inForce.version + 1} busy={save.isPending} error={save.error} onSave={save.mutate} />
    </>
  );
}
