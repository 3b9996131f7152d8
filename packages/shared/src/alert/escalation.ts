import { z } from 'zod';
import type { Role } from '../access/role.ts';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import type { Severity } from '../finding/finding.ts';
import type { AlertLevel, AlertState, AlertStep } from './alert.ts';

const ms = z.number().int().min(1);
const ladderSchema = z.object({
  /** Counted from the raising of the alert, unacknowledged all the while. */
  backupAfterMs: ms,
  endAfterMs: ms,
  /** At the end the call is repeated this often, and this many times at most; the alert stays open all the same. */
  repeatEveryMs: ms,
  maxRepeats: z.number().int().min(0).max(1_000),
});

export const escalationPolicySchema = z.object({ critical: ladderSchema, urgent: ladderSchema, routine: ladderSchema });
export type EscalationPolicy = z.infer<typeof escalationPolicySchema>;

const SLOW = { backupAfterMs: 15 * MINUTE_MS, endAfterMs: HOUR_MS, repeatEveryMs: 30 * MINUTE_MS, maxRepeats: 48 };

export const DEFAULT_ESCALATION: EscalationPolicy = {
  critical: { backupAfterMs: 2 * MINUTE_MS, endAfterMs: 5 * MINUTE_MS, repeatEveryMs: 5 * MINUTE_MS, maxRepeats: 288 },
  urgent: SLOW,
  routine: SLOW,
};

/** What the steps of an alert depend on. */
export interface Escalating {
  readonly id: string;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly raisedAt: number;
  /** The reader the study is assigned to, called first. */
  readonly assignedTo: string | null;
}

export type DueStep = AlertStep & { readonly name: string; readonly dueAt: number };

/**
 * AL3: the steps due at `now`, oldest first, each under a key that never changes: primary -> backup -> end, then the end again.
 * Of the repeats only the latest is due: a gateway that was down for a day calls once, not 288 times. An alert that is
 * acknowledged has no step. The caller records each key once and sends what it has recorded.
 */
export function dueSteps(alert: Escalating, policy: EscalationPolicy, now: number): DueStep[] {
  if (alert.state !== 'open') return [];
  const ladder = policy[alert.severity];
  const sinceEnd = now - alert.raisedAt - ladder.endAfterMs;
  const repeats = Math.min(Math.floor(sinceEnd / ladder.repeatEveryMs), ladder.maxRepeats);
  const steps = [
    stepOf(alert, 'primary', 0),
    stepOf(alert, 'backup', ladder.backupAfterMs),
    stepOf(alert, 'end', ladder.endAfterMs),
  ];
  if (repeats >= 1) steps.push(stepOf(alert, `end:${repeats}`, ladder.endAfterMs + repeats * ladder.repeatEveryMs));
  return steps.filter((step) => step.dueAt <= now);
}

/** The end is the department's catch-all: everybody who may see an alert. */
const CALLED: { readonly [L in AlertLevel]: readonly Role[] } = {
  primary: ['resident', 'attending'],
  backup: ['attending'],
  end: ['resident', 'attending', 'admin'],
};

/** Whether an alert that climbed to `level` has called people of this role on its way: a call stands until somebody acknowledges. */
export function calledBy(level: AlertLevel, role: Role): boolean {
  const climbed: readonly AlertLevel[] = level === 'primary' ? ['primary'] : level === 'backup' ? ['primary', 'backup'] : ['primary', 'backup', 'end'];
  return climbed.some((reached) => CALLED[reached].includes(role));
}

function stepOf(alert: Escalating, name: string, afterMs: number): DueStep {
  return { ...stepNamed(alert.id, name, alert.assignedTo), name, dueAt: alert.raisedAt + afterMs };
}

/** The step under its name within the alert: `primary`, `backup`, `end`, and `end:<n>` for the n-th repeat. */
export function stepNamed(alertId: string, name: string, assignedTo: string | null): AlertStep {
  const level = levelOf(name);
  const userIds = level === 'primary' && assignedTo !== null ? [assignedTo] : null;
  return { key: `${alertId}:${name}`, level, roles: [...CALLED[level]], userIds };
}

/** How high a step stands on the ladder, by its name: primary, backup, end, and each repeat above the one before. */
export function rungOf(name: string): number {
  if (name === 'primary') return 0;
  if (name === 'backup') return 1;
  return 2 + Number(/^end:(\d+)$/.exec(name)?.[1] ?? 0);
}

function levelOf(name: string): AlertLevel {
  return name === 'primary' || name === 'backup' ? name : 'end';
}
