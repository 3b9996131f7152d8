'use client';

import type { Member } from '@readroom/shared/access/can';
import type { ReportState } from '@readroom/shared/report/report';
import { useTicking } from '../lib/ticker.ts';
import { cx } from '../ui/cx.ts';
import { LockIcon, OfflineIcon } from '../ui/icons.ts';
import { Badge, type BadgeTone } from '../ui/marks/marks.tsx';
import { Presence, usePresent } from './session/presence.tsx';
import { linkWords, type ReportSession, type SessionView } from './session/report-session.ts';

const STATE: { readonly [S in ReportState]: { readonly tone: BadgeTone; readonly text: string } } = {
  draft: { tone: 'quiet', text: 'Draft' },
  preliminary: { tone: 'urgent', text: 'Preliminary' },
  final: { tone: 'routine', text: 'Final' },
  appended: { tone: 'routine', text: 'Final, with addendum' },
};

export function StateBadge({ state }: { state: ReportState }) {
  return <Badge tone={STATE[state].tone}>{STATE[state].text}</Badge>;
}

const TONE = { calm: 'text-muted', busy: 'text-text', warn: 'text-urgent-text' } as const;

/** The report's state, where the words are, and who else is here. It keeps its height whatever it says. */
export function ReportHead({ session, view, member, state }: { session: ReportSession; view: SessionView; member: Member; state: ReportState }) {
  const present = usePresent(session.provider, member.userId);
  const words = linkWords(view);
  return (
    <div className="shrink-0 border-b border-line">
      <div className="flex h-10 items-center gap-2 px-3">
        <StateBadge state={state} />
        <span role="status" data-stored={view.unstored === 0} className={cx('flex min-w-0 items-center gap-1.5 truncate text-xs', TONE[words.tone])}>
          {words.tone === 'warn' && <OfflineIcon size={13} aria-hidden="true" />}
          <span className="truncate">{words.text}</span>
        </span>
        <span className="flex-1" />
        <Presence present={present} />
      </div>
      <Frozen view={view} userId={member.userId} />
    </div>
  );
}

function Frozen({ view, userId }: { view: SessionView; userId: string }) {
  const frozen = view.status?.frozen ?? null;
  const seconds = useTicking((now) => (frozen ? Math.max(0, Math.ceil((frozen.until - now) / 1_000)) : 0));
  if (!frozen || frozen.by === userId) return null;
  return (
    <p role="status" className="flex items-center gap-1.5 bg-accent-wash px-3 py-1.5 text-accent">
      <LockIcon size={13} aria-hidden="true" />
      {frozen.name} is signing. You can read; writing returns in <span className="nums">{seconds} s</span> at the latest.
    </p>
  );
}
