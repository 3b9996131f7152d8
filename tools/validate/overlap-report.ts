import { estimates } from '@readroom/shared/evaluation/bootstrap';
import type { Estimate } from '@readroom/shared/evaluation/bootstrap';
import { FIGURES } from '@readroom/shared/evaluation/figures';
import type { Figures } from '@readroom/shared/evaluation/figures';
import type { Statistic } from '@readroom/shared/evaluation/samples';
import { seededRandom } from '@readroom/shared/seeded-random';
import type { Options } from './options.ts';
import type { SetReport } from './report.ts';
import type { ScoredCase } from './score.ts';
import type { Overlap } from './volumes.ts';

/** Means over cases: the Dice coefficient, how far the volume is off as a share of the true one, and the same with its sign. */
export type StructureReport = { readonly name: string; readonly dice: Estimate; readonly volumeError: Estimate; readonly volumeBias: Estimate };

const UNDEFINED: Estimate = { value: null, low: null, high: null, n: 0 };

/** A segmentation has no positives and negatives: what is counted of these is undefined. */
export function segmentationSet(cases: readonly ScoredCase[]): SetReport {
  const figures = Object.fromEntries(FIGURES.map((name) => [name, UNDEFINED])) as Figures;
  return { ...figures, headline: 'segmentation', cases: cases.length, patients: new Set(cases.map((item) => item.case.group)).size, labels: [] };
}

/** Every structure of the masks, the whole first, with intervals by bootstrap over patients. */
export function structureReports(cases: readonly ScoredCase[], { draws, seed }: Pick<Options, 'draws' | 'seed'>): StructureReport[] {
  const groups = new Map([...new Set(cases.map((item) => item.case.group))].map((group, index) => [group, index]));
  const names = [...new Set(cases.flatMap(({ overlaps }) => overlaps?.map(({ name }) => name) ?? []))];
  return names.map((name) => {
    const own = cases.flatMap((item) => (item.overlaps ?? []).filter((one) => one.name === name).map((one) => ({ ...one, group: groups.get(item.case.group) ?? 0 })));
    const mean = (of: (one: Overlap) => number): { statistic: Statistic; n: number } => ({ n: own.length, statistic: (weights) => weightedMean(own.map((one) => [of(one), weights[one.group] ?? 0])) });
    const off = ({ ml, truthMl }: Overlap): number => ml / truthMl - 1;
    const measured = { dice: mean((one) => one.dice), volumeError: mean((one) => Math.abs(off(one))), volumeBias: mean(off) };
    return { name, ...estimates(measured, { groupCount: groups.size, draws, random: seededRandom(seed) }) };
  });
}

function weightedMean(values: readonly (readonly [value: number, weight: number])[]): number | null {
  const total = values.reduce((sum, [, weight]) => sum + weight, 0);
  return total > 0 ? values.reduce((sum, [value, weight]) => sum + value * weight, 0) / total : null;
}
