import { z } from 'zod';
import { openRecord } from '../infra/sqlite.ts';
import { openRetrieveRecord } from './retrieve-record.ts';
import type { RetrieveRecord } from './retrieve-record.ts';

/** Where the search for one study's priors stands. Lost, studies are asked for again: the gateway takes it twice. */
export interface SearchEntry {
  readonly studyUid: string;
  /** Whose priors: another patient under the same study is another search. */
  readonly patientKey: string;
  readonly isDone: boolean;
  readonly attempts: number;
  /** ms since epoch. */
  readonly dueAt: number;
}

export interface PriorRecord {
  readonly retrieves: RetrieveRecord;
  search(studyUid: string): SearchEntry | null;
  /** Searches that are not done, the earliest due first. */
  openSearches(): SearchEntry[];
  putSearch(entry: SearchEntry): void;
  /** The study was deleted. */
  forget(studyUid: string): void;
  close(): void;
}

const searchRow = z.object({ study_uid: z.string(), patient_key: z.string(), done: z.number(), attempts: z.number(), due_at: z.number() });

export function openPriorRecord(file: string): PriorRecord {
  const db = openRecord(file, 'full');
  db.exec('pragma secure_delete = on;');
  db.exec('create table if not exists search (study_uid text primary key, patient_key text not null, done integer not null, attempts integer not null, due_at integer not null) strict');
  const findSearch = db.prepare('select * from search where study_uid = ?');
  const listSearches = db.prepare('select * from search where done = 0 order by due_at, study_uid');
  const keepSearch = db.prepare('insert or replace into search (study_uid, patient_key, done, attempts, due_at) values (?, ?, ?, ?, ?)');
  const forget = db.prepare('delete from search where study_uid = ?');
  const retrieves = openRetrieveRecord(db);
  return {
    retrieves,
    search(studyUid) {
      const row = findSearch.get(studyUid);
      return row ? toSearch(row) : null;
    },
    openSearches: () => listSearches.all().map(toSearch),
    putSearch: ({ studyUid, patientKey, isDone, attempts, dueAt }) => void keepSearch.run(studyUid, patientKey, Number(isDone), attempts, dueAt),
    forget(studyUid) {
      forget.run(studyUid);
      retrieves.forget(studyUid);
    },
    close: () => db.close(),
  };
}

function toSearch(row: unknown): SearchEntry {
  const { study_uid: studyUid, patient_key: patientKey, done, attempts, due_at: dueAt } = searchRow.parse(row);
  return { studyUid, patientKey, isDone: done === 1, attempts, dueAt };
}
