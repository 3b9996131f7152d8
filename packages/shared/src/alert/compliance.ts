import { z } from 'zod';
import { severitySchema } from '../finding/finding.ts';
import type { Severity } from '../finding/finding.ts';
import { firstToldAt } from './communication.ts';
import type { Communication } from './communication.ts';
import type { Ladder } from './escalation-policy.ts';
import { SHIFT_TEXT, shiftTeller } from './shift.ts';

/** Counted from the raising of the alert, by the policy that was in force then (AL12). */
export type ResultLimit = Pick<Ladder, 'acknowledgeWithinMs' | 'communicateWithinMs'>;

/** What of an alert counts, without the patient. Times in ms since epoch. */
export interface ResultFacts {
  readonly severity: Severity;
  readonly limit: ResultLimit;
  readonly site: string;
  readonly finding: string;
  readonly raisedAt: number;
  readonly acknowledgedAt: number | null;
  readonly communications: readonly Communication[];
}

/** `missing`: the limit has passed and it was not done. `running`: it has not passed yet. `exempt`: nothing was asked for. */
export type Outcome = 'within' | 'late' | 'missing' | 'running' | 'exempt';

const countSchema = z.number().int().min(0);
export const measureSchema = z.object({
  within: countSchema,
  late: countSchema,
  missing: countSchema,
  running: countSchema,
  exempt: countSchema,
  /** Of those within, late or missing; 0 to 100, null where there are none. */
  percent: z.number().min(0).max(100).nullable(),
  /** ms from raising, over those done; the lower of the two in the middle. Null where none was done. */
  medianMs: z.number().int().nullable(),
});
export type Measure = z.infer<typeof measureSchema>;

export const complianceRowSchema = z.object({ group: z.string(), alerts: countSchema, acknowledged: measureSchema, communicated: measureSchema });
export type ComplianceRow = z.infer<typeof complianceRowSchema>;

export const complianceReportSchema = z.object({
  total: complianceRowSchema,
  severities: z.array(complianceRowSchema),
  sites: z.array(complianceRowSchema),
  shifts: z.array(complianceRowSchema),
  findings: z.array(complianceRowSchema),
});
export type ComplianceReport = z.infer<typeof complianceReportSchema>;

const SEVERITY_TEXT: { readonly [S in Severity]: string } = { critical: 'Critical', urgent: 'Urgent', routine: 'Routine' };

/** AL11: how many results were acknowledged and communicated in time as of `now`; throws RangeError for an unknown time zone. */
export function complianceOf(facts: readonly ResultFacts[], timeZone: string, now: number): ComplianceReport {
  const shiftOf = shiftTeller(timeZone);
  return {
    total: rowOf('All alerts', facts, now),
    severities: grouped(facts, now, ({ severity }) => SEVERITY_TEXT[severity], severitySchema.options.map((severity) => SEVERITY_TEXT[severity])),
    sites: grouped(facts, now, ({ site }) => site || 'No institution named', []),
    shifts: grouped(facts, now, ({ raisedAt }) => SHIFT_TEXT[shiftOf(raisedAt)], Object.values(SHIFT_TEXT)),
    findings: grouped(facts, now, ({ finding }) => finding, []),
  };
}

/** In the given order where there is one, else by name. */
function grouped(facts: readonly ResultFacts[], now: number, groupOf: (result: ResultFacts) => string, order: readonly string[]): ComplianceRow[] {
  const groups = Map.groupBy(facts, groupOf);
  const rest = [...groups.keys()].filter((group) => !order.includes(group)).sort();
  return [...order, ...rest].flatMap((group) => {
    const members = groups.get(group);
    return members === undefined ? [] : [rowOf(group, members, now)];
  });
}

function rowOf(group: string, facts: readonly ResultFacts[], now: number): ComplianceRow {
  return {
    group,
    alerts: facts.length,
    acknowledged: measureOf(facts.map((result) => acknowledged(result, now))),
    communicated: measureOf(facts.map((result) => communicated(result, now))),
  };
}

interface Done {
  readonly outcome: Outcome;
  readonly tookMs: number | null;
}

function acknowledged({ limit, raisedAt, acknowledgedAt }: ResultFacts, now: number): Done {
  return doneBy(raisedAt, acknowledgedAt, limit.acknowledgeWithinMs, now);
}

/** A record that says nobody has to be told exempts; being told counts from the first person, by the records that stand. */
function communicated({ limit, raisedAt, communications }: ResultFacts, now: number): Done {
  const limitMs = limit.communicateWithinMs;
  const toldAt = firstToldAt(communications);
  if (limitMs === null || (toldAt === null && communications.length > 0)) return { outcome: 'exempt', tookMs: null };
  return doneBy(raisedAt, toldAt, limitMs, now);
}

function doneBy(raisedAt: number, at: number | null, limitMs: number, now: number): Done {
  if (at === null) return { outcome: now - raisedAt > limitMs ? 'missing' : 'running', tookMs: null };
  // A typed minute may lie a few seconds before the alert.
  const tookMs = Math.max(0, at - raisedAt);
  return { outcome: tookMs <= limitMs ? 'within' : 'late', tookMs };
}

function measureOf(done: readonly Done[]): Measure {
  const count = (wanted: Outcome): number => done.filter(({ outcome }) => outcome === wanted).length;
  const [within, late, missing] = [count('within'), count('late'), count('missing')];
  const counted = within + late + missing;
  const times = done.flatMap(({ tookMs }) => (tookMs === null ? [] : [tookMs])).sort((a, b) => a - b);
  return { within, late, missing, running: count('running'), exempt: count('exempt'), percent: counted === 0 ? null : (100 * within) / counted, medianMs: times[Math.floor((times.length - 1) / 2)] ?? null };
}
