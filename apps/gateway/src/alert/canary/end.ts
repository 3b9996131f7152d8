import type { Hospital, HospitalTx } from '@readroom/db';
import { canaryStageSchema } from '@readroom/shared/alert/canary';
import type { NotificationMessage } from '@readroom/shared/alert/notification';
import { audit } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import { inTransaction } from '../../study/retry.ts';
import { pathLink } from '../notify/queue.ts';

export type Ending = { readonly state: 'passed' | 'interrupted' } | { readonly state: 'broken'; readonly stage: string; readonly reason: string };

/**
 * AL6: writes the end of a run once, with what follows from it in the same transaction: the first that breaks opens an outage and
 * tells IT, the first that passes closes it and tells IT. False: another gateway ended it.
 */
export async function endRun(deps: Deps, hospital: Hospital, id: string, ending: Ending): Promise<boolean> {
  const ended = await inTransaction(hospital, async (tx) => {
    const at = new Date(deps.clock());
    const broken = ending.state === 'broken' ? { brokenStage: ending.stage, reason: ending.reason } : {};
    const { count } = await tx.canaryRun.updateMany({ where: { id, state: 'running' }, data: { state: ending.state, endedAt: at, ...broken } });
    if (count === 0) return false;
    if (ending.state === 'broken') await breakPath(tx, deps, hospital, id, ending, at);
    if (ending.state === 'passed') await mendPath(tx, deps, hospital, id, at);
    return true;
  });
  if (!ended) return false;
  const fields = { event: `canary.${ending.state}`, organisation: hospital.organisationId, runId: id };
  if (ending.state !== 'broken') deps.log.info(fields);
  else {
    deps.metrics.counter('readroom_alert_path_failures_total', 'Canaries that did not pass, by the stage they broke at', ['organisation', 'stage']).inc({ organisation: hospital.organisationId, stage: ending.stage });
    deps.log.error({ ...fields, stage: ending.stage, reason: ending.reason });
  }
  return true;
}

async function breakPath(tx: HospitalTx, deps: Deps, hospital: Hospital, runId: string, { stage, reason }: Extract<Ending, { state: 'broken' }>, since: Date): Promise<void> {
  const outage = { id: deps.makeId(), since, stage, reason };
  // Nothing when one is open: the partial index holds them to one.
  const { count } = await tx.canaryOutage.createMany({ data: [outage], skipDuplicates: true });
  if (count === 0) return;
  await audit(tx, { actor: 'system', role: 'system', action: 'canary.broken', subject: { outageId: outage.id, runId, stage, reason } });
  await tellIt(tx, deps, hospital, outage, 'broken');
}

async function mendPath(tx: HospitalTx, deps: Deps, hospital: Hospital, runId: string, at: Date): Promise<void> {
  const outage = await tx.canaryOutage.findFirst({ where: { mendedAt: null } });
  if (!outage) return;
  await tx.canaryOutage.update({ where: { id: outage.id }, data: { mendedAt: at } });
  await audit(tx, { actor: 'system', role: 'system', action: 'canary.mended', subject: { outageId: outage.id, runId } });
  await tellIt(tx, deps, hospital, outage, 'mended');
}

interface Outage {
  readonly id: string;
  readonly since: Date;
  readonly stage: string;
  readonly reason: string;
}

/** One message to each recipient of each channel that is told of the path; the sender sends them as any other (AL14). */
async function tellIt(tx: HospitalTx, deps: Deps, { organisationId }: Hospital, outage: Outage, state: 'broken' | 'mended'): Promise<void> {
  const channels = await tx.alertChannel.findMany({ where: { enabled: true, removedAt: null, onPath: true } });
  if (channels.length === 0) return;
  const { name } = await deps.control.organisation.findUniqueOrThrow({ where: { id: organisationId }, select: { name: true } });
  const staff = await deps.control.membership.findMany({ where: { organisationId, role: 'it' }, select: { user: { select: { email: true } } } });
  const message: NotificationMessage = {
    alertId: null, step: `path-${state}`, level: 'primary', severity: 'critical', finding: 'Alert path', site: name.slice(0, 200), raisedAt: outage.since.getTime(), link: pathLink(deps),
    path: { state, outageId: outage.id, since: outage.since.getTime(), stage: canaryStageSchema.parse(outage.stage), reason: outage.reason },
  };
  const at = new Date(deps.clock());
  const rows = channels.flatMap(({ id: channelId, kind, addresses }) => {
    const recipients = kind === 'email' ? [...new Set([...addresses, ...staff.map(({ user }) => user.email)])] : [''];
    return recipients.map((recipient) => ({ id: deps.makeId(), channelId, outageId: outage.id, step: message.step, recipient, message, nextAt: at, createdAt: at }));
  });
  await tx.notification.createMany({ data: rows, skipDuplicates: true });
}
