'use client';

import type { RefObject } from 'react';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { PatientBar } from '../../patient/patient-bar.tsx';
import { Priors } from '../../prior/priors.tsx';
import { useTicking } from '../../lib/ticker.ts';
import { absoluteText, clockText, dueText } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { Kbd } from '../../ui/marks/marks.tsx';
import { SeverityMark } from '../../ui/marks/severity.tsx';
import { Notice } from '../../ui/states/states.tsx';
import { STATUS_TEXT } from '../table/rows.ts';
import { Findings } from './findings.tsx';
import { RankParts } from './rank-parts.tsx';

export interface ExplanationProps {
  item: WorklistItem | null;
  me: string;
  mayOpen: boolean;
  /** Takes the focus when a key asks why. */
  whyRef: RefObject<HTMLElement | null>;
  onOpen(item: WorklistItem): void;
  onClaim(item: WorklistItem): void;
  /** Puts it aside, or takes it up again. */
  onAside(item: WorklistItem): void;
}

/** The selected row explained: whose it is, why it stands there, what AI says, and one key to open it. */
export function Explanation({ item, me, mayOpen, whyRef, onOpen, onClaim, onAside }: ExplanationProps) {
  if (item === null) {
    return (
      <Notice kind="empty" title="No study selected">
        Move with <Kbd keys="j" /> and <Kbd keys="k" /> to see why a study stands where it does.
      </Notice>
    );
  }
  return (
    <aside aria-label="Selected study" className="flex h-full flex-col bg-surface">
      <PatientBar study={item} wide={false} />
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
        <Standing item={item} me={me} />
        {(item.aside !== null || item.assignedTo?.id === me) && <AsideNote item={item} mayAct={mayOpen} onAside={onAside} />}
        <RankParts item={item} whyRef={whyRef} />
        {mayOpen && <Findings studyUid={item.studyUid} revision={item.revision} withImages />}
        {mayOpen && <Priors key={item.studyId} studyId={item.studyId} className="mt-4" />}
      </div>
      {mayOpen && (
        <div className="flex shrink-0 gap-2 border-t border-line p-2">
          <Button tone="primary" className="flex-1" onClick={() => onOpen(item)}>
            Open <Kbd keys="Enter" />
          </Button>
          <Button onClick={() => onClaim(item)}>
            {item.assignedTo?.id === me ? 'Give back' : 'Claim'} <Kbd keys="c" />
          </Button>
        </div>
      )}
    </aside>
  );
}

/** LF6: whose words, since when, and when it comes back; or the way to put it aside. */
function AsideNote({ item, mayAct, onAside }: { item: WorklistItem; mayAct: boolean; onAside(item: WorklistItem): void }) {
  const { aside } = item;
  const button = mayAct && (
    <Button size="small" className="shrink-0" onClick={() => onAside(item)}>
      {aside === null ? 'Put aside' : 'Take up'} <Kbd keys="p" />
    </Button>
  );
  if (aside === null) return <div className="mb-3">{button}</div>;
  return (
    <div className="mb-3 flex items-start gap-3 rounded border border-line-strong bg-raised-2 px-3 py-2" data-testid="aside">
      <p className="min-w-0 flex-1">
        <bdi className="break-words">{aside.note}</bdi>
        <span className="block text-xs text-muted">
          Put aside by <bdi>{aside.author.name}</bdi> at {clockText(aside.since)}, {aside.until === null ? 'until it is taken up' : `until ${clockText(aside.until)}`}
        </span>
      </p>
      {button}
    </div>
  );
}

function Standing({ item, me }: { item: WorklistItem; me: string }) {
  const due = useTicking((now) => {
    const { text, state } = dueText(item.dueAt, now);
    return state === 'late' ? `overdue by ${text.slice(1)}` : `due in ${text}`;
  });
  const who = item.assignedTo === null ? 'Nobody has it' : item.assignedTo.id === me ? 'You have it' : item.assignedTo.name;
  return (
    <p className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
      <SeverityMark state={item.ai} />
      {item.status !== 'final' && (
        <span className="nums" title={absoluteText(item.dueAt)}>
          {due}
        </span>
      )}
      <span className="text-muted">
        {STATUS_TEXT[item.status]} · <bdi>{who}</bdi>
      </span>
    </p>
  );
}
