import { HospitalPrisma } from '@readroom/db';
import type { HospitalTx } from '@readroom/db';
import type { AlertEventMessage } from '@readroom/shared/alert/alert';
import { lanActor } from '@readroom/shared/alert/hospital-page';
import type { AlertAcknowledged } from '@readroom/shared/wire/alert-acknowledged';
import type { LanAudit } from '@readroom/shared/wire/lan-audit';
import { audit } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import type { Speaker } from '../../study/ingest.ts';
import { refreshWorklistItem } from '../../worklist/refresh.ts';
import type { RowPatch } from '../../worklist/refresh.ts';
import { ALERT_PARTS, silent } from '../alert-view.ts';
import { PAGE_ROLE, applyAcknowledgement } from './taken.ts';

interface Moment {
  readonly speaker: Speaker;
  readonly revision: number;
  /** Gateway clock, ms since epoch. */
  readonly now: number;
}

interface Kept {
  /** Null when no alert was there to be changed. */
  readonly patch: RowPatch | null;
  readonly alerts: readonly AlertEventMessage[];
}

/**
 * AL7: an acknowledgement from a node's own page, in the transaction of its message. It is kept by the alert's identity and applied
 * to the alert, now if it is raised, else when it is (`takenAtPage`). Said again it changes nothing, except that a communication may follow.
 */
export async function keepAcknowledgement(tx: HospitalTx, deps: Deps, moment: Moment, body: AlertAcknowledged): Promise<Kept> {
  const { speaker, revision, now } = moment;
  const identity = { studyUid: body.study.studyUid, findingCode: body.findingCode, side: body.side ?? 'none' };
  const { acknowledgement: { id, by, at } } = body;
  const row = { id, nodeId: speaker.nodeId, ...identity, account: by.account, name: by.name, at: corrected(at, moment) };
  const { count } = await tx.lanAcknowledgement.createMany({ data: [row], skipDuplicates: true });
  const communication = communicationIn(body, moment);
  if (communication !== null) await tx.lanAcknowledgement.updateMany({ where: { ...identity, communication: { equals: HospitalPrisma.DbNull } }, data: { communication } });
  if (count > 0) await audit(tx, { actor: lanActor(speaker.nodeId, by.account), role: PAGE_ROLE, action: 'alert.acknowledge-at-node', subject: { ...identity, nodeId: speaker.nodeId, acknowledgementId: id, at: row.at.toISOString() } });
  const alert = await tx.alert.findFirst({ where: { study: { studyUid: identity.studyUid }, findingCode: identity.findingCode, side: identity.side }, include: ALERT_PARTS });
  if (!alert || !(await applyAcknowledgement(tx, deps, { organisation: speaker.organisation, alertId: alert.id, now }))) return { patch: null, alerts: [] };
  await tx.alert.update({ where: { id: alert.id }, data: { revision: BigInt(revision) } });
  const patch = await refreshWorklistItem(tx, alert.studyId, 'alert', revision);
  return { patch, alerts: [silent(speaker.organisation, await tx.alert.findUniqueOrThrow({ where: { id: alert.id }, include: ALERT_PARTS }))] };
}

/** TN2: who signed in at a node's own page and looked at its list, with the time of the deed; once, however often it is told. */
export async function auditOfPage(tx: HospitalTx, speaker: Speaker, { id, account, deed, at }: LanAudit): Promise<void> {
  const row = { id, actor: lanActor(speaker.nodeId, account), role: PAGE_ROLE, action: `hospital-page.${deed}`, subject: { nodeId: speaker.nodeId, at: new Date(at + speaker.clockOffsetMs).toISOString() } };
  await tx.auditEvent.createMany({ data: [row], skipDuplicates: true });
}

/** The node's clock in ours. Never in the future. */
function corrected(at: number, { speaker, now }: Moment): Date {
  return new Date(Math.min(at + speaker.clockOffsetMs, now));
}

function communicationIn({ communication }: AlertAcknowledged, moment: Moment): HospitalPrisma.InputJsonObject | null {
  if (communication === null) return null;
  const { said } = communication;
  const words = said.outcome === 'told' ? { ...said, at: corrected(said.at, moment).getTime() } : said;
  return { ...communication, at: corrected(communication.at, moment).getTime(), said: words };
}
