import type { ReliabilityBin } from '@readroom/shared/evaluation/calibration';
import type { LabelReport } from '../report.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

const SIDE = 260;
const MARGIN = 34;
const x = (value: number): number => Math.round((MARGIN + value * SIDE) * 10) / 10;
const y = (value: number): number => Math.round((MARGIN / 2 + (1 - value) * SIDE) * 10) / 10;
const FULL = SIDE + MARGIN * 1.5;

/** Sensitivity over 1 - specificity, with the manifest's threshold marked. */
export function rocChart(report: LabelReport): Markup {
  const line = report.roc.map(({ sensitivity, specificity }) => `${x(1 - specificity)},${y(sensitivity)}`).join(' ');
  const [sensitivity, specificity] = [report.sensitivity.value, report.specificity.value];
  const point = sensitivity === null || specificity === null ? html`` : html`<circle cx="${x(1 - specificity)}" cy="${y(sensitivity)}" r="4" class="point"/>`;
  return frame(`ROC of ${report.label}`, '1 - specificity', 'sensitivity', html`<polyline points="${line}" class="line"/>${point}`);
}

/** How often it was so over what the model said; a dot's area is its share of the cases. */
export function reliabilityChart(report: LabelReport): Markup {
  const most = Math.max(1, ...report.reliability.map(({ n }) => n));
  const dot = ({ meanScore, observed, n }: ReliabilityBin): Markup => html`<circle cx="${x(meanScore)}" cy="${y(observed)}" r="${Math.round(2 + 7 * Math.sqrt(n / most))}" class="bin"><title>${`${n} cases: said ${meanScore.toFixed(2)}, was so in ${observed.toFixed(2)}`}</title></circle>`;
  return frame(`Reliability of ${report.label}`, 'confidence', 'observed', html`${report.reliability.map(dot)}`);
}

function frame(title: string, across: string, up: string, inside: Markup): Markup {
  const ticks = [0, 0.5, 1].map((at) => html`<text x="${x(at)}" y="${y(0) + 14}" text-anchor="middle">${at}</text><text x="${x(0) - 6}" y="${y(at) + 4}" text-anchor="end">${at}</text>`);
  return html`<svg viewBox="0 0 ${FULL} ${FULL}" width="${FULL}" role="img" aria-label="${title}"><rect x="${x(0)}" y="${y(1)}" width="${SIDE}" height="${SIDE}" class="area"/>
<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" class="chance"/>${ticks}<text x="${x(0.5)}" y="${FULL - 3}" text-anchor="middle">${across}</text>
<text transform="translate(9 ${y(0.5)}) rotate(-90)" text-anchor="middle">${up}</text>${inside}</svg>`;
}
