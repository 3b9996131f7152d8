import type { Tier } from '../priority/rank.ts';
import type { WorklistItem } from './worklist-item.ts';

/** PR3 as a row tells it: a critical finding that holds the study in tier 0. */
export function isOpenCritical({ topFinding, status }: Pick<WorklistItem, 'topFinding' | 'status'>): boolean {
  return topFinding?.severity === 'critical' && status !== 'preliminary' && status !== 'final';
}

/** PR3: the tier the study would have without a person's override. */
export function ownTier(row: Pick<WorklistItem, 'topFinding' | 'status' | 'class'>): Tier {
  if (isOpenCritical(row)) return 0;
  return row.class === 'stat' || row.class === 'emergency' ? 1 : 2;
}

/** Whether a person, and not its own class and findings, put the study under the heading it stands under. */
export function isPlacedByHand(row: Pick<WorklistItem, 'topFinding' | 'status' | 'class' | 'tier' | 'override'>): boolean {
  return row.override?.holds === true && row.tier !== ownTier(row);
}
