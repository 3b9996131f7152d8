import type { Member } from '@readroom/shared/access/can';
import { canaryStageSchema } from '@readroom/shared/alert/canary';
import type { CanaryRun, CanarySetting, PathView } from '@readroom/shared/alert/canary';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { canaries } from './service.ts';
import { runOf } from './stored.ts';

const SHOWN = 50;

/** How the alert path stands: for everybody of the hospital, no patient in it. Throws `forbidden`. */
export async function viewPath(deps: Deps, member: Member): Promise<PathView> {
  requireCan(member, 'worklist.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const [{ everyMs, limitMs, contact, changedBy, changedAt }, passed, outage] = await Promise.all([
    client.canarySetting.findUniqueOrThrow({ where: { id: 1 } }),
    client.canaryRun.findFirst({ where: { state: 'passed' }, orderBy: { begunAt: 'desc' }, select: { endedAt: true } }),
    client.canaryOutage.findFirst({ where: { mendedAt: null } }),
  ]);
  return {
    everyMs, limitMs, contact, changedBy, changedAt: changedAt.getTime(), provedAt: passed?.endedAt?.getTime() ?? null,
    outage: outage === null ? null : { since: outage.since.getTime(), stage: canaryStageSchema.parse(outage.stage), reason: outage.reason },
  };
}

/** The last runs, the newest first, with the time of each stage. Throws `forbidden`. */
export async function pathRuns(deps: Deps, member: Member): Promise<CanaryRun[]> {
  requireCan(member, 'node.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const rows = await client.canaryRun.findMany({ orderBy: [{ begunAt: 'desc' }, { id: 'desc' }], take: SHOWN });
  const nodes = await deps.control.edgeNode.findMany({ where: { organisationId: member.organisation }, select: { id: true, name: true } });
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  return rows.map((row) => runOf(row, row.nodeId === null ? null : (names.get(row.nodeId) ?? null)));
}

/** How often it is proved, or not at all, from now on. Throws `forbidden`. */
export async function changePath(deps: Deps, member: Member, { everyMs, limitMs, contact }: CanarySetting): Promise<PathView> {
  requireCan(member, 'hospital.configure', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  await client.$transaction(async (tx) => {
    await tx.canarySetting.update({ where: { id: 1 }, data: { everyMs, limitMs, contact, changedBy: member.name, changedAt: new Date(deps.clock()) } });
    // The contact is free text: that it changed is enough.
    await audit(tx, { ...by(member), action: 'canary.change', subject: { everyMs: everyMs ?? 'off', limitMs } });
  });
  return viewPath(deps, member);
}

/** Begins a run now, also while the schedule is off. Throws `forbidden`. */
export async function provePath(deps: Deps, member: Member): Promise<void> {
  requireCan(member, 'node.manage', member.organisation);
  await canaries(deps).begin(await deps.hospital(member.organisation));
}
