import type { Hospital, HospitalPrisma, HospitalTx } from '@readroom/db';
import { escalationPolicySchema } from '@readroom/shared/alert/escalation-policy';
import type { EscalationPolicy, PolicyVersion } from '@readroom/shared/alert/escalation-policy';
import { perDeps } from '../../infra/deps.ts';
import type { Deps } from '../../infra/deps.ts';

/** Versions are never changed, so what was read once holds: by organisation and version. */
const known = perDeps(() => new Map<string, EscalationPolicy>());

/** AL12: the policy of this version, which an alert names. */
export async function policyOf(deps: Deps, { client, organisationId }: Hospital, version: number): Promise<EscalationPolicy> {
  const key = `${organisationId} ${version}`;
  const held = known(deps).get(key);
  if (held) return held;
  const row = await client.escalationPolicy.findUniqueOrThrow({ where: { version }, select: { policy: true } });
  const policy = escalationPolicySchema.parse(row.policy);
  known(deps).set(key, policy);
  return policy;
}

/** The version in force: what an alert raised now climbs by. */
export async function newestVersion(tx: HospitalTx): Promise<number> {
  const { version } = await tx.escalationPolicy.findFirstOrThrow({ orderBy: { version: 'desc' }, select: { version: true } });
  return version;
}

export function versionOf({ version, policy, reason, byName, at }: HospitalPrisma.EscalationPolicyGetPayload<object>): PolicyVersion {
  return { version, policy: escalationPolicySchema.parse(policy), reason, by: byName, at: at.getTime() };
}
