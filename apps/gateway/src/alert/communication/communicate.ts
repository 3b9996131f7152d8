import type { HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import type { Alert } from '@readroom/shared/alert/alert';
import { knownSince, saidProblem } from '@readroom/shared/alert/communication';
import type { Communication, CommunicationRequest } from '@readroom/shared/alert/communication';
import { canonicalJson } from '@readroom/shared/canonical-json';
import { SECOND_MS } from '@readroom/shared/clock';
import { AppError, isAppError } from '@readroom/shared/error';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { publishPatch } from '../../worklist/push.ts';
import { nextRevision } from '../../worklist/revision.ts';
import { ALERT_PARTS, silent, toAlert } from '../alert-view.ts';
import type { AlertRow } from '../alert-view.ts';
import { emitAlerts } from '../emit.ts';
import { storeRecord } from './store-record.ts';

/**
 * AL9: writes down who told whom of an acknowledged alert, or corrects what was written; the first record closes it. The same
 * request sent again answers the same record. Throws `forbidden`, `not-found`, `bad-input` with what to mend, and `conflict`
 * when nobody has acknowledged yet, when somebody else corrected the record first, or when the id stands for other words.
 */
export async function communicate(deps: Deps, member: Member, request: CommunicationRequest): Promise<Alert> {
  const { organisation } = member;
  requireCan(member, 'alert.communicate', organisation);
  const hospital = await deps.hospital(organisation);
  const before = await hospital.client.alert.findUnique({ where: { id: request.alertId }, include: ALERT_PARTS });
  if (!before) throw new AppError('not-found', { class: 'permanent', message: 'There is no such alert here.' });
  const sent = sentBefore(organisation, before, member, request);
  if (sent) return sent;
  refuseBad(before, request, deps.clock());
  const written = await hospital.client.$transaction((tx) => write(tx, deps, member, before, request)).catch(nullWhenWritten);
  // Somebody was first while this one waited: the same request sent twice at once, or another correction of the same record.
  if (!written) return answerOfFirst(organisation, await hospital.client.alert.findUniqueOrThrow({ where: { id: before.id }, include: ALERT_PARTS }), member, request);
  // The revision is in the list's sequence: open lists are told of it, though no row changed.
  publishPatch(deps, organisation, { rev: written.revision });
  await emitAlerts(deps, organisation, [silent(organisation, written.row)]);
  if (written.closed) measure(deps, before);
  return toAlert(organisation, written.row);
}

const WRITTEN = 'communication-written';

function nullWhenWritten(error: unknown): null {
  if (isAppError(error, WRITTEN)) return null;
  throw error;
}

async function write(tx: HospitalTx, deps: Deps, member: Member, { id: alertId, study }: AlertRow, request: CommunicationRequest) {
  const revision = await nextRevision(tx);
  const record: Communication = { id: request.id, corrects: request.corrects, by: { id: member.userId, name: member.name }, recordedAt: deps.clock(), said: request.said };
  const { written, closed } = await storeRecord(tx, { alertId, studyUid: study.studyUid, role: member.role }, record);
  // Rolled back by throwing: the revision must not be used up.
  if (!written) throw new AppError(WRITTEN, { class: 'permanent' });
  await tx.alert.update({ where: { id: alertId }, data: { revision: BigInt(revision), ...(closed === null ? {} : { state: closed }) } });
  return { revision, closed: closed !== null, row: await tx.alert.findUniqueOrThrow({ where: { id: alertId }, include: ALERT_PARTS }) };
}

function refuseBad(before: AlertRow, { said, corrects }: CommunicationRequest, now: number): void {
  if (before.state === 'open') throw new AppError('conflict', { class: 'permanent', message: 'Nobody has acknowledged this alert yet. Acknowledge it, then record the communication.' });
  const problem = saidProblem(said, knownSince({ raisedAt: before.raisedAt.getTime(), acknowledgedAt: before.acknowledgedAt?.getTime() ?? null }), now);
  if (problem) throw new AppError('bad-input', { class: 'permanent', message: problem.text });
  if (corrects === null) return;
  if (!before.communications.some(({ id }) => id === corrects)) throw new AppError('not-found', { class: 'permanent', message: 'The record to correct is not one of this alert. Open the alert again.' });
  refuseCorrected(before, corrects);
}

function refuseCorrected({ communications }: AlertRow, corrects: string): void {
  const first = communications.find((record) => record.corrects === corrects);
  if (first) throw new AppError('conflict', { class: 'permanent', message: `${first.byName} has corrected this record already. Open it again and correct the newer one if it is wrong too.` });
}

/** The answer to a request that was written before; null when its id is new. */
function sentBefore(organisation: string, row: AlertRow, member: Member, request: CommunicationRequest): Alert | null {
  const alert = toAlert(organisation, row);
  const known = alert.communications.find(({ id }) => id === request.id);
  if (!known) return null;
  const isSame = known.by.id === member.userId && known.corrects === request.corrects && canonicalJson(known.said) === canonicalJson(request.said);
  if (isSame) return alert;
  throw new AppError('conflict', { class: 'permanent', message: 'An earlier sending of this record was stored with other words. Close this, look at the record, and correct it if it is wrong.' });
}

function answerOfFirst(organisation: string, row: AlertRow, member: Member, request: CommunicationRequest): Alert {
  const sent = sentBefore(organisation, row, member, request);
  if (sent) return sent;
  if (request.corrects !== null) refuseCorrected(row, request.corrects);
  throw new AppError('conflict', { class: 'permanent', message: 'This record could not be written under its id. Close this and record it again.' });
}

function measure(deps: Deps, { severity, raisedAt }: AlertRow): void {
  const buckets = [60, 300, 600, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];
  const seconds = Math.max(0, deps.clock() - raisedAt.getTime()) / SECOND_MS;
  deps.metrics.histogram('readroom_alert_communicated_seconds', 'From raising an alert to its first communication record', ['severity'], buckets).observe({ severity }, seconds);
}
