import { pathState, STAGE_TEXT, type CanaryStage, type PathView } from '@readroom/shared/alert/canary';
import { absoluteText, agoText, clockText, spanText } from '../../lib/time.ts';

/** One sentence for IT: `Alert path proved 4 min ago.` */
export function pathText(view: PathView, now: number): string {
  const { everyMs, provedAt, outage, changedBy, changedAt } = view;
  const state = pathState(view, now);
  if (state === 'broken' && outage !== null) return `Alert path BROKEN at ${STAGE_TEXT[outage.stage]} since ${absoluteText(outage.since)}.`;
  if (state === 'off') return `The canary is switched off by ${changedBy} since ${absoluteText(changedAt)}: nothing proves the alert path.`;
  if (provedAt === null) return `Alert path not proved yet${everyMs === null ? '' : `: a canary runs every ${spanText(everyMs)}`}.`;
  const ago = agoText(provedAt, now);
  return state === 'proved' ? `Alert path proved ${ago === 'now' ? 'just now' : `${ago} ago`}.` : `Alert path not proved for ${spanText(now - provedAt)}.`;
}

/** What a reader has to know and do: `Alerts may be delayed since 14:02. Call IT, ext. 4400.` */
export function delayText({ contact, outage }: Pick<PathView, 'contact' | 'outage'>): string {
  return outage === null ? '' : `Alerts may be delayed since ${clockText(outage.since)}. Call ${contact === '' ? 'hospital IT' : contact}, and look at the list itself meanwhile.`;
}

export const STAGE_HEAD: { readonly [S in CanaryStage]: string } = {
  asked: 'Asked', queued: 'Outbox', emitted: 'Sent', received: 'Arrived', raised: 'Raised', escalated: 'Escalated', notified: 'Messages', committed: 'Committed', pushed: 'Pushed', heard: 'Heard',
};

/** Seconds since the run began: `0.21`. */
export function sinceText(at: number | null, begunAt: number): string {
  return at === null ? '–' : ((at - begunAt) / 1_000).toFixed(2);
}
