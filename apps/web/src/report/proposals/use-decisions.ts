'use client';

import { useState } from 'react';
import { openProposals, type Decision } from '@readroom/shared/report/proposal';
import type { Proposal } from '@readroom/shared/report/report';
import { problemOf } from '../../lib/problem.ts';
import { useToast } from '../../ui/toast.tsx';
import { reportApi } from '../report-api.ts';

export interface Decisions {
  /** The one the keys answer: the surest that is still open. */
  readonly current: Proposal | null;
  readonly busyId: string | null;
  decide(proposal: Proposal, decision: Decision): void;
  /** True when the key (pressed with Alt) was one of ours. */
  onKey(key: string): boolean;
}

/** Accepting and refusing, by button and by key. The gateway writes the decision; the document brings it back to everybody. */
export function useDecisions(reportId: string, proposals: readonly Proposal[], editable: boolean, onFocusEvidence: (evidence: Proposal['evidence']) => void): Decisions {
  const toast = useToast();
  const [busyId, setBusyId] = useState<string | null>(null);
  const open = openProposals(proposals);
  const current = open[0] ?? null;

  const send = async (proposal: Proposal, decision: Decision): Promise<void> => {
    setBusyId(proposal.id);
    try {
      await reportApi.decide(reportId, proposal.id, decision);
      const next = open.find((other) => other.id !== proposal.id);
      if (next) onFocusEvidence(next.evidence);
    } catch (error) {
      toast({ tone: 'problem', title: decision === 'accepted' ? 'Not accepted' : 'Not refused', text: problemOf(error).text });
    } finally {
      setBusyId(null);
    }
  };
  const decide = (proposal: Proposal, decision: Decision): void => {
    if (editable && busyId === null) void send(proposal, decision);
  };
  return {
    current,
    busyId,
    decide,
    onKey(key) {
      if (!current || (key !== 'Enter' && key !== 'Backspace')) return false;
      decide(current, key === 'Enter' ? 'accepted' : 'refused');
      return true;
    },
  };
}
