import type { DatabaseSync } from 'node:sqlite';
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
    record text not null
  ) strict;
  create index if not exists instance_of_study on instance (study_uid, stored_order);
  create index if not exists instance_order on instance (stored_order);
  create table if not exists segment (name text primary key, indexed_bytes integer not null) strict;
`;

/** Exclusive: a second node on the same folder would write to the same segments, and is refused here (SQLITE_BUSY). */
export function prepareDatabase(db: DatabaseSync): void {
  db.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full;');
  db.exec(SCHEMA);
}

export type Insert = (record: InstanceRecord, at: StoredAt) => void;

/** `condition` says when a row that is there gives way to another of the same SOP Instance UID. */
export function prepareInsert(db: DatabaseSync, condition: string): Insert {
  const insert = db.prepare(`
    insert into instance (sop_instance_uid, study_uid, segment, position, head_length, data_set_length, received_at, record, stored_order)
    values (?, ?, ?, ?, ?, ?, ?, ?, (select coalesce(max(stored_order), 0) + 1 from instance))
    on conflict (sop_instance_uid) do update set study_uid = excluded.study_uid, segment = excluded.segment, position = excluded.position,
      head_length = excluded.head_length, data_set_length = excluded.data_set_length, received_at = excluded.received_at,
      record = excluded.record, stored_order = excluded.stored_order
    where ${condition}`);
  return (record, at) => {
    insert.run(record.sopInstanceUid, record.studyUid, at.segment, at.position, at.headLength, at.dataSetLength, record.receivedAt, JSON.stringify(record));
  };
}

export type Seal = (segment: string, size: number) => void;

export function prepareSeal(db: DatabaseSync): Seal {
  const seal = db.prepare('insert into segment (name, indexed_bytes) values (?, ?) on conflict (name) do update set indexed_bytes = excluded.indexed_bytes');
  return (segment, size) => {
    seal.run(segment, size);
  };
}
