import type { AiState } from '@readroom/shared/worklist/worklist-item';
import { cx } from '../cx.ts';

interface Look {
  readonly word: string;
  readonly text: string;
}

/** `clear` (looked, found nothing) and `not-analysed` (nobody looked) are different things and look different. */
export const SEVERITY_LOOK: { readonly [S in AiState]: Look } = {
  critical: { word: 'Critical', text: 'text-critical-text' },
  urgent: { word: 'Urgent', text: 'text-urgent-text' },
  routine: { word: 'Routine', text: 'text-routine-text' },
  clear: { word: 'Nothing found', text: 'text-muted' },
  pending: { word: 'Analysing', text: 'text-muted' },
  'not-analysed': { word: 'Not analysed', text: 'text-muted' },
};

/** The shape alone: triangle, diamond, dot, tick in a ring, dotted ring, hollow ring. Told apart without colour. */
export function SeverityShape({ state, size = 12 }: { state: AiState; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true" className="shrink-0">
      <Shape state={state} />
    </svg>
  );
}

function Shape({ state }: { state: AiState }) {
  switch (state) {
    case 'critical':
      return <path d="M6 0.8 11.6 11H0.4Z" className="fill-critical" />;
    case 'urgent':
      return <path d="M6 0.3 11.7 6 6 11.7 0.3 6Z" className="fill-urgent" />;
    case 'routine':
      return <circle cx="6" cy="6" r="4.4" className="fill-routine" />;
    case 'clear':
      return (
        <g className="fill-none stroke-muted" strokeWidth="1.3">
          <circle cx="6" cy="6" r="5" />
          <path d="m3.6 6.2 1.7 1.7 3.2-3.6" />
        </g>
      );
    case 'pending':
      return <circle cx="6" cy="6" r="5" className="fill-none stroke-muted" strokeWidth="1.4" strokeDasharray="1.6 2.3" />;
    case 'not-analysed':
      return <circle cx="6" cy="6" r="5" className="fill-none stroke-muted" strokeWidth="1.4" />;
    default:
      state satisfies never;
      return null;
  }
}

/** Colour and shape and word. */
export function SeverityMark({ state, className }: { state: AiState; className?: string }) {
  const look = SEVERITY_LOOK[state];
  return (
    <span className={cx('inline-flex min-w-0 items-center gap-1.5', look.text, className)}>
      <SeverityShape state={state} />
      <span className="truncate">{look.word}</span>
    </span>
  );
}
