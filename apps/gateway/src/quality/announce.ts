import { REPEATS_EVENT } from '@readroom/shared/quality/repeat';
import type { Deps } from '../infra/deps.ts';
import { rooms } from '../infra/rt.ts';
import type { FlaggedSeries } from './keep-quality.ts';

/** Labels of the metric. What an edge node of another version names besides is `other`: labels stay few. */
const REASONS: ReadonlySet<string> = new Set(['motion', 'noise', 'exposure', 'inversion', 'position', 'blank']);
const MODALITIES: ReadonlySet<string> = new Set(['CR', 'DX', 'CT', 'MR', 'US']);

/** After the commit: the open pages of repeats ask again, in every gateway. A lost event costs until their next look by themselves. */
export function announceRepeats(deps: Deps, organisation: string): void {
  deps.rt.io.to(rooms.repeats(organisation)).emit(REPEATS_EVENT, { organisation });
}

/** Counts series flagged for the first time and tells the technologists. */
export function announceFlagged(deps: Deps, organisation: string, flagged: readonly FlaggedSeries[]): void {
  if (flagged.length === 0) return;
  const counter = deps.metrics.counter('readroom_quality_flagged_total', 'Series flagged for a repeat, by modality and reason; a series with two reasons counts under both', ['modality', 'reason']);
  for (const { modality, codes } of flagged) {
    for (const code of codes) counter.inc({ modality: MODALITIES.has(modality) ? modality : 'other', reason: REASONS.has(code) ? code : 'other' });
  }
  announceRepeats(deps, organisation);
}
