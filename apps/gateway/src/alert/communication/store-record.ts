import type { HospitalTx } from '@readroom/db';
import { alertMachine, alertStateSchema } from '@readroom/shared/alert/alert';
import type { AlertState } from '@readroom/shared/alert/alert';
import type { Communication } from '@readroom/shared/alert/communication';
import { audit } from '../../audit/audit.ts';
import { columnsOf, recordHash } from './stored.ts';

export interface RecordPlace {
  readonly alertId: string;
  readonly studyUid: string;
  /** Of the author, at the time of the deed. */
  readonly role: string;
}

/**
 * AL9: writes a communication record once, and its hash into the audit. Answers the state the alert has to take, null where it keeps its own;
 * `written` is false when the record was there already, and then nothing was done.
 */
export async function storeRecord(tx: HospitalTx, { alertId, studyUid, role }: RecordPlace, record: Communication): Promise<{ readonly written: boolean; readonly closed: AlertState | null }> {
  const { id, corrects, by, recordedAt, said } = record;
  const row = { id, alertId, corrects, byId: by.id, byName: by.name, recordedAt: new Date(recordedAt), ...columnsOf(said) };
  const { count } = await tx.alertCommunication.createMany({ data: [row], skipDuplicates: true });
  if (count === 0) return { written: false, closed: null };
  await audit(tx, { actor: by.id, role, action: 'alert.communicate', subject: { alertId, studyUid, ...auditedWords(record), sha256: recordHash(alertId, record) } });
  const { state } = await tx.alert.findUniqueOrThrow({ where: { id: alertId }, select: { state: true } });
  return { written: true, closed: alertMachine.next(alertStateSchema.parse(state), 'close') };
}

/** The coded parts; names and words stay in the record, and the audit keeps their hash. */
function auditedWords({ id, corrects, said }: Communication) {
  const coded = said.outcome === 'told' ? { toldRole: said.role, means: said.means, readBack: said.readBack } : {};
  return { communicationId: id, corrects, outcome: said.outcome, ...coded };
}
