import { createHash } from 'node:crypto';
import type { HospitalPrisma } from '@readroom/db';
import { canonicalJson } from '@readroom/shared/canonical-json';
import type { Communication, Said } from '@readroom/shared/alert/communication';

type Row = HospitalPrisma.AlertCommunicationGetPayload<object>;
type Columns = Pick<Row, 'outcome' | 'toldName' | 'toldRole' | 'means' | 'toldAt' | 'words' | 'readBack' | 'reason'>;

/** The record as its columns. */
export function columnsOf(said: Said): Columns {
  if (said.outcome === 'not-needed') return { outcome: said.outcome, toldName: null, toldRole: null, means: null, toldAt: null, words: null, readBack: null, reason: said.reason };
  const { outcome, name, role, means, at, words, readBack, reason } = said;
  return { outcome, toldName: name, toldRole: role, means, toldAt: new Date(at), words, readBack, reason };
}

/** The columns as the contract has them, unparsed: whoever shows them parses the alert as a whole. */
export function recordOf(row: Row): unknown {
  const { id, corrects, byId, byName, recordedAt } = row;
  return { id, corrects, by: { id: byId, name: byName }, recordedAt: recordedAt.getTime(), said: saidOf(row) };
}

function saidOf(row: Row): unknown {
  const { outcome, toldName: name, toldRole: role, means, toldAt, words, readBack, reason } = row;
  return outcome === 'told' ? { outcome, name, role, means, at: toldAt?.getTime(), words, readBack, reason } : { outcome, reason };
}

/** sha256, hex, of the record as it is kept. It stands in the chained audit, so that an edited record is found out. */
export function recordHash(alertId: string, record: Communication): string {
  return createHash('sha256').update(canonicalJson({ alertId, record })).digest('hex');
}
