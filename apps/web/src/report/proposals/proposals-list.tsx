'use client';

import { openProposals, type Decision } from '@readroom/shared/report/proposal';
import type { Proposal } from '@readroom/shared/report/report';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { AiBadge, Kbd } from '../../ui/marks/marks.tsx';
import { SECTION_TITLES } from '../editor/section-editor.tsx';

export interface ProposalsListProps {
  readonly proposals: readonly Proposal[];
  /** The one that Alt+Enter and Alt+Backspace answer. */
  readonly currentId: string | null;
  readonly editable: boolean;
  readonly busyId: string | null;
  onDecide(proposal: Proposal, decision: Decision): void;
  onFocus(proposal: Proposal): void;
}

/** What the AI offers for the report. Open ones look like AI; decided ones shrink to a line that says by whom. */
export function ProposalsList({ proposals, currentId, editable, busyId, onDecide, onFocus }: ProposalsListProps) {
  if (proposals.length === 0) return null;
  const open = openProposals(proposals);
  const decided = proposals.filter((proposal) => proposal.status !== 'open');
  return (
    <section aria-label="AI proposals" className="border-b border-line px-3 py-2">
      {open.map((proposal) => (
        <OpenProposal
          key={proposal.id}
          proposal={proposal}
          current={proposal.id === currentId}
          editable={editable}
          busy={busyId === proposal.id}
          onDecide={(decision) => onDecide(proposal, decision)}
          onFocus={() => onFocus(proposal)}
        />
      ))}
      {decided.map((proposal) => (
        <DecidedProposal key={proposal.id} proposal={proposal} onFocus={() => onFocus(proposal)} />
      ))}
    </section>
  );
}

interface OpenProps {
  proposal: Proposal;
  current: boolean;
  editable: boolean;
  busy: boolean;
  onDecide(decision: Decision): void;
  onFocus(): void;
}

function OpenProposal({ proposal, current, editable, busy, onDecide, onFocus }: OpenProps) {
  return (
    <article aria-label={`AI proposal: ${proposal.label}`} aria-current={current || undefined} className={cx('mb-2 rounded border bg-ai-wash px-2.5 py-2', current ? 'border-ai' : 'border-ai/40')}>
      <button type="button" onClick={onFocus} title="Show the image it was found on" className="block w-full text-left">
        <span className="flex items-center gap-2 text-xs text-muted">
          <AiBadge>AI proposes</AiBadge>
          <span className="nums text-ai">{confidenceText(proposal.confidence)}</span>
          <span className="truncate">
            {proposal.model.id} {proposal.model.version} · image {proposal.evidence.sliceIndex + 1} · for {SECTION_TITLES[proposal.section]}
          </span>
        </span>
        <span className="mt-1 block text-[14px] leading-5 text-ai">{proposal.text}</span>
      </button>
      {editable && (
        <div className="mt-2 flex items-center gap-2">
          <Button size="small" tone="primary" busy={busy} onClick={() => onDecide('accepted')}>
            Accept {current && <Kbd keys="Alt+Enter" />}
          </Button>
          <Button size="small" busy={busy} onClick={() => onDecide('refused')}>
            Refuse {current && <Kbd keys="Alt+Backspace" />}
          </Button>
        </div>
      )}
    </article>
  );
}

const WORD = { accepted: 'Accepted', refused: 'Refused', withdrawn: 'Withdrawn by a later analysis', open: 'Open' } as const;

function DecidedProposal({ proposal, onFocus }: { proposal: Proposal; onFocus(): void }) {
  const by = proposal.decidedBy ? ` by ${proposal.decidedBy.name}` : '';
  return (
    <button type="button" onClick={onFocus} className="block w-full truncate py-0.5 text-left text-xs text-muted hover:text-text" title={proposal.text}>
      {WORD[proposal.status]}
      {by}: <span className={cx(proposal.status !== 'accepted' && 'line-through')}>{proposal.label}</span> ({proposal.model.id} {proposal.model.version}, {confidenceText(proposal.confidence)})
    </button>
  );
}
