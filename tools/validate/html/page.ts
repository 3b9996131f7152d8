import { FIGURES } from '@readroom/shared/evaluation/figures';
import type { FigureName } from '@readroom/shared/evaluation/figures';
import type { PicturedMiss } from '../misses.ts';
import { MACRO } from '../report.ts';
import type { LabelReport, SetReport } from '../report.ts';
import { figureText } from '../text.ts';
import type { Outcome, Validation } from '../validation.ts';
import { reliabilityChart, rocChart } from './charts.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

const NAMES: Readonly<Record<FigureName, string>> = { auc: 'AUC', sensitivity: 'Sensitivity', specificity: 'Specificity', ppv: 'PPV', npv: 'NPV', kappa: 'Kappa', ece: 'ECE', brier: 'Brier' };

const STYLE = `:root{color-scheme:dark}body{background:#0b0e12;color:#dfe6ee;font:14px/1.5 system-ui,sans-serif;max-width:1200px;margin:0 auto;padding:16px}h1{font-size:20px}h2{font-size:16px;margin-top:28px}
table{border-collapse:collapse;display:block;overflow-x:auto}th,td{padding:4px 10px;border-bottom:1px solid #27303b;text-align:left;white-space:nowrap}td{font-variant-numeric:tabular-nums}.warning{background:#3a2a00;color:#ffdf9e;padding:8px 12px;border-radius:4px}
svg text{fill:#aab6c4;font-size:11px}.area{fill:none;stroke:#3a4655}.chance{stroke:#3a4655;stroke-dasharray:4 4}.line{fill:none;stroke:#5ab0ff;stroke-width:2}.point{fill:#ffb454}.bin{fill:#5ab0ff;fill-opacity:.8}
.misses{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:12px;padding:0;list-style:none}.misses img{width:100%;display:block;background:#000}.charts{display:flex;flex-wrap:wrap;gap:16px}.muted{color:#9aa7b5}`;

/** The whole report as one file that needs nothing else. Everything that came from a table or a file name is escaped. */
export function reportPage({ validation, misses }: Outcome, at: Date): string {
  const { model, method, table } = validation;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Validation of ${model.id} ${model.version}</title><style>${{ html: STYLE }}</style></head><body>
<h1>${model.name} (${model.id} ${model.version})</h1>
<p class="warning">This file holds patients' images and file names. Keep it and send it as you would the images themselves.</p>
<p>${validation.cases} cases of ${validation.patients} patients, out of ${table.rows} rows. ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC. Model sha256 <code>${model.sha256}</code>.</p>
${leftOut(validation)}
<h2>Figures</h2>${validation.structures.length > 0 ? structuresTable(validation) : figuresTable(validation)}
<p class="muted">${method.interval}, ${method.draws} samples, seed ${method.seed}. ECE over ${method.bins} equal bins. PPV and NPV at a prevalence of ${prevalenceText(validation)}.${method.slices === null ? '' : method.slices === 'single' ? ' Every slice by itself.' : ' Every slice with its neighbours.'} A figure without an error has an empty interval: with n cases the true rate of error may still be 3 / n.</p>
<div class="charts">${validation.labels.filter(({ auc }) => auc.value !== null).map((report) => html`${rocChart(report)}${reliabilityChart(report)}`)}</div>
${validation.subgroups.length === 0 ? html`` : html`<h2>Subgroups</h2>${validation.subgroups.map((part) => html`<h3>${part.by}: ${part.value}</h3><p>${part.cases} cases of ${part.patients} patients.</p>${figuresTable(part)}`)}`}
<h2>Worst misses</h2>${misses.length === 0 ? html`<p>None: no case lies on the wrong side of its threshold.</p>` : html`<ul class="misses">${misses.map(missItem)}</ul>`}
</body></html>
`;
  return page.html;
}

function leftOut({ table: { leftOut: left, notScored } }: Validation): Markup {
  const lines = left.map(({ reason, rows }) => html`<li>${rows} left out: ${reason}</li>`);
  const failed = notScored.map(({ file, reason }) => html`<li><code>${file}</code>: ${reason}</li>`);
  return html`${lines.length > 0 ? html`<ul>${lines}</ul>` : html``}${failed.length > 0 ? html`<p class="warning">${failed.length} cases could not be scored and are in no figure:</p><ul>${failed}</ul>` : html``}`;
}

function figuresTable(report: SetReport): Markup {
  const macro = report.headline === MACRO ? html`<tr><th scope="row">average of the classes</th><td></td><td></td>${FIGURES.map((name) => html`<td>${figureText(report[name])}</td>`)}<td></td></tr>` : html``;
  return html`<table><thead><tr><th scope="col">Finding</th><th scope="col">Positive</th><th scope="col">Threshold</th>${FIGURES.map((name) => html`<th scope="col">${NAMES[name]}</th>`)}<th scope="col">At the alert threshold: sens. / spec.</th></tr></thead><tbody>${report.labels.map(row)}${macro}</tbody></table>`;
}

function structuresTable({ structures }: Validation): Markup {
  return html`<table><thead><tr><th scope="col">Structure</th><th scope="col">Volumes</th><th scope="col">Dice</th><th scope="col">Volume error</th><th scope="col">Volume bias</th></tr></thead><tbody>${structures.map(({ name, dice, volumeError, volumeBias }) => html`<tr><th scope="row">${name}</th><td>${dice.n}</td><td>${figureText(dice)}</td><td>${figureText(volumeError)}</td><td>${figureText(volumeBias)}</td></tr>`)}</tbody></table>`;
}

function row(report: LabelReport): Markup {
  return html`<tr><th scope="row">${report.label}</th><td>${report.positives}</td><td>${report.threshold}</td>${FIGURES.map((name) => html`<td>${figureText(report[name])}</td>`)}<td>${report.atAlert.threshold}: ${figureText(report.atAlert.sensitivity)} / ${figureText(report.atAlert.specificity)}</td></tr>`;
}

function prevalenceText({ method, labels }: Validation): string {
  return method.prevalence === null ? `the cases (${labels.map(({ prevalence }) => prevalence.toFixed(3)).join(', ')})` : String(method.prevalence);
}

function missItem({ file, code, kind, confidence, threshold, jpeg }: PicturedMiss): Markup {
  const image = jpeg ? html`<img alt="" src="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}">` : html``;
  return html`<li>${image}${kind === 'missed' ? 'Missed' : 'False alarm'}: ${code} ${confidence.toFixed(3)}, threshold ${threshold}<br><code>${file}</code></li>`;
}
