import { z } from 'zod';
import { MINUTE_MS } from '../clock.ts';
import { csvLine } from '../csv.ts';
import { severitySchema } from '../finding/finding.ts';
import { complianceReportSchema } from './compliance.ts';
import type { ComplianceRow, Measure, ResultLimit } from './compliance.ts';
import { policyVersionSchema, valueText } from './escalation-policy.ts';
import type { PolicyVersion } from './escalation-policy.ts';

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
  /** AL12: the policies the period's alerts were raised under, the newest first. */
  policies: z.array(policyVersionSchema),
  report: complianceReportSchema,
});
export type SealedReport = z.infer<typeof sealedReportSchema>;

const MEASURE_HEADS = ['within limit', 'late', 'missing', 'still running', 'not required', 'percent within limit', 'median minutes'];

/** The report as a file: first what it is, then one line a group. Texts that come from hospitals or people run no formula. */
export function complianceCsv(sealed: SealedReport): string {
  const { hospital, from, until, madeAt, madeBy, timeZone, head, policies, report } = sealed;
  const about: [string, string | number][] = [
    ['Critical results: compliance report', hospital],
    ['Raised from (UTC)', isoOf(from)],
    ['Raised before (UTC)', isoOf(until)],
    ['Made at (UTC)', isoOf(madeAt)],
    ['Made by', madeBy],
    ['Time zone of the shifts', timeZone],
    ['Audit chain: event', head.seq],
    ['Audit chain: sha256', head.hash],
    ...policies.flatMap(limitLines),
  ];
  const sections: [string, readonly ComplianceRow[]][] = [['All', [report.total]], ['Severity', report.severities], ['Site', report.sites], ['Shift', report.shifts], ['Finding', report.findings]];
  return [
    ...about.map((line) => csvLine(line)),
    csvLine([]),
    csvLine(['By', 'Group', 'Alerts', ...MEASURE_HEADS.map((text) => `Acknowledged: ${text}`), ...MEASURE_HEADS.map((text) => `Communicated: ${text}`)]),
    ...sections.flatMap(([by, rows]) => rows.map((row) => csvLine([by, row.group, row.alerts, ...cellsOf(row.acknowledged), ...cellsOf(row.communicated)]))),
  ].join('');
}

function limitLines({ version, at, policy }: PolicyVersion): [string, string][] {
  return severitySchema.options.map((severity) => [`Limits, ${severity}, policy ${version} of ${isoOf(at)}`, limitText(policy[severity])]);
}

/** `acknowledged within 15 min, communicated within 1 h`. */
export function limitText({ acknowledgeWithinMs, communicateWithinMs }: ResultLimit): string {
  const communicate = communicateWithinMs === null ? 'communication not required' : `communicated within ${valueText('communicateWithinMs', communicateWithinMs)}`;
  return `acknowledged within ${valueText('acknowledgeWithinMs', acknowledgeWithinMs)}, ${communicate}`;
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
