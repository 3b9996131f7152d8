import type { HospitalPrisma, HospitalTx } from '@readroom/db';
import { alertMachine, alertStateSchema } from '@readroom/shared/alert/alert';
import { saidSchema } from '@readroom/shared/alert/communication';
import { lanActor, whoText } from '@readroom/shared/alert/hospital-page';
import { z } from 'zod';
import type { Deps } from '../../infra/deps.ts';
import { storeRecord } from '../communication/store-record.ts';
import { recordAcknowledged } from '../record-acknowledged.ts';

/** The role of somebody at a node's own page: its sign-ins are none of Readroom's. */
export const PAGE_ROLE = 'hospital-page';

export interface Taking {
  readonly organisation: string;
  readonly alertId: string;
  /** Gateway clock, ms since epoch. */
  readonly now: number;
}

type Page = HospitalPrisma.LanAcknowledgementGetPayload<object>;
type Row = HospitalPrisma.AlertGetPayload<{ include: { study: { select: { studyUid: true } } } }>;

/** AL7: true when somebody took the alert at the hospital's own page before it was raised here; it is acknowledged then. */
export async function takenAtPage(tx: HospitalTx, deps: Deps, taking: Taking): Promise<boolean> {
  await applyAcknowledgement(tx, deps, taking);
  const { state } = await tx.alert.findUniqueOrThrow({ where: { id: taking.alertId }, select: { state: true } });
  return state !== 'open';
}

/** Brings the alert into line with what its identity has from the hospital's own page. True when that changed anything. */
export async function applyAcknowledgement(tx: HospitalTx, deps: Deps, taking: Taking): Promise<boolean> {
  const alert = await tx.alert.findUniqueOrThrow({ where: { id: taking.alertId }, include: { study: { select: { studyUid: true } } } });
  const page = await tx.lanAcknowledgement.findUnique({ where: { studyUid_findingCode_side: { studyUid: alert.study.studyUid, findingCode: alert.findingCode, side: alert.side } } });
  if (!page) return false;
  const acknowledged = await acknowledge(tx, deps, taking, alert, page);
  const communicated = await communicate(tx, taking, alert, page);
  return acknowledged || communicated;
}

/** AL5: whoever was first here stands; the deed at the page is in the audit either way. */
async function acknowledge(tx: HospitalTx, deps: Deps, { organisation, alertId }: Taking, alert: Row, { nodeId, account, name, at }: Page): Promise<boolean> {
  const next = alertMachine.next(alertStateSchema.parse(alert.state), 'acknowledge');
  if (next === null) return false;
  const id = lanActor(nodeId, account);
  await tx.alert.update({ where: { id: alertId }, data: { state: next, acknowledgedBy: id, acknowledgedName: name, acknowledgedAt: at } });
  await recordAcknowledged(tx, deps, await deps.hospital(organisation), alert, { who: { actor: id, role: PAGE_ROLE }, name: whoText({ id, name }), at });
  return true;
}

const communicationSchema = z.object({ id: z.uuid(), by: z.object({ account: z.string(), name: z.string() }), at: z.number().int(), said: saidSchema });

/** AL9: the record of what was communicated at the page, under the id the node gave it; the first one closes the alert. */
async function communicate(tx: HospitalTx, { alertId }: Taking, alert: Row, { nodeId, communication }: Page): Promise<boolean> {
  if (communication === null) return false;
  const { id, by: { account, name }, at, said } = communicationSchema.parse(communication);
  const by = { id: lanActor(nodeId, account), name };
  const { written, closed } = await storeRecord(tx, { alertId, studyUid: alert.study.studyUid, role: PAGE_ROLE }, { id, corrects: null, by, recordedAt: at, said });
  if (closed !== null) await tx.alert.update({ where: { id: alertId }, data: { state: closed } });
  return written;
}
