import { eachSample } from './samples.ts';
import type { Samples } from './samples.ts';

/** Weights of the four cells at one threshold; a score at or above it counts as called positive. */
export type Confusion = { truePositive: number; falseNegative: number; falsePositive: number; trueNegative: number };

export function confusion(samples: Samples, weights: Float64Array, threshold: number): Confusion {
  const cells: Confusion = { truePositive: 0, falseNegative: 0, falsePositive: 0, trueNegative: 0 };
  eachSample(samples, weights, (score, positive, weight) => {
    const called = score >= threshold;
    if (positive) cells[called ? 'truePositive' : 'falseNegative'] += weight;
    else cells[called ? 'falsePositive' : 'trueNegative'] += weight;
  });
  return cells;
}

const share = (part: number, rest: number): number | null => (part + rest > 0 ? part / (part + rest) : null);

export const sensitivity = ({ truePositive, falseNegative }: Confusion): number | null => share(truePositive, falseNegative);
export const specificity = ({ trueNegative, falsePositive }: Confusion): number | null => share(trueNegative, falsePositive);

/**
 * Predictive values where `prevalence` (0 to 1) of the cases are positive, by Bayes from sensitivity and specificity: a
 * reading list is never as full of disease as a test set. Null where nobody would be called so.
 */
export function predictiveValues(cells: Confusion, prevalence: number): { readonly ppv: number | null; readonly npv: number | null } {
  const [found, cleared] = [sensitivity(cells), specificity(cells)];
  if (found === null || cleared === null) return { ppv: null, npv: null };
  return {
    ppv: share(found * prevalence, (1 - cleared) * (1 - prevalence)),
    npv: share(cleared * (1 - prevalence), (1 - found) * prevalence),
  };
}

/**
 * Cohen's kappa (1960), unweighted: agreement of two raters beyond that of chance. `table[i][j]` is the weight of the cases
 * the first calls i and the second j. Null when there are no cases, or chance alone explains full agreement.
 */
export function cohenKappa(table: readonly (readonly number[])[]): number | null {
  const rows = table.map((row) => row.reduce((sum, cell) => sum + cell, 0));
  const total = rows.reduce((sum, row) => sum + row, 0);
  if (total <= 0) return null;
  const agreed = table.reduce((sum, row, i) => sum + (row[i] ?? 0), 0) / total;
  const byChance = rows.reduce((sum, row, i) => sum + (row / total) * (table.reduce((column, other) => column + (other[i] ?? 0), 0) / total), 0);
  return byChance < 1 ? (agreed - byChance) / (1 - byChance) : null;
}

export const kappaOf = ({ truePositive, falseNegative, falsePositive, trueNegative }: Confusion): number | null =>
  cohenKappa([[truePositive, falsePositive], [falseNegative, trueNegative]]);
