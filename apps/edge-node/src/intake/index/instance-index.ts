import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AppError } from '@readroom/shared/error';
import type { SetTimer } from '../../infra/timers.ts';
import type { InstanceRecord } from '../instance-record.ts';
import type { StoredAt } from '../segment/format.ts';
import type { StudyKeys } from '../../vault/study-keys.ts';
import { createCommitBatch } from './commit-batch.ts';
import { createRecentStudies } from './recent-studies.ts';
import { recoverIndex } from './recover.ts';
import type { RecoveryReport } from './recover.ts';
import { openRecord, prepareDatabase, prepareInsert, prepareSeal, sealClearRows } from './schema.ts';

export interface IndexedInstance {
  readonly record: InstanceRecord;
  readonly at: StoredAt;
}

/** Where each stored instance is. The segments are the truth: this can be deleted and is made again from them. */
export interface InstanceIndex {
  find(sopInstanceUid: string): IndexedInstance | null;
  /** Of a study, in the order they were stored; an instance stored again with other bytes is there once, as last stored. */
  ofStudy(studyUid: string): InstanceRecord[];
  /** In the order their first instance was stored. */
  contents(): StudyContent[];
  count(): number;
  add(record: InstanceRecord, at: StoredAt): void;
  /** Studies of which nothing came since `before`, ms since 1970, the oldest first. */
  studiesUntil(before: number): string[];
  held(): Held;
  /** Whether an instance of the study is held. */
  has(studyUid: string): boolean;
  /** Takes a study out, at once and durably. @throws AppError `index-write` */
  forget(studyUid: string): void;
  /** Segments without an instance that is held; forgotten when `remove` says that the file is gone. */
  emptySegments(remove: (segment: string) => boolean): void;
  /** No association writes to this segment any more. */
  seal(segment: string, size: number): void;
  /** Writes what is pending. @throws AppError `index-write` */
  flush(): void;
  close(): void;
}

/** What is on the disk; `oldestAt` is when the study that came longest ago last had an image. */
export interface Held {
  readonly studies: number;
  readonly oldestAt: number | null;
}

/** `key` changes whenever an instance is stored, or stored again with other bytes. */
export interface StudyContent {
  readonly studyUid: string;
  readonly key: string;
  readonly callingAeTitle: string;
}

export function contentKeyOf(records: readonly InstanceRecord[]): string {
  return contentKey(records.length, records.reduce((latest, record) => Math.max(latest, record.receivedAt), 0));
}

function contentKey(count: number, latestReceivedAt: number): string {
  return `${count}-${latestReceivedAt}`;
}

const placeSchema = z.object({ segment: z.string(), position: z.number(), head_length: z.number(), data_set_length: z.number(), record: z.string() });
const recordRows = z.array(z.object({ sop_instance_uid: z.string(), segment: z.string(), position: z.number(), record: z.string() }));
const untilRows = z.array(z.object({ study_uid: z.string() }));
const nameRows = z.array(z.object({ name: z.string() }));
const heldRow = z.object({ studies: z.number(), oldestAt: z.number().nullable() });
const HELD = 'select count(*) as studies, min(latest) as oldestAt from (select max(received_at) as latest from instance group by study_uid)';
const contentRows = z.array(z.object({ study_uid: z.string(), count: z.number(), latest: z.number(), sender: z.string() }));
const CONTENTS = `select study_uid, count(*) as count, max(received_at) as latest, sender
  from instance group by study_uid order by min(stored_order)`;
const countRow = z.object({ n: z.number() });

export interface OpenIndexOptions {
  readonly file: string;
  readonly segmentDirectory: string;
  readonly keys: StudyKeys;
  readonly setTimer: SetTimer;
  /** A commit failed: the index no longer keeps up, so nothing more may be acknowledged. */
  readonly onFailure: (error: AppError) => void;
}

/** Opens the index and brings it up to the segments. @throws AppError `index-open` */
export function openInstanceIndex(options: OpenIndexOptions): { index: InstanceIndex; recovery: RecoveryReport } {
  try {
    const db = new DatabaseSync(options.file);
    prepareDatabase(db);
    sealClearRows(db, options.keys);
    const recovery = recoverIndex(db, options.segmentDirectory, options.keys);
    return { index: indexOver(db, options), recovery };
  } catch (cause) {
    throw openFailure(options.file, cause);
  }
}

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;

function openFailure(file: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'errcode' in cause ? cause.errcode : null;
  if (code === SQLITE_BUSY) return new AppError('home-in-use', { class: 'permanent', message: `Another edge node is running on ${dirname(file)}. Stop it, or set READROOM_EDGE_HOME to another folder.`, cause });
  if (code === SQLITE_FULL || (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC')) {
    return new AppError('disk-full', { class: 'transient', message: `The disk that holds ${dirname(file)} is full. Free some space and start again: nothing acknowledged is lost.`, cause });
  }
  return new AppError('index-open', { class: 'permanent', message: `The index of stored images cannot be opened. Move ${file} away and start again: it is rebuilt from the segments.`, cause });
}

function indexOver(db: DatabaseSync, options: OpenIndexOptions): InstanceIndex {
  const { keys } = options;
  const insert = prepareInsert(db, keys, 'true');
  const seal = prepareSeal(db);
  const hasRow = db.prepare('select 1 from instance where study_uid = ? limit 1');
  const findRow = db.prepare('select segment, position, head_length, data_set_length, record from instance where sop_instance_uid = ?');
  const ofStudyRows = db.prepare('select sop_instance_uid, segment, position, record from instance where study_uid = ? order by stored_order');
  const batch = createCommitBatch(db, options.setTimer, options.onFailure);
  const recent = createRecentStudies((studyUid) => recordRows.parse(ofStudyRows.all(studyUid)).flatMap((row) => openRecord(keys, row.record, row.sop_instance_uid, row) ?? []));
  return {
    find(sopInstanceUid) {
      const found = findRow.get(sopInstanceUid);
      if (!found) return null;
      const row = placeSchema.parse(found);
      const record = openRecord(keys, row.record, sopInstanceUid, row);
      return record && {
        record,
        at: { segment: row.segment, position: row.position, headLength: row.head_length, dataSetLength: row.data_set_length },
      };
    },
    ofStudy: (studyUid) => [...recent.of(studyUid).values()],
    contents: () =>
      contentRows.parse(db.prepare(CONTENTS).all()).map((row) => ({ studyUid: row.study_uid, key: contentKey(row.count, row.latest), callingAeTitle: row.sender })),
    count: () => countRow.parse(db.prepare('select count(*) as n from instance').get()).n,
    add(record, at) {
      recent.of(record.studyUid);
      batch.write(() => insert(record, at));
      recent.put(record);
    },
    studiesUntil: (before) => untilRows.parse(db.prepare('select study_uid from instance group by study_uid having max(received_at) < ? order by max(received_at)').all(before)).map((row) => row.study_uid),
    has: (studyUid) => hasRow.get(studyUid) !== undefined,
    held: () => heldRow.parse(db.prepare(HELD).get()),
    forget(studyUid) {
      batch.write(() => db.prepare('delete from instance where study_uid = ?').run(studyUid));
      recent.drop(studyUid);
      batch.flush();
    },
    emptySegments(remove) {
      const gone = nameRows.parse(db.prepare('select name from segment where name not in (select segment from instance)').all()).filter(({ name }) => remove(name));
      const drop = db.prepare('delete from segment where name = ?');
      batch.write(() => gone.forEach(({ name }) => drop.run(name)));
      batch.flush();
    },
    seal: (segment, size) => batch.write(() => seal(segment, size)),
    flush: batch.flush,
    close() {
      batch.flush();
      db.close();
    },
  };
}
