import { z } from 'zod';
import { MINUTE_MS } from '../clock.ts';
import { csvLine } from '../csv.ts';
import { severitySchema } from '../finding/finding.ts';
import { complianceReportSchema, RESULT_LIMITS } from './compliance.ts';
import type { ComplianceRow, Measure } from './compliance.ts';

/** A report with what makes it one: whose, of which time, as of when, by which clock, and the audit chain's head it stands on. */
export const sealedReportSchema = z.object({
  hospital: z.string(),
  /** Of the raising, ms since epoch, the end not included. */
  from: z.number().int(),
  until: z.number().int(),
  /** Gateway clock, ms since epoch: what ran then had not passed its limit. */
  madeAt: z.number().int(),
  madeBy: z.string(),
  /** IANA name. */
  timeZone: z.string(),
  /** The audit chain when the report was made; seq 0 before its first event. */
  head: z.object({ seq: z.number().int(), hash: z.string() }),
  report: complianceReportSchema,
});
export type SealedReport = z.infer<typeof sealedReportSchema>;

const MEASURE_HEADS = ['within limit', 'late', 'missing', 'still running', 'not required', 'percent within limit', 'median minutes'];

/** The report as a file: first what it is, then one line a group. Texts that come from hospitals or people run no formula. */
export function complianceCsv(sealed: SealedReport): string {
  const { hospital, from, until, madeAt, madeBy, timeZone, head, report } = sealed;
  const about: [string, string | number][] = [
    ['Critical results: compliance report', hospital],
    ['Raised from (UTC)', isoOf(from)],
    ['Raised before (UTC)', isoOf(until)],
    ['Made at (UTC)', isoOf(madeAt)],
    ['Made by', madeBy],
    ['Time zone of the shifts', timeZone],
    ['Audit chain: event', head.seq],
    ['Audit chain: sha256', head.hash],
    ...severitySchema.options.map((severity): [string, string] => [`Limits, ${severity}`, limitText(severity)]),
  ];
  const sections: [string, readonly ComplianceRow[]][] = [['All', [report.total]], ['Severity', report.severities], ['Site', report.sites], ['Shift', report.shifts], ['Finding', report.findings]];
  return [
    ...about.map((line) => csvLine(line)),
    csvLine([]),
    csvLine(['By', 'Group', 'Alerts', ...MEASURE_HEADS.map((text) => `Acknowledged: ${text}`), ...MEASURE_HEADS.map((text) => `Communicated: ${text}`)]),
    ...sections.flatMap(([by, rows]) => rows.map((row) => csvLine([by, row.group, row.alerts, ...cellsOf(row.acknowledged), ...cellsOf(row.communicated)]))),
  ].join('');
}

/** `acknowledged within 15 min, communicated within 60 min`. */
export function limitText(severity: keyof typeof RESULT_LIMITS): string {
  const { acknowledgeMs, communicateMs } = RESULT_LIMITS[severity];
  const communicate = communicateMs === null ? 'communication not required' : `communicated within ${communicateMs / MINUTE_MS} min`;
  return `acknowledged within ${acknowledgeMs / MINUTE_MS} min, ${communicate}`;
}

function cellsOf({ within, late, missing, running, exempt, percent, medianMs }: Measure): (number | null)[] {
  return [within, late, missing, running, exempt, percent === null ? null : tenths(percent), medianMs === null ? null : tenths(medianMs / MINUTE_MS)];
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
