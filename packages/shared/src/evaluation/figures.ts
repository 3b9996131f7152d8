import { estimates } from './bootstrap.ts';
import type { BootstrapOptions, Estimate, Measured } from './bootstrap.ts';
import { brier, expectedCalibrationError, reliability } from './calibration.ts';
import type { ReliabilityBin } from './calibration.ts';
import { cohenKappa, confusion, kappaOf, predictiveValues, sensitivity, specificity } from './operating-point.ts';
import type { Confusion } from './operating-point.ts';
import { auc, rocPoints } from './roc.ts';
import type { RocPoint } from './roc.ts';
import { sortedSamples } from './samples.ts';
import type { Sample, Samples, Statistic } from './samples.ts';

export const FIGURES = ['auc', 'sensitivity', 'specificity', 'ppv', 'npv', 'kappa', 'ece', 'brier'] as const;
export type FigureName = (typeof FIGURES)[number];
export type Figures = Readonly<Record<FigureName, Estimate>>;

/** One label's operating point. `prevalence` is the share of positives for PPV and NPV; null takes that of the cases. */
export type Operating = { readonly threshold: number; readonly prevalence: number | null; readonly bins: number };

export type LabelFigures = Figures & {
  readonly cases: number;
  readonly positives: number;
  readonly threshold: number;
  readonly prevalence: number;
  readonly reliability: readonly ReliabilityBin[];
  readonly roc: readonly RocPoint[];
};

/** Every figure of one label over one set of cases. Groups are indices below `groupCount`. */
export function labelFigures(cases: readonly Sample[], operating: Operating, bootstrap: BootstrapOptions): LabelFigures {
  const samples = sortedSamples(cases);
  const positives = cases.filter(({ positive }) => positive).length;
  const once = new Float64Array(bootstrap.groupCount).fill(1);
  return {
    ...estimates(labelStatistics(samples, positives, operating), bootstrap),
    cases: cases.length, positives, threshold: operating.threshold, prevalence: operating.prevalence ?? positives / Math.max(1, cases.length),
    reliability: reliability(samples, once, operating.bins), roc: rocPoints(samples),
  };
}

function labelStatistics(samples: Samples, positives: number, { threshold, prevalence, bins }: Operating): Record<FigureName, Measured> {
  const cases = samples.scores.length;
  const share = prevalence ?? positives / Math.max(1, cases);
  const at = (of: (cells: Confusion) => number | null): Statistic => (weights) => of(confusion(samples, weights, threshold));
  return {
    auc: { n: cases, statistic: (weights) => auc(samples, weights) },
    sensitivity: { n: positives, statistic: at(sensitivity) },
    specificity: { n: cases - positives, statistic: at(specificity) },
    ppv: { n: cases, statistic: at((cells) => predictiveValues(cells, share).ppv) },
    npv: { n: cases, statistic: at((cells) => predictiveValues(cells, share).npv) },
    kappa: { n: cases, statistic: at(kappaOf) },
    ece: { n: cases, statistic: (weights) => expectedCalibrationError(samples, weights, bins) },
    brier: { n: cases, statistic: (weights) => brier(samples, weights) },
  };
}

/** `threshold` is null for a class that is never called by its own score (none of the findings): it counts in the area alone. */
export type ClassCases = { readonly cases: readonly Sample[]; readonly threshold: number | null };

/**
 * Figures of a model that tells several classes apart: each class against the rest, averaged with equal weight (macro), and one
 * kappa over all classes. `classes` are the samples of each class over the same cases; `calls` what was called and what it was.
 */
export function macroFigures(classes: readonly ClassCases[], calls: readonly { readonly called: number; readonly truth: number; readonly group: number }[], operating: Omit<Operating, 'threshold'>, bootstrap: BootstrapOptions): Figures {
  const each = classes.map(({ cases, threshold }) => ({
    called: threshold !== null,
    own: labelStatistics(sortedSamples(cases), cases.filter(({ positive }) => positive).length, { ...operating, threshold: threshold ?? 1 }),
  }));
  const macro = (name: FigureName): Measured => {
    const averaged = each.filter(({ called }) => called || name === 'auc');
    return { n: calls.length, statistic: (weights) => mean(averaged.map(({ own }) => own[name].statistic(weights))) };
  };
  const measured = Object.fromEntries(FIGURES.map((name) => [name, macro(name)])) as Record<FigureName, Measured>;
  const size = 1 + Math.max(0, ...calls.flatMap(({ called, truth }) => [called, truth]));
  const kappa: Statistic = (weights) => {
    const table = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    for (const { called, truth, group } of calls) {
      const row = table[called];
      if (row) row[truth] = (row[truth] ?? 0) + (weights[group] ?? 0);
    }
    return cohenKappa(table);
  };
  return estimates({ ...measured, kappa: { n: calls.length, statistic: kappa } }, bootstrap);
}

/** Null when one of them is: an average over fewer classes would be another figure. */
function mean(values: readonly (number | null)[]): number | null {
  const defined = values.flatMap((value) => value ?? []);
  return defined.length > 0 && defined.length === values.length ? defined.reduce((sum, value) => sum + value, 0) / defined.length : null;
}
