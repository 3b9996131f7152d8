import type { Hospital, HospitalPrisma, HospitalTx } from '@readroom/db';
import { alertStateSchema } from '@readroom/shared/alert/alert';
import type { AlertLevel } from '@readroom/shared/alert/alert';
import { dueSteps } from '@readroom/shared/alert/escalation';
import type { DueStep } from '@readroom/shared/alert/escalation';
import type { EscalationPolicy } from '@readroom/shared/alert/escalation-policy';
import { severitySchema } from '@readroom/shared/finding/finding';
import type { Severity } from '@readroom/shared/finding/finding';
import { audit } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import { publishPatch } from '../../worklist/push.ts';
import { nextRevision } from '../../worklist/revision.ts';
import { EVENT } from '../alert-view.ts';
import { queueNotifications } from '../notify/queue.ts';
import { askedFor } from '../on-call/asked.ts';
import { policyOf } from './policies.ts';

const PAGE = 200;

/** What the loop reads of an open alert. */
const LADDER = {
  id: true,
  severity: true,
  state: true,
  raisedAt: true,
  studyId: true,
  policyVersion: true,
  events: { where: { step: EVENT.escalated }, select: { key: true } },
} satisfies HospitalPrisma.AlertSelect;
type OpenAlert = HospitalPrisma.AlertGetPayload<{ select: typeof LADDER }>;

/** What one look at a hospital found open, for the metrics. */
export interface Outstanding {
  readonly severity: Severity;
  readonly raisedAt: number;
}

/**
 * AL3, AL4: records every step that is due and not yet recorded; the push sends what is recorded. Nothing is remembered between
 * two looks, so a restart forgets nothing; with several gateways the hospital's revision lock lets one of them record a step.
 */
export async function escalateHospital(deps: Deps, organisation: string): Promise<Outstanding[]> {
  const hospital = await deps.hospital(organisation);
  const found: Outstanding[] = [];
  for (let after: string | null = null; ; ) {
    const page: OpenAlert[] = await hospital.client.alert.findMany({
      where: { state: 'open', ...(after === null ? {} : { id: { gt: after } }) },
      orderBy: { id: 'asc' },
      take: PAGE,
      select: LADDER,
    });
    for (const alert of page) {
      await escalateAlert(deps, hospital, alert);
      found.push({ severity: severitySchema.parse(alert.severity), raisedAt: alert.raisedAt.getTime() });
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return found;
    after = last.id;
  }
}

async function escalateAlert(deps: Deps, hospital: Hospital, alert: OpenAlert): Promise<void> {
  const recorded = new Set(alert.events.map((event) => event.key));
  const policy = await policyOf(deps, hospital, alert.policyVersion);
  const missing = stepsOf(alert, policy, deps.clock()).filter((step) => !recorded.has(step.name));
  if (missing.length > 0) await recordSteps(deps, hospital, alert, missing);
}

function stepsOf({ id, severity, state, raisedAt }: OpenAlert, policy: EscalationPolicy, now: number): DueStep[] {
  return dueSteps({ id, severity: severitySchema.parse(severity), state: alertStateSchema.parse(state), raisedAt: raisedAt.getTime() }, policy, now);
}

const HEIGHT: { readonly [L in AlertLevel]: number } = { primary: 0, backup: 1, end: 2 };

function highestOf(steps: readonly DueStep[]): AlertLevel {
  return steps.reduce<AlertLevel>((highest, step) => (HEIGHT[step.level] > HEIGHT[highest] ? step.level : highest), 'primary');
}

async function recordSteps(deps: Deps, hospital: Hospital, alert: OpenAlert, steps: readonly DueStep[]): Promise<void> {
  const level = highestOf(steps);
  const { revision: rev, count: climbed } = await hospital.client.$transaction((tx) => recordIn(tx, deps, hospital, alert, steps));
  // The revision is in the list's sequence: open lists are told of it, though no row changed.
  publishPatch(deps, hospital.organisationId, { rev });
  if (climbed > 0) deps.metrics.counter('readroom_alert_steps_total', 'Steps of the alert ladder, by the highest level reached', ['level']).inc({ level }, climbed);
}

/** Records nothing when another gateway did, or somebody acknowledged meanwhile. */
async function recordIn(tx: HospitalTx, deps: Deps, { organisationId: organisation }: Hospital, { id: alertId, studyId }: OpenAlert, steps: readonly DueStep[]): Promise<{ readonly revision: number; readonly count: number }> {
  const now = deps.clock();
  const revision = await nextRevision(tx);
  if ((await tx.alert.count({ where: { id: alertId, state: 'open' } })) === 0) return { revision, count: 0 };
  let count = 0;
  for (const step of steps) {
    const asked = await askedFor(tx, deps, { organisation, studyId, level: step.level, at: now });
    const written = await tx.alertEvent.createMany({ data: [{ id: deps.makeId(), alertId, key: step.name, step: EVENT.escalated, at: new Date(now), detail: { revision, dueAt: step.dueAt, asked } }], skipDuplicates: true });
    count += written.count;
    if (written.count > 0) await queueNotifications(tx, deps, { organisation, alertId, name: step.name, asked, now });
  }
  if (count === 0) return { revision, count };
  await tx.alert.update({ where: { id: alertId }, data: { level: highestOf(steps), revision: BigInt(revision) } });
  for (const step of steps) await audit(tx, { actor: 'system', role: 'system', action: 'alert.escalate', subject: { alertId, step: step.name } });
  return { revision, count };
}

/** AL6: the alert's next step as if its time had come, inside the caller's transaction. Answers how many steps were recorded. */
export async function climbOneStep(tx: HospitalTx, deps: Deps, hospital: Hospital, alertId: string, now: number): Promise<number> {
  const alert = await tx.alert.findUniqueOrThrow({ where: { id: alertId }, select: LADDER });
  const policy = await policyOf(deps, hospital, alert.policyVersion);
  const { backupAfterMs } = policy[severitySchema.parse(alert.severity)];
  const recorded = new Set(alert.events.map((event) => event.key));
  const due = stepsOf(alert, policy, now + backupAfterMs).filter((step) => !recorded.has(step.name));
  return (await recordIn(tx, deps, hospital, alert, due.slice(0, 1))).count;
}
