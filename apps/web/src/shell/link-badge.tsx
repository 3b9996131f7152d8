'use client';

import { useLinkState } from '../lib/live/live.tsx';
import type { LinkState } from '../lib/live/link-state.ts';
import { clockText } from '../lib/time.ts';
import { cx } from '../ui/cx.ts';
import { Tooltip } from '../ui/overlays.tsx';

interface Look {
  readonly text: string;
  readonly detail: string;
  readonly tone: string;
  readonly dot: string;
}

function lookOf(state: LinkState): Look {
  switch (state.kind) {
    case 'live':
      return { text: 'Live', detail: 'Changes arrive by themselves.', tone: 'text-muted', dot: 'bg-routine' };
    case 'connecting':
      return { text: 'Connecting', detail: 'Waiting for the gateway.', tone: 'text-muted', dot: 'bg-line-strong' };
    case 'stale':
      return { text: `Stale since ${clockText(state.since)}`, detail: 'The gateway is silent. What you see was right then; newer changes are missing.', tone: 'text-urgent-text', dot: 'bg-urgent' };
    case 'offline':
      return { text: `Offline since ${clockText(state.since)}`, detail: 'No connection. What you see was right then; it catches up by itself when the connection returns.', tone: 'text-critical-text', dot: 'bg-critical' };
    default:
      return state satisfies never;
  }
}

/** How far what is on screen may be trusted to be the present. */
export function LinkBadge() {
  const look = lookOf(useLinkState());
  return (
    <Tooltip text={look.detail}>
      <span role="status" tabIndex={0} className={cx('flex w-[9.5rem] items-center max-[1439px]:w-[8.75rem] justify-end gap-2 rounded px-2 max-[699px]:w-auto text-xs whitespace-nowrap', look.tone)}>
        <span className={cx('size-2 shrink-0 rounded-full', look.dot)} />
        <span className={look.text === 'Live' ? 'max-[699px]:sr-only' : ''}>{look.text}</span>
      </span>
    </Tooltip>
  );
}
