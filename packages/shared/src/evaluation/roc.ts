import type { Samples } from './samples.ts';

/**
 * Area under the ROC curve: the chance that a positive case scores above a negative one, ties counting half
 * (Mann-Whitney; Hanley and McNeil 1982). Null when one class is missing.
 */
export function auc({ scores, positive, groups }: Samples, weights: Float64Array): number | null {
  let [wins, positives, negatives] = [0, 0, 0];
  for (let i = 0; i < scores.length;) {
    const score = scores[i];
    let [tiedPositive, tiedNegative] = [0, 0];
    for (; i < scores.length && scores[i] === score; i++) {
      const weight = weights[groups[i] ?? 0] ?? 0;
      if (positive[i] === 1) tiedPositive += weight;
      else tiedNegative += weight;
    }
    wins += tiedPositive * (negatives + tiedNegative / 2);
    positives += tiedPositive;
    negatives += tiedNegative;
  }
  return positives > 0 && negatives > 0 ? wins / (positives * negatives) : null;
}

/** What calling every case at or above `threshold` positive would give; null is a threshold above every score. */
export type RocPoint = { readonly threshold: number | null; readonly sensitivity: number; readonly specificity: number };

/** The curve from (sensitivity 1, specificity 0) on, one point a distinct score, thinned to `most`; empty when one class is missing. */
export function rocPoints({ scores, positive }: Samples, most = 200): RocPoint[] {
  const positives = positive.reduce((sum, is) => sum + is, 0);
  const negatives = positive.length - positives;
  if (positives === 0 || negatives === 0) return [];
  const points: RocPoint[] = [];
  let [missed, cleared] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? 0;
    if (i === 0 || score !== scores[i - 1]) points.push({ threshold: score, sensitivity: 1 - missed / positives, specificity: cleared / negatives });
    if (positive[i] === 1) missed += 1;
    else cleared += 1;
  }
  points.push({ threshold: null, sensitivity: 0, specificity: 1 });
  const stride = (points.length - 1) / Math.max(1, most - 1);
  return points.length <= most ? points : Array.from({ length: most }, (_, i) => points[Math.round(i * stride)]).flatMap((point) => point ?? []);
}
