import { readdirSync, unlinkSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { decodeInstanceRecord } from '../instance-record.ts';
import { scanSegment } from '../segment/scan.ts';
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
export function recoverIndex(db: DatabaseSync, directory: string): RecoveryReport {
  const known = new Map(segmentRows.parse(db.prepare('select name, indexed_bytes from segment').all()).map((row) => [row.name, row.indexed_bytes]));
  const names = readdirSync(directory).filter((name) => name.endsWith('.seg')).sort();
  const insert = prepareInsert(db, 'excluded.received_at >= instance.received_at');
  const seal = prepareSeal(db);
  const report = { segments: names.length, recovered: 0, cutBytes: 0, damaged: 0 };
  db.exec('begin');
  for (const name of names) {
    const scan = scanSegment(`${directory}/${name}`, name, known.get(name) ?? 0);
    for (const found of scan.records) insert(decodeInstanceRecord(found.index.toString('utf8')), found.at);
    if (scan.end === 0) unlinkSync(`${directory}/${name}`);
    else if (scan.end !== known.get(name)) seal(name, scan.end);
    report.recovered += scan.records.length;
    report.cutBytes += scan.cutBytes;
    report.damaged += scan.damaged;
  }
  db.exec('commit');
  return report;
}
