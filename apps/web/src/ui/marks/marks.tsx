import type { ReactNode } from 'react';
import { cx } from '../cx.ts';
import { AiIcon } from '../icons.ts';

/** A key as it stands on the keyboard; `g l` is two keys, one after the other. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-1">
      {keys.split(' ').map((key, index) => (
        <kbd key={index} className="rounded border border-line-strong bg-surface px-1.5 font-sans text-[11px] leading-4 text-muted">
          {key}
        </kbd>
      ))}
    </span>
  );
}

export type BadgeTone = 'quiet' | 'accent' | 'ai' | 'critical' | 'urgent' | 'routine';
const BADGE: { readonly [T in BadgeTone]: string } = {
  quiet: 'border-line-strong text-muted',
  accent: 'border-accent/60 text-accent',
  ai: 'border-ai/50 bg-ai-wash text-ai',
  critical: 'border-critical/70 bg-critical-wash text-critical-text',
  urgent: 'border-urgent/60 bg-urgent-wash text-urgent-text',
  routine: 'border-routine/60 bg-routine-wash text-routine-text',
};

export function Badge({ tone = 'quiet', title, children }: { tone?: BadgeTone; title?: string; children: ReactNode }) {
  return (
    <span title={title} className={cx('inline-flex h-[18px] shrink-0 items-center gap-1 rounded-sm border px-1.5 text-[11px] leading-none whitespace-nowrap', BADGE[tone])}>
      {children}
    </span>
  );
}

/** What a machine said: its own colour, its own icon, its own word. */
export function AiBadge({ children }: { children?: ReactNode }) {
  return (
    <Badge tone="ai" title="Said by a model; not yet accepted by a person">
      <AiIcon size={11} aria-hidden="true" />
      {children ?? 'AI'}
    </Badge>
  );
}

export function SyntheticBadge() {
  return (
    <Badge tone="accent" title="Made by a program, no person was imaged (DICOM Synthetic Data)">
      Synthetic
    </Badge>
  );
}

/** Counts stand in tabular figures, right-aligned, and never change the width of what is around them. */
export function Count({ value, tone = 'muted' }: { value: number; tone?: 'muted' | 'text' }) {
  return <span className={cx('nums text-right text-xs', tone === 'muted' ? 'text-muted' : 'text-text')}>{value.toLocaleString('en')}</span>;
}
