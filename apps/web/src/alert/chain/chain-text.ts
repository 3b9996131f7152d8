import type { ChainLink, ChainStep } from '@readroom/shared/alert/chain';
import { MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import { spanText } from '../../lib/time.ts';

export const STEP_TEXT: { readonly [S in ChainStep]: string } = {
  stored: 'Stored at the edge',
  analysed: 'Analysed',
  raised: 'Alert raised',
  emitted: 'Sent to browsers',
  delivered: 'Received by a browser',
  painted: 'Shown on a screen',
  sounded: 'Sounded',
  escalated: 'Escalated',
  acknowledged: 'Acknowledged',
  communicated: 'Communicated',
};

const ABSENT_TEXT = { missing: 'No record', waiting: 'Not yet', 'not-due': 'Not needed', recorded: '' } as const;

/** What stands where a time would: that there is no record, and nothing in its place. */
export function absentText(link: ChainLink): string {
  return ABSENT_TEXT[link.state];
}

/** `+2.1 s`, `+4 min`, `−9.0 s`: tenths of a second where they matter. */
export function intervalText(ms: number | null): string {
  if (ms === null) return '';
  const span = Math.abs(ms);
  const text = span < MINUTE_MS ? `${(span / SECOND_MS).toFixed(1)} s` : spanText(span);
  return `${ms < 0 ? '−' : '+'}${text}`;
}

/** Whose deed or browser: the first by name, the others counted. */
export function whoText({ by, count }: ChainLink): string {
  const others = count > 1 ? `${count - 1} more` : '';
  return [by ?? '', others].filter(Boolean).join(', ');
}
