import { z } from 'zod';
import { openRecord } from '../infra/sqlite.ts';

/** What of a study was told and analysed, by the key of its content. Lost, everything held is told and analysed again: both are idempotent. */
export interface Progress {
  of(studyUid: string): { readonly toldKey: string | null; readonly analysedKey: string | null };
  told(studyUid: string, key: string): void;
  analysed(studyUid: string, key: string): void;
  /** The study was deleted. */
  forget(studyUid: string): void;
  close(): void;
}

const rowSchema = z.object({ told_key: z.string().nullable(), analysed_key: z.string().nullable() });

export function openProgress(file: string): Progress {
  const db = openRecord(file, 'normal');
  db.exec('create table if not exists study_progress (study_uid text primary key, told_key text, analysed_key text) strict');
  const find = db.prepare('select told_key, analysed_key from study_progress where study_uid = ?');
  const tell = db.prepare('insert into study_progress (study_uid, told_key) values (?, ?) on conflict (study_uid) do update set told_key = excluded.told_key');
  const analyse = db.prepare('insert into study_progress (study_uid, analysed_key) values (?, ?) on conflict (study_uid) do update set analysed_key = excluded.analysed_key');
  const forget = db.prepare('delete from study_progress where study_uid = ?');
  return {
    of(studyUid) {
      const found = find.get(studyUid);
      if (!found) return { toldKey: null, analysedKey: null };
      const row = rowSchema.parse(found);
      return { toldKey: row.told_key, analysedKey: row.analysed_key };
    },
    told: (studyUid, key) => void tell.run(studyUid, key),
    analysed: (studyUid, key) => void analyse.run(studyUid, key),
    forget: (studyUid) => void forget.run(studyUid),
    close: () => db.close(),
  };
}
