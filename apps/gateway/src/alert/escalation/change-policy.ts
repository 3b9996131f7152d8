import type { Member } from '@readroom/shared/access/can';
import { policyChanges, policyProblems, reachOf, SEVERITY_TITLE } from '@readroom/shared/alert/escalation-policy';
import type { EscalationPolicy, PolicyChange, PolicyVersion, Reach } from '@readroom/shared/alert/escalation-policy';
import { HOUR_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { severitySchema } from '@readroom/shared/finding/finding';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { conflict } from '../../study/refusals.ts';
import { isConflict } from '../../study/retry.ts';
import { newestVersion, versionOf } from './policies.ts';

const HISTORY = 50;
const PREVIEW_DAYS = 30;
/** Alerts a preview looks at; the newest count. */
const PREVIEW_ALERTS = 20_000;

/** The versions of the policy, the one in force first. Throws `forbidden`. */
export async function policyHistory(deps: Deps, member: Member): Promise<PolicyVersion[]> {
  requireCan(member, 'alert.report', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  return (await client.escalationPolicy.findMany({ orderBy: { version: 'desc' }, take: HISTORY })).map(versionOf);
}

export interface PolicyPreview {
  readonly days: number;
  /** The alerts of those days, answered when they were: under the policy in force, and under the other one. */
  readonly before: Reach;
  readonly after: Reach;
}

/** What the last days would have been under another policy. Throws `forbidden`, and `bad-input` for one that may not stand. */
export async function previewPolicy(deps: Deps, member: Member, policy: EscalationPolicy): Promise<PolicyPreview> {
  requireCan(member, 'hospital.configure', member.organisation);
  refuseBad(policy);
  const { client } = await deps.hospital(member.organisation);
  const now = deps.clock();
  const rows = await client.alert.findMany({ where: { raisedAt: { gte: new Date(now - PREVIEW_DAYS * 24 * HOUR_MS) } }, orderBy: [{ raisedAt: 'desc' }, { id: 'desc' }], take: PREVIEW_ALERTS, select: { severity: true, raisedAt: true, acknowledgedAt: true } });
  const past = rows.map(({ severity, raisedAt, acknowledgedAt }) => ({ severity: severitySchema.parse(severity), raisedAt: raisedAt.getTime(), acknowledgedAt: acknowledgedAt?.getTime() ?? null }));
  const inForce = versionOf(await client.escalationPolicy.findFirstOrThrow({ orderBy: { version: 'desc' } })).policy;
  return { days: PREVIEW_DAYS, before: reachOf(past, inForce, now), after: reachOf(past, policy, now) };
}

/**
 * AL12: writes the next version; alerts raised from now on climb by it. Throws `forbidden`, `bad-input` with what to mend, and
 * `conflict` when another administrator was first or nothing would change.
 */
export async function changePolicy(deps: Deps, member: Member, { basedOn, policy, reason }: PolicyChange): Promise<PolicyVersion[]> {
  requireCan(member, 'hospital.configure', member.organisation);
  refuseBad(policy);
  const { client } = await deps.hospital(member.organisation);
  await client
    .$transaction(async (tx) => {
      const newest = await newestVersion(tx);
      if (newest !== basedOn) throw changedMeanwhile();
      const before = versionOf(await tx.escalationPolicy.findUniqueOrThrow({ where: { version: newest } })).policy;
      if (policyChanges(before, policy).length === 0) throw conflict('This is the policy in force already: nothing would change.');
      await tx.escalationPolicy.create({ data: { version: newest + 1, policy, reason, byId: member.userId, byName: member.name, at: new Date(deps.clock()) } });
      await audit(tx, { ...by(member), action: 'escalation.change', subject: { from: newest, to: newest + 1 } });
    })
    .catch((error: unknown) => {
      throw isConflict(error) ? changedMeanwhile() : error;
    });
  return policyHistory(deps, member);
}

function changedMeanwhile(): AppError {
  return conflict('Somebody else has changed the policy meanwhile. Open this page again and look at theirs first.');
}

function refuseBad(policy: EscalationPolicy): void {
  const [first] = policyProblems(policy);
  if (first) throw new AppError('bad-input', { class: 'permanent', message: `${SEVERITY_TITLE[first.severity]}: ${first.text}` });
}
