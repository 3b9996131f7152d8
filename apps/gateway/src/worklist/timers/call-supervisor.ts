import type { Hospital, HospitalTx } from '@readroom/db';
import { overdue, policySchema } from '@readroom/shared/priority/policy';
import { audit } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import { inTransaction } from '../../study/retry.ts';
import { isReported, loadRow, rankInputOf } from '../item.ts';
import { publishPatch } from '../push.ts';
import { refreshWorklistItem } from '../refresh.ts';
import { takeRevision } from '../revision.ts';

const BATCH = 100;

/**
 * PR4: a study nobody has reported within the hard limit calls the supervisor: its row says since when, and every attending's
 * browser is told by the row's change. The moment is stored with the study, so that it calls once, over restarts and gateways.
 */
export async function callSupervisor(deps: Deps, hospital: Hospital): Promise<void> {
  const state = await hospital.client.hospitalState.findUniqueOrThrow({ where: { id: 1 }, select: { policy: true } });
  const { hardLimitMs } = policySchema.parse(state.policy);
  const late = await hospital.client.worklistItem.findMany({
    where: { live: true, status: { not: 'preliminary' }, receivedAt: { lt: new Date(deps.clock() - hardLimitMs) }, study: { overdueAt: null } },
    select: { studyId: true },
    orderBy: { receivedAt: 'asc' },
    take: BATCH,
  });
  for (const { studyId } of late) {
    const patch = await inTransaction(hospital, async (tx) => {
      const { revision, policy } = await takeRevision(tx);
      const row = await loadRow(tx, studyId);
      const now = deps.clock();
      // Reported, or called by another gateway, since it was looked up.
      if (row.overdueAt !== null || isReported(row) || !overdue(rankInputOf(row), policy, now)) return { rev: revision };
      await recordCall(tx, studyId, row.studyUid, now);
      return refreshWorklistItem(tx, studyId, 'overdue', revision);
    });
    publishPatch(deps, hospital.organisationId, patch);
  }
}

async function recordCall(tx: HospitalTx, studyId: string, studyUid: string, now: number): Promise<void> {
  await tx.study.update({ where: { id: studyId }, data: { overdueAt: new Date(now) } });
  await audit(tx, { actor: 'system', role: 'system', action: 'study.overdue', subject: { studyId, studyUid } });
}
