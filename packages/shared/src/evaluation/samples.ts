/** One scored case: the model's probability, the truth, and whose it is. `group` is an index from 0 (a patient). */
export type Sample = { readonly score: number; readonly positive: boolean; readonly group: number };

/** Samples in ascending order of score, in columns: every statistic is then one pass, whatever the weights. */
export type Samples = { readonly scores: Float64Array; readonly positive: Uint8Array; readonly groups: Uint32Array };

/**
 * How often each group counts: 1 everywhere for the cases as they are, how often it was drawn in a bootstrap sample.
 * A statistic answers `null` where it is not defined, e.g. a sensitivity without a positive case.
 */
export type Statistic = (groupWeights: Float64Array) => number | null;

export function sortedSamples(samples: readonly Sample[]): Samples {
  const ordered = [...samples].sort((a, b) => a.score - b.score);
  return {
    scores: Float64Array.from(ordered, ({ score }) => score),
    positive: Uint8Array.from(ordered, ({ positive }) => Number(positive)),
    groups: Uint32Array.from(ordered, ({ group }) => group),
  };
}

/** Runs over the samples in ascending order of score with the weight each has. */
export function eachSample({ scores, positive, groups }: Samples, weights: Float64Array, visit: (score: number, positive: boolean, weight: number) => void): void {
  for (let i = 0; i < scores.length; i++) visit(scores[i] ?? 0, positive[i] === 1, weights[groups[i] ?? 0] ?? 0);
}
