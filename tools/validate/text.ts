import type { Estimate } from '@readroom/shared/evaluation/bootstrap';
import type { SetReport } from './report.ts';
import type { Validation } from './validation.ts';

const MOST_LINES = 20;

/** `0.979 (0.967 to 0.989)`; a dash where the figure is not defined. */
export function figureText({ value, low, high }: Estimate): string {
  if (value === null) return '-';
  return low === null || high === null ? `${value.toFixed(3)} (no interval)` : `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

/** What a person reads on the terminal. */
export function* summary(validation: Validation): Generator<string> {
  const { model, table, method } = validation;
  yield `${model.id} ${model.version}: ${validation.cases} cases of ${validation.patients} patients out of ${table.rows} rows in ${table.name}`;
  for (const { reason, rows } of table.leftOut) yield `  left out, ${rows}: ${reason}`;
  for (const { file, reason } of table.notScored.slice(0, MOST_LINES)) yield `  NOT SCORED: ${file}: ${reason}`;
  if (table.notScored.length > MOST_LINES) yield `  ... and ${table.notScored.length - MOST_LINES} more are not scored`;
  yield* set(`all (${validation.headline})`, validation);
  for (const { name, dice, volumeError, volumeBias } of validation.structures) yield `  ${name}: Dice ${figureText(dice)}  volume error ${figureText(volumeError)}  bias ${figureText(volumeBias)}`;
  for (const part of validation.subgroups) yield* set(`${part.by} ${part.value}`, part);
  yield `${method.interval}, ${method.draws} samples, seed ${method.seed}; ECE over ${method.bins} bins; PPV and NPV at a prevalence of ${method.prevalence ?? 'the cases'}`;
}

function* set(name: string, report: SetReport): Generator<string> {
  yield '';
  yield `${name}: ${report.cases} cases, ${report.patients} patients`;
  for (const label of report.labels) {
    yield `  ${label.code} (${label.positives} positive, threshold ${label.threshold})`;
    yield `    AUC ${figureText(label.auc)}  sensitivity ${figureText(label.sensitivity)}  specificity ${figureText(label.specificity)}`;
    yield `    PPV ${figureText(label.ppv)}  NPV ${figureText(label.npv)}  kappa ${figureText(label.kappa)}  ECE ${figureText(label.ece)}  Brier ${figureText(label.brier)}`;
  }
  if (report.headline === 'macro') yield `  macro: AUC ${figureText(report.auc)}  sensitivity ${figureText(report.sensitivity)}  specificity ${figureText(report.specificity)}  kappa ${figureText(report.kappa)}`;
}
