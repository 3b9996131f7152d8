import type { HospitalPrisma, HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import type { AppError } from '@readroom/shared/error';
import { policySchema, type Policy } from '@readroom/shared/priority/policy';
import { policyOf, policyTermsSchema, rankPolicyChanges, type RankPolicyChange, type RankPolicyVersion } from '@readroom/shared/priority/policy-change';
import { fallenAmong } from '@readroom/shared/priority/policy-effect';
import { rank } from '@readroom/shared/priority/rank';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { conflict } from '../../study/refusals.ts';
import { inTransaction } from '../../study/retry.ts';
import { loadRows, rankInputOf } from '../item.ts';
import { takeRevision } from '../revision.ts';
import { effectOfDay, refuseBad } from './preview.ts';
import { rerankList } from './rerank.ts';

const HISTORY = 50;

/** The versions of the policy, the one in force first. Throws `forbidden`. */
export async function rankPolicyHistory(deps: Deps, member: Member): Promise<RankPolicyVersion[]> {
  requireCan(member, 'worklist.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  return (await client.rankPolicy.findMany({ orderBy: { version: 'desc' }, take: HISTORY })).map(versionOf);
}

/**
 * PR10: writes the next version and ranks the open list anew, which goes on by the list's timer where it is long. Throws `forbidden`,
 * `bad-input` with everything to mend, and `conflict` when another administrator was first, nothing would change, or a critical
 * study would fall, now or at an hour of the last day.
 */
export async function changeRankPolicy(deps: Deps, member: Member, { basedOn, terms, reason }: RankPolicyChange): Promise<RankPolicyVersion[]> {
  requireCan(member, 'hospital.configure', member.organisation);
  refuseBad(terms);
  const hospital = await deps.hospital(member.organisation);
  if ((await effectOfDay(hospital, terms, deps.clock())).fallen.length > 0) throw wouldFall('at an hour of the last day');
  await inTransaction(hospital, async (tx) => {
    const { policy: before, policyVersion } = await takeRevision(tx);
    if (policyVersion !== basedOn) throw conflict('Somebody else has changed the policy meanwhile. Open this page again and look at theirs first.');
    if (rankPolicyChanges(before, terms).length === 0) throw conflict('This is the policy in force already: nothing would change.');
    const policy = policyOf(policyVersion + 1, terms);
    await refuseFall(tx, before, policy);
    await tx.rankPolicy.create({ data: { version: policy.version, policy, reason, byId: member.userId, byName: member.name, at: new Date(deps.clock()) } });
    await tx.hospitalState.update({ where: { id: 1 }, data: { policy, policyVersion: policy.version } });
    await audit(tx, { ...by(member), action: 'rank-policy.change', subject: { from: policyVersion, to: policy.version } });
  });
  await rerankList(deps, hospital);
  return rankPolicyHistory(deps, member);
}

/** The list of this very moment, under its lock: only what stands in tier 0 can fall, and that is short. */
async function refuseFall(tx: HospitalTx, before: Policy, after: Policy): Promise<void> {
  const inputs = (await loadRows(tx, { worklistItem: { live: true, tier: 0 } })).map(rankInputOf);
  const pairs = inputs.map((input) => ({ input, before: rank(input, before), after: rank(input, after) }));
  if (fallenAmong(pairs).length > 0) throw wouldFall('now');
}

function wouldFall(when: string): AppError {
  return conflict(`A study with an open critical finding would stand behind one without, that a reader has placed by hand behind it (${when}). Take such moves back, or change the waiting times less; a day after the move it stands in the way no more.`);
}

function versionOf({ version, policy, reason, byName, at }: HospitalPrisma.RankPolicyGetPayload<object>): RankPolicyVersion {
  return { version, terms: policyTermsSchema.parse(policySchema.parse(policy)), reason, by: byName, at: at.getTime() };
}
