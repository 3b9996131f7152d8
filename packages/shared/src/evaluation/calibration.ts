import { eachSample } from './samples.ts';
import type { Samples } from './samples.ts';

/** One bin of a reliability diagram: what the model said on average, and how often it was so. */
export type ReliabilityBin = { readonly from: number; readonly to: number; readonly n: number; readonly meanScore: number; readonly observed: number };

/** Equal-width bins over 0..1; a score of exactly 1 belongs to the last. Empty bins are left out. */
export function reliability(samples: Samples, weights: Float64Array, bins: number): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ n: 0, score: 0, positive: 0 }));
  eachSample(samples, weights, (score, positive, weight) => {
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.floor(score * bins)))];
    if (!bin) return;
    bin.n += weight;
    bin.score += weight * score;
    bin.positive += weight * Number(positive);
  });
  return sums.flatMap(({ n, score, positive }, i) => (n > 0 ? [{ from: i / bins, to: (i + 1) / bins, n, meanScore: score / n, observed: positive / n }] : []));
}

/** Expected calibration error: the bins' gaps between said and observed, weighted by their cases (Naeini 2015). */
export function expectedCalibrationError(samples: Samples, weights: Float64Array, bins: number): number | null {
  const found = reliability(samples, weights, bins);
  const total = found.reduce((sum, { n }) => sum + n, 0);
  return total > 0 ? found.reduce((sum, { n, meanScore, observed }) => sum + n * Math.abs(meanScore - observed), 0) / total : null;
}

/** Brier score (1950): the mean squared distance of probability and truth; 0 is perfect, 0.25 is a coin's. */
export function brier(samples: Samples, weights: Float64Array): number | null {
  let [sum, total] = [0, 0];
  eachSample(samples, weights, (score, positive, weight) => {
    sum += weight * (score - Number(positive)) ** 2;
    total += weight;
  });
  return total > 0 ? sum / total : null;
}
