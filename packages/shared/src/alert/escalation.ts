import type { Role } from '../access/role.ts';
import type { Severity } from '../finding/finding.ts';
import type { AlertCall, AlertLevel, AlertState, AlertStep } from './alert.ts';
import type { EscalationPolicy } from './escalation-policy.ts';

/** What the steps of an alert depend on. */
export interface Escalating {
  readonly id: string;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly raisedAt: number;
}

/** A step of the ladder and when it fell due, ms since epoch. Whom it calls is decided when it is recorded (AL13). */
export type DueStep = Pick<AlertStep, 'key' | 'level'> & { readonly name: string; readonly dueAt: number };

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

/** Who may be asked by name: those who may acknowledge. */
const ASKED: readonly Role[] = ['resident', 'attending'];

/** Whether the calls of an alert so far were made to this person: a call stands until somebody acknowledges. */
export function calledBy(calls: readonly Pick<AlertCall, 'level' | 'asked'>[], { id, role }: { readonly id: string; readonly role: Role }): boolean {
  return calls.some(({ level, asked }) => (asked === null ? CALLED[level].includes(role) : asked.some((person) => person.id === id)));
}

function stepOf(alert: Escalating, name: string, afterMs: number): DueStep {
  return { key: keyOf(alert.id, name), level: levelOf(name), name, dueAt: alert.raisedAt + afterMs };
}

/**
 * The step under its name within the alert: `primary`, `backup`, `end`, and `end:<n>` for the n-th repeat. `asked` are the people
 * it names, by id (AL13), null for everybody of its roles. The end is the catch-all and names nobody.
 */
export function stepNamed(alertId: string, name: string, asked: readonly string[] | null): AlertStep {
  const level = levelOf(name);
  const named = level === 'end' ? null : asked;
  return { key: keyOf(alertId, name), level, roles: [...(named === null ? CALLED[level] : ASKED)], userIds: named === null ? null : [...named] };
}

/** The idempotency key of a step (AL3). */
function keyOf(alertId: string, name: string): string {
  return `${alertId}:${name}`;
}

/** How high a step stands on the ladder, by its name: primary, backup, end, and each repeat above the one before. */
export function rungOf(name: string): number {
  if (name === 'primary') return 0;
  if (name === 'backup') return 1;
  return 2 + Number(/^end:(\d+)$/.exec(name)?.[1] ?? 0);
}

/** The level a step belongs to, by its name. */
export function levelOf(name: string): AlertLevel {
  return name === 'primary' || name === 'backup' ? name : 'end';
}
