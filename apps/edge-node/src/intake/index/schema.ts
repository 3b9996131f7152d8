import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { isSealed, openText, sealText } from '../../vault/text.ts';
import type { StudyKeys } from '../../vault/study-keys.ts';
import { decodeInstanceRecord } from '../instance-record.ts';
import type { InstanceRecord } from '../instance-record.ts';
import type { StoredAt } from '../segment/format.ts';

const SCHEMA = `
  create table if not exists instance (
    sop_instance_uid text primary key,
    study_uid text not null,
    segment text not null,
    position integer not null,
    head_length integer not null,
    data_set_length integer not null,
    received_at integer not null,
    stored_order integer not null,
    record text not null,
    sender text not null default ''
  ) strict;
  create index if not exists instance_of_study on instance (study_uid, stored_order);
  create index if not exists instance_order on instance (stored_order);
  create index if not exists instance_age on instance (study_uid, received_at);
  create index if not exists instance_in_segment on instance (segment);
  create table if not exists segment (name text primary key, indexed_bytes integer not null) strict;
`;

/** Exclusive: a second node on the same folder would write to the same segments, and is refused here (SQLITE_BUSY). */
export function prepareDatabase(db: DatabaseSync): void {
  // What is deleted is written over, in the file as in the log.
  db.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;');
  db.exec(SCHEMA);
}

const clearRows = z.array(z.object({ sop_instance_uid: z.string(), segment: z.string(), position: z.number(), record: z.string() }));

/** Seals the rows of an index from before there were keys, in one transaction. */
export function sealClearRows(db: DatabaseSync, keys: StudyKeys): void {
  if (db.prepare("select 1 from pragma_table_info('instance') where name = 'sender'").get() === undefined) db.exec("alter table instance add column sender text not null default ''");
  const rows = clearRows.parse(db.prepare("select sop_instance_uid, segment, position, record from instance where record like '{%'").all());
  if (rows.length === 0) return;
  const update = db.prepare('update instance set record = ?, sender = ? where sop_instance_uid = ?');
  db.exec('begin');
  for (const row of rows) {
    const record = decodeInstanceRecord(row.record);
    update.run(sealRecord(keys, record, row), record.callingAeTitle, row.sop_instance_uid);
  }
  db.exec('commit; pragma wal_checkpoint(truncate)');
}

type Place = Pick<StoredAt, 'segment' | 'position'>;

function sealRecord(keys: StudyKeys, record: InstanceRecord, at: Place): string {
  return sealText(keys, record.studyUid, JSON.stringify(record), aboutOf(record.sopInstanceUid, at));
}

/** Null when the study was deleted, or the row was changed: the segment still says what it was. */
export function openRecord(keys: StudyKeys, text: string, sopInstanceUid: string, at: Place): InstanceRecord | null {
  const json = isSealed(text) ? openText(keys, text, aboutOf(sopInstanceUid, at)) : null;
  return json === null ? null : decodeInstanceRecord(json);
}

/** A row is good for its instance and its place only. */
function aboutOf(sopInstanceUid: string, { segment, position }: Place): string {
  return `instance ${sopInstanceUid} ${segment} ${position}`;
}

export type Insert = (record: InstanceRecord, at: StoredAt) => void;

/** `condition` says when a row that is there gives way to another of the same SOP Instance UID. */
export function prepareInsert(db: DatabaseSync, keys: StudyKeys, condition: string): Insert {
  const insert = db.prepare(`
    insert into instance (sop_instance_uid, study_uid, segment, position, head_length, data_set_length, received_at, record, sender, stored_order)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, (select coalesce(max(stored_order), 0) + 1 from instance))
    on conflict (sop_instance_uid) do update set study_uid = excluded.study_uid, segment = excluded.segment, position = excluded.position,
      head_length = excluded.head_length, data_set_length = excluded.data_set_length, received_at = excluded.received_at,
      record = excluded.record, sender = excluded.sender, stored_order = excluded.stored_order
    where ${condition}`);
  return (record, at) => {
    insert.run(record.sopInstanceUid, record.studyUid, at.segment, at.position, at.headLength, at.dataSetLength, record.receivedAt, sealRecord(keys, record, at), record.callingAeTitle);
  };
}

export type Seal = (segment: string, size: number) => void;

export function prepareSeal(db: DatabaseSync): Seal {
  const seal = db.prepare('insert into segment (name, indexed_bytes) values (?, ?) on conflict (name) do update set indexed_bytes = excluded.indexed_bytes');
  return (segment, size) => {
    seal.run(segment, size);
  };
}
