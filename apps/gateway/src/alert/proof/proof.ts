import type { Member } from '@readroom/shared/access/can';
import type { ProofReport } from '@readroom/shared/alert/alert';
import { SECOND_MS } from '@readroom/shared/clock';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';

export type ProofOutcome = 'recorded' | 'duplicate' | 'not-found';

/**
 * AL2: a person's browser received, painted or sounded the alert. Recorded once for each person and step, with the gateway's
 * time and the browser's beside it. Throws `forbidden`.
 */
export async function recordProof(deps: Deps, member: Member, report: ProofReport): Promise<ProofOutcome> {
  requireCan(member, 'alert.view', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const alert = await hospital.client.alert.findUnique({ where: { id: report.alertId }, select: { id: true, raisedAt: true } });
  if (!alert) return 'not-found';
  const now = deps.clock();
  const { count } = await hospital.client.alertEvent.createMany({
    data: [
      {
        id: deps.makeId(), alertId: alert.id, key: `${report.step}:${member.userId}`, step: report.step, at: new Date(now), by: member.userId,
        detail: { name: member.name, browserAt: report.at },
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) return 'duplicate';
  measure(deps, report.step, now - alert.raisedAt.getTime());
  return 'recorded';
}

function measure(deps: Deps, step: ProofReport['step'], sinceRaisedMs: number): void {
  const buckets = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300];
  deps.metrics.histogram('readroom_alert_proof_seconds', 'From raising an alert to its proof in one browser', ['step'], buckets).observe({ step }, Math.max(0, sinceRaisedMs) / SECOND_MS);
}
