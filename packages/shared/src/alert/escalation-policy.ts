import { z } from 'zod';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { severitySchema } from '../finding/finding.ts';
import type { Severity } from '../finding/finding.ts';
import { lengthText } from '../length-text.ts';
import { changeFields, versionFields } from '../policy-version.ts';

const ms = z.number().int().min(1);
const ladderSchema = z.object({
  /** Counted from the raising of the alert, unacknowledged all the while. */
  backupAfterMs: ms,
  endAfterMs: ms,
  /** At the end the call is repeated this often, and this many times at most; the alert stays open all the same. */
  repeatEveryMs: ms,
  maxRepeats: z.number().int().min(0),
  /** What the compliance report measures, counted from the raising too. */
  acknowledgeWithinMs: ms,
  /** Null where no communication is asked for. */
  communicateWithinMs: ms.nullable(),
});
/** How alerts of one severity climb, and within what they have to be answered. */
export type Ladder = z.infer<typeof ladderSchema>;

export const escalationPolicySchema = z.object({ critical: ladderSchema, urgent: ladderSchema, routine: ladderSchema });
export type EscalationPolicy = z.infer<typeof escalationPolicySchema>;

const SLOW: Ladder = { backupAfterMs: 15 * MINUTE_MS, endAfterMs: HOUR_MS, repeatEveryMs: 30 * MINUTE_MS, maxRepeats: 48, acknowledgeWithinMs: HOUR_MS, communicateWithinMs: null };

/** Version 1 of every hospital. A critical result is ACR category 1: to a person within the hour. */
export const DEFAULT_ESCALATION: EscalationPolicy = {
  critical: { backupAfterMs: 2 * MINUTE_MS, endAfterMs: 5 * MINUTE_MS, repeatEveryMs: 5 * MINUTE_MS, maxRepeats: 288, acknowledgeWithinMs: 15 * MINUTE_MS, communicateWithinMs: HOUR_MS },
  urgent: SLOW,
  routine: SLOW,
};

export type LadderField = keyof Ladder;

/** Of the ACR's categories of actionable findings: 1 within minutes, 2 within hours, 3 within days. */
export const SEVERITY_TITLE: { readonly [S in Severity]: string } = { critical: 'Critical (ACR category 1)', urgent: 'Urgent (ACR category 2)', routine: 'Routine (ACR category 3)' };

type Bounds = { readonly [F in LadderField]: readonly [min: number, max: number] };

const DAY_MS = 24 * HOUR_MS;
const LOOSE: Bounds = {
  backupAfterMs: [MINUTE_MS, DAY_MS], endAfterMs: [MINUTE_MS, 3 * DAY_MS], repeatEveryMs: [5 * MINUTE_MS, DAY_MS], maxRepeats: [0, 1_000],
  acknowledgeWithinMs: [MINUTE_MS, 3 * DAY_MS], communicateWithinMs: [15 * MINUTE_MS, 30 * DAY_MS],
};

/** AL12: what an administrator may choose between. */
export const LADDER_BOUNDS: { readonly [S in Severity]: Bounds } = {
  critical: {
    backupAfterMs: [MINUTE_MS, 15 * MINUTE_MS], endAfterMs: [MINUTE_MS, 30 * MINUTE_MS], repeatEveryMs: [MINUTE_MS, 30 * MINUTE_MS], maxRepeats: [48, 1_440],
    acknowledgeWithinMs: [MINUTE_MS, HOUR_MS], communicateWithinMs: [15 * MINUTE_MS, HOUR_MS],
  },
  urgent: LOOSE,
  routine: LOOSE,
};

/** AL12: a critical alert calls for at least so long after it has reached the end. */
export const CRITICAL_CALLS_FOR_MS = DAY_MS;

export interface PolicyProblem {
  readonly severity: Severity;
  readonly field: LadderField;
  readonly text: string;
}

/** AL12: everything that forbids this policy, in the order of the form; empty when it may stand. */
export function policyProblems(policy: EscalationPolicy): PolicyProblem[] {
  return severitySchema.options.flatMap((severity) => ladderProblems(severity, policy[severity]));
}

function ladderProblems(severity: Severity, ladder: Ladder): PolicyProblem[] {
  const problem = (field: LadderField, text: string): PolicyProblem => ({ severity, field, text });
  const outside = ladderFields.flatMap((field) => {
    const value = ladder[field];
    const [min, max] = LADDER_BOUNDS[severity][field];
    if (value === null) return severity === 'critical' ? [problem(field, 'A critical result has to be communicated: say within how long.')] : [];
    return value < min || value > max ? [problem(field, `Choose ${valueText(field, min)} to ${valueText(field, max)}.`)] : [];
  });
  if (outside.length > 0) return outside;
  if (ladder.endAfterMs < ladder.backupAfterMs) return [problem('endAfterMs', 'Everybody can’t be called before the backup.')];
  const silentAfterMs = ladder.repeatEveryMs * ladder.maxRepeats;
  if (severity === 'critical' && silentAfterMs < CRITICAL_CALLS_FOR_MS) {
    return [problem('maxRepeats', `A critical alert has to call for 24 hours at least: ${Math.ceil(CRITICAL_CALLS_FOR_MS / ladder.repeatEveryMs)} repeats or more at this interval.`)];
  }
  return [];
}

/** In the order of the ladder. */
export const ladderFields: readonly LadderField[] = ['backupAfterMs', 'endAfterMs', 'repeatEveryMs', 'maxRepeats', 'acknowledgeWithinMs', 'communicateWithinMs'];

/** `2 min`, `1 h 30 min`, `288 times`, `not asked for`. */
export function valueText(field: LadderField, value: number | null): string {
  if (value === null) return 'not asked for';
  return field === 'maxRepeats' ? `${value} times` : lengthText(value);
}

const SENTENCE: { readonly [F in LadderField]: string } = {
  backupAfterMs: 'the backup is called after',
  endAfterMs: 'everybody is called after',
  repeatEveryMs: 'the last call is repeated every',
  maxRepeats: 'the last call is repeated at most',
  acknowledgeWithinMs: 'it has to be acknowledged within',
  communicateWithinMs: 'it has to be communicated within',
};

/** What would be different, a sentence each: said before a change is made. */
export function policyChanges(before: EscalationPolicy, after: EscalationPolicy): string[] {
  return severitySchema.options.flatMap((severity) =>
    ladderFields
      .filter((field) => before[severity][field] !== after[severity][field])
      .map((field) => `${SEVERITY_TITLE[severity]}: ${SENTENCE[field]} ${valueText(field, after[severity][field])}, until now ${valueText(field, before[severity][field])}.`),
  );
}

/** An alert of the past, as far as a policy cares. ms since epoch. */
export interface PastAlert {
  readonly severity: Severity;
  readonly raisedAt: number;
  readonly acknowledgedAt: number | null;
}

export const reachSchema = z.object({ alerts: z.number().int(), backup: z.number().int(), end: z.number().int(), late: z.number().int() });
/** How far alerts would have climbed, and how many would have been acknowledged late or not at all. */
export type Reach = z.infer<typeof reachSchema>;

/** The same alerts, answered when they were, under this policy. */
export function reachOf(past: readonly PastAlert[], policy: EscalationPolicy, now: number): Reach {
  const waited = past.map(({ severity, raisedAt, acknowledgedAt }) => ({ ladder: policy[severity], ms: (acknowledgedAt ?? now) - raisedAt }));
  const count = (passed: (ladder: Ladder, waitedMs: number) => boolean): number => waited.filter(({ ladder, ms: waitedMs }) => passed(ladder, waitedMs)).length;
  return {
    alerts: past.length,
    backup: count((ladder, waitedMs) => waitedMs >= ladder.backupAfterMs),
    end: count((ladder, waitedMs) => waitedMs >= ladder.endAfterMs),
    late: count((ladder, waitedMs) => waitedMs > ladder.acknowledgeWithinMs),
  };
}

export const policyVersionSchema = versionFields.extend({ policy: escalationPolicySchema });
export type PolicyVersion = z.infer<typeof policyVersionSchema>;
/** The newest first, and that is the one in force. */
export const policyHistorySchema = z.array(policyVersionSchema).min(1);

export const policyChangeSchema = changeFields.extend({ policy: escalationPolicySchema });
export type PolicyChange = z.infer<typeof policyChangeSchema>;
