import type { Estimate } from '@readroom/shared/evaluation/bootstrap';
import { FIGURES, labelFigures, macroFigures } from '@readroom/shared/evaluation/figures';
import type { Figures, LabelFigures } from '@readroom/shared/evaluation/figures';
import type { Sample } from '@readroom/shared/evaluation/samples';
import { CATALOGUE } from '@readroom/shared/finding/catalogue';
import { severitySchema } from '@readroom/shared/finding/finding';
import { seededRandom } from '@readroom/shared/seeded-random';
import type { ModelLabel } from '../../apps/edge-node/src/inference/contract/output.ts';
import type { Manifest } from '../../apps/edge-node/src/inference/manifest.ts';
import { ValidationFailure } from './failure.ts';
import type { Options } from './options.ts';
import type { ScoredCase } from './score.ts';

/** One label over one set of cases; `atAlert` is the same at the threshold that raises an alert. */
export type LabelReport = LabelFigures & { readonly code: string; readonly label: string; readonly atAlert: { readonly threshold: number; readonly sensitivity: Estimate; readonly specificity: Estimate } };
/** A set of cases: its headline figures, and each label's. */
export type SetReport = Figures & { readonly cases: number; readonly patients: number; readonly headline: string; readonly labels: readonly LabelReport[] };
export type Subgroup = SetReport & { readonly by: string; readonly value: string };

type Settings = Pick<Options, 'prevalence' | 'bins' | 'draws' | 'seed'>;

export const MACRO = 'macro';
const MOST_VALUES = 24;
const DEFAULT_BY = ['source', 'split'];

/** Every figure of a set of cases. Throws ValidationFailure when no label has both a positive and a negative case. */
export function reportSet(cases: readonly ScoredCase[], { labels }: Manifest, settings: Settings): SetReport {
  const reports = labels.map((label) => labelReport(cases, label, settings));
  const usable = reports.filter(({ auc }) => auc.value !== null);
  if (usable.length === 0) {
    const counts = reports.map(({ code, positives }) => `${positives} of ${cases.length} positive for ${code}`).join(', ');
    throw new ValidationFailure(`One class only: ${counts}. Sensitivity, specificity and AUC need cases with the finding and cases without it.`);
  }
  const own = headline(labels, cases, usable, settings);
  return { ...own.figures, headline: own.name, cases: cases.length, patients: new Set(cases.map((item) => item.case.group)).size, labels: reports };
}

/** The cases apart by each column asked for; a subset of one class has no AUC and says so with null. */
export function subgroups(cases: readonly ScoredCase[], columns: readonly string[], manifest: Manifest, { by, ...settings }: Settings & Pick<Options, 'by'>): Subgroup[] {
  const wanted = by.length > 0 ? by : DEFAULT_BY.filter((column) => columns.includes(column));
  return wanted.flatMap((column) => {
    const parts = Map.groupBy(cases, (item) => item.case.values[column] ?? '');
    if (parts.size > MOST_VALUES) throw new ValidationFailure(`--by ${column}: the column has ${parts.size} values, at most ${MOST_VALUES} can be told apart in a table.`);
    // One part is the whole again.
    if (parts.size < 2) return [];
    return [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, part]) => {
      const reports = manifest.labels.map((label) => labelReport(part, label, settings));
      const own = headline(manifest.labels, part, reports, settings);
      return { by: column, value, ...own.figures, headline: own.name, cases: part.length, patients: new Set(part.map((item) => item.case.group)).size, labels: reports };
    });
  });
}

function labelReport(cases: readonly ScoredCase[], { code, threshold, alertThreshold }: ModelLabel, settings: Settings): LabelReport {
  const { samples, groupCount } = samplesOf(cases, (item) => item.scores.get(code) ?? 0, (item) => item.case.truth.codes.has(code));
  const figures = (at: number): LabelFigures => labelFigures(samples, { threshold: at, ...settings }, { groupCount, draws: settings.draws, random: seededRandom(settings.seed) });
  const { sensitivity, specificity } = figures(alertThreshold);
  return { code, label: CATALOGUE.get(code)?.label ?? code, ...figures(threshold), atAlert: { threshold: alertThreshold, sensitivity, specificity } };
}

function samplesOf(cases: readonly ScoredCase[], score: (item: ScoredCase) => number, positive: (item: ScoredCase) => boolean): { samples: Sample[]; groupCount: number } {
  const indices = groupIndices(cases);
  return { samples: cases.map((item) => ({ score: score(item), positive: positive(item), group: indices.get(item.case.group) ?? 0 })), groupCount: indices.size };
}

function groupIndices(cases: readonly ScoredCase[]): ReadonlyMap<string, number> {
  return new Map([...new Set(cases.map((item) => item.case.group))].map((group, index) => [group, index]));
}

/**
 * The figures a set is known by: those of the gravest label the cases can measure; where several are as grave, the average of
 * each class against the rest, "none of them" being a class too.
 */
function headline(labels: readonly ModelLabel[], cases: readonly ScoredCase[], reports: readonly LabelReport[], settings: Settings): { readonly name: string; readonly figures: Figures } {
  const measured = new Set(reports.map(({ code }) => code));
  const rank = (label: ModelLabel): number => severitySchema.options.indexOf(label.severity);
  const own = labels.filter(({ code }) => measured.has(code));
  const gravest = own.filter((label) => rank(label) === Math.min(...own.map(rank)));
  const [only] = reports.filter(({ code }) => code === gravest[0]?.code);
  if (gravest.length === 1 && only) return { name: only.code, figures: pick(only) };
  return { name: MACRO, figures: macro(gravest, cases, settings) };
}

const pick = (report: LabelReport): Figures => Object.fromEntries(FIGURES.map((name) => [name, report[name]])) as Figures;

function macro(labels: readonly ModelLabel[], cases: readonly ScoredCase[], settings: Settings): Figures {
  const probability = (item: ScoredCase, code: string): number => item.scores.get(code) ?? 0;
  const truth = (item: ScoredCase): number => 1 + labels.findIndex(({ code }) => item.case.truth.codes.has(code));
  const classes = labels.map(({ code, threshold }, index) => ({ threshold, ...samplesOf(cases, (item) => probability(item, code), (item) => truth(item) === index + 1) }));
  const none = samplesOf(cases, (item) => 1 - labels.reduce((sum, { code }) => sum + probability(item, code), 0), (item) => truth(item) === 0);
  const all = none.samples.some(({ positive }) => positive) ? [...classes, { ...none, threshold: null }] : classes;
  const indices = groupIndices(cases);
  const calls = cases.map((item) => ({ called: called(item, labels), truth: truth(item), group: indices.get(item.case.group) ?? 0 }));
  return macroFigures(all.map(({ samples, threshold }) => ({ cases: samples, threshold })), calls, settings, { groupCount: indices.size, draws: settings.draws, random: seededRandom(settings.seed) });
}

/** The likeliest of the labels past their thresholds, counted from 1; 0 is none of them. */
function called(item: ScoredCase, labels: readonly ModelLabel[]): number {
  let [best, most] = [0, 0];
  for (const [index, { code, threshold }] of labels.entries()) {
    const score = item.scores.get(code) ?? 0;
    if (score < threshold || score <= most) continue;
    [best, most] = [index + 1, score];
  }
  return best;
}
