import type { ChainLink, ChainStep } from '@readroom/shared/alert/chain';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
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

/** `+2.1 s`, `+4 min 30 s`, `−9.0 s`: tenths of a second below a minute, seconds below an hour. */
export function intervalText(ms: number | null): string {
  return ms === null ? '' : `${ms < 0 ? '−' : '+'}${lengthText(Math.abs(ms))}`;
}

function lengthText(span: number): string {
  if (span < MINUTE_MS) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`;
  if (span < HOUR_MS) return `${Math.floor(span / MINUTE_MS)} min ${Math.floor((span % MINUTE_MS) / SECOND_MS)} s`;
  return spanText(span);
}

/** Whose deed or browser: the first by name, the others counted. A program's step is nobody's. */
export function whoText({ by, count }: ChainLink): string {
  if (by === null) return '';
  return count > 1 ? `${by}, ${count - 1} more` : by;
}
