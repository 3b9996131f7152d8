import { readdirSync, unlinkSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { decodeInstanceRecord } from '../instance-record.ts';
import { scanSegment } from '../segment/scan.ts';
import type { StudyKeys } from '../../vault/study-keys.ts';
import { prepareInsert, prepareSeal } from './schema.ts';

export interface RecoveryReport {
  readonly segments: number;
  /** Instances that were in a segment and not in the index. */
  readonly recovered: number;
  readonly cutBytes: number;
  readonly damaged: number;
}

const segmentRows = z.array(z.object({ name: z.string(), indexed_bytes: z.number() }));

/**
 * Brings the index up to the segments: what lies past the bytes it has seen is read, checked and added. Two associations
 * write at once, so the order of files is not that of objects: of two versions of an instance the later received stands.
 */
export function recoverIndex(db: DatabaseSync, directory: string, keys: StudyKeys): RecoveryReport {
  const known = new Map(segmentRows.parse(db.prepare('select name, indexed_bytes from segment').all()).map((row) => [row.name, row.indexed_bytes]));
  const names = readdirSync(directory).filter((name) => name.endsWith('.seg')).sort();
  const insert = prepareInsert(db, keys, 'excluded.received_at >= instance.received_at');
  const seal = prepareSeal(db);
  const report = { segments: names.length, recovered: 0, cutBytes: 0, damaged: 0 };
  db.exec('begin');
  for (const name of names) {
    const scan = scanSegment(`${directory}/${name}`, name, known.get(name) ?? 0, keys);
    const held = scan.records.flatMap(({ index, at }) => (index === null ? [] : [{ index, at }]));
    for (const { index, at } of held) insert(decodeInstanceRecord(index.toString('utf8')), at);
    if (scan.end === 0) unlinkSync(`${directory}/${name}`);
    else if (scan.end !== known.get(name)) seal(name, scan.end);
    report.recovered += held.length;
    report.cutBytes += scan.cutBytes;
    report.damaged += scan.damaged;
  }
  forgetDestroyed(db, keys);
  db.exec('commit');
  return report;
}

const studyRows = z.array(z.object({ study_uid: z.string() }));

/** A crash came between the end of a key and that of its rows: the study is deleted. */
function forgetDestroyed(db: DatabaseSync, keys: StudyKeys): void {
  const forget = db.prepare('delete from instance where study_uid = ?');
  for (const { study_uid: studyUid } of studyRows.parse(db.prepare('select distinct study_uid from instance').all())) {
    if (!keys.has(studyUid)) forget.run(studyUid);
  }
}
