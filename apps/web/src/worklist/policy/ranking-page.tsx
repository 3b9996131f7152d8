'use client';

import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lengthText } from '@readroom/shared/length-text';
import { boundOf, POLICY_FIELD, rankPolicyChanges, rankPolicyProblems, type PolicyTerms, type RankPolicyProblem, type RankPolicyVersion } from '@readroom/shared/priority/policy-change';
import { AdminFrame } from '../../admin/admin-frame.tsx';
import { PolicyHistory } from '../../admin/policy-history.tsx';
import { SavePolicy } from '../../admin/save-policy.tsx';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/states/states.tsx';
import { ListEffect } from './list-effect.tsx';
import { draftOf, typedTerms, type TermsDraft } from './terms-form.ts';
import { TermsTable } from './terms-table.tsx';

const POLICY_KEY = ['ranking'];

/** PR10: how the list is ordered here, what a change would do, and every version there was. */
export function RankingPage() {
  const session = useSession();
  const history = useQuery({ queryKey: POLICY_KEY, queryFn: api.rankPolicies, enabled: session.may('worklist.view') });
  return (
    <AdminFrame title="Ranking" lead="Open critical findings first, then STAT and emergency, then the rest. Inside each, what may wait least comes first." action="worklist.view" wide>
      {history.error && <p className="text-critical-text">{problemOf(history.error).text}</p>}
      {history.isPending && <Skeleton className="h-96" />}
      {history.data && <RankPolicy versions={history.data} />}
    </AdminFrame>
  );
}

function RankPolicy({ versions }: { versions: readonly RankPolicyVersion[] }) {
  const session = useSession();
  const [draft, setDraft] = useState<TermsDraft | null>(null);
  const [inForce] = versions;
  if (!inForce) return null;
  const typed = draft === null ? inForce.terms : typedTerms(draft, inForce.terms);
  const problems: readonly RankPolicyProblem[] = isTerms(typed) ? rankPolicyProblems(typed) : typed.map((field) => ({ field, text: 'Type a number.' }));
  return (
    <div className="flex flex-wrap items-start gap-6">
      <section aria-label={draft === null ? `Policy ${inForce.version}, in force` : 'The change'} className="flex min-w-[40rem] flex-1 flex-col gap-4">
        <TermsTable terms={inForce.terms} draft={draft} problems={problems} onType={(field, text) => setDraft((before) => before && { ...before, [field]: text })} />
        <Bound terms={isTerms(typed) ? typed : inForce.terms} />
        {draft === null ? (
          session.may('hospital.configure') && (
            <Button className="self-start" onClick={() => setDraft(draftOf(inForce.terms))}>
              Change the policy
            </Button>
          )
        ) : (
          <>
            <ul role="status" className="text-critical-text">
              {problems.map(({ field, text }) => (
                <li key={text}>
                  {POLICY_FIELD[field].title}: {text}
                </li>
              ))}
            </ul>
            {isTerms(typed) && problems.length === 0 && <Save key={inForce.version} inForce={inForce} terms={typed} onSaved={() => setDraft(null)} />}
            <Button className="self-start" tone="ghost" onClick={() => setDraft(null)}>
              Keep the policy as it is
            </Button>
          </>
        )}
      </section>
      <PolicyHistory versions={versions} changes={(before, after) => rankPolicyChanges(before.terms, after.terms)} />
    </div>
  );
}

function isTerms(typed: ReturnType<typeof typedTerms>): typed is PolicyTerms {
  return 'allowanceMs' in typed;
}

function Bound({ terms }: { terms: PolicyTerms }) {
  return (
    <p className="text-xs text-muted" data-testid="bound">
      The bound W is <span className="nums text-text">{lengthText(boundOf(terms))}</span>: inside a tier no study is overtaken by one received later than that after it, unless a reader moves one. It is the spread of the waiting times plus the largest amount AI brings forward.
    </p>
  );
}

/** Says what would be different, in words and in the list of the last day, and only then asks for the reason. */
function Save({ inForce, terms, onSaved }: { inForce: RankPolicyVersion; terms: PolicyTerms; onSaved(): void }) {
  const queryClient = useQueryClient();
  const changes = rankPolicyChanges(inForce.terms, terms);
  const preview = useQuery({ queryKey: [...POLICY_KEY, 'preview', terms], queryFn: ({ signal }) => api.previewRankPolicy(terms, signal), enabled: changes.length > 0, placeholderData: (before) => before });
  const save = useMutation({
    mutationFn: (reason: string) => api.changeRankPolicy({ basedOn: inForce.version, terms, reason }),
    onSuccess: (versions) => {
      queryClient.setQueryData(POLICY_KEY, versions);
      onSaved();
    },
  });
  if (changes.length === 0) return <p className="text-muted">Nothing is changed yet.</p>;
  return (
    <>
      <ListEffect changes={changes} preview={preview} />
      {preview.data?.fallen.length === 0 && <SavePolicy next={inForce.version + 1} busy={save.isPending} error={save.error} onSave={save.mutate} />}
    </>
  );
}
