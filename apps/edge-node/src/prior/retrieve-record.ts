import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** A prior that the PACS was asked for, by which its images are known for what they are (PS3). */
export interface RetrieveEntry {
  /** ms since epoch; null while it is being fetched. */
  readonly endedAt: number | null;
  /** Images of it also came by themselves: it is a study like any other. */
  readonly arrived: boolean;
}

export interface RetrieveRecord {
  find(studyUid: string): RetrieveEntry | null;
  /** Those that wait or are being fetched. */
  open(): string[];
  /** Somebody wants it and the PACS was not asked yet: images that come meanwhile are no prior's. */
  want(studyUid: string): void;
  /** Durable when it returns: the images may be on their way at once. */
  begin(studyUid: string): void;
  /** Also of one that only waited. */
  end(studyUid: string, at: number): void;
  arrived(studyUid: string): void;
  /** The study was deleted. One that is being fetched stays known. */
  forget(studyUid: string): void;
}

const retrieveRow = z.object({ study_uid: z.string(), ended_at: z.number().nullable(), arrived: z.number() });
const wantedRow = z.object({ study_uid: z.string() });

/** In memory too, as every image that comes is asked about: as many entries as priors are held. */
export function openRetrieveRecord(db: DatabaseSync): RetrieveRecord {
  db.exec('create table if not exists retrieve (study_uid text primary key, ended_at integer, arrived integer not null) strict');
  db.exec('create table if not exists wanted_retrieve (study_uid text primary key) strict');
  const keep = db.prepare('insert or replace into retrieve (study_uid, ended_at, arrived) values (?, ?, ?)');
  const drop = db.prepare('delete from retrieve where study_uid = ?');
  const want = db.prepare('insert or ignore into wanted_retrieve (study_uid) values (?)');
  const unwant = db.prepare('delete from wanted_retrieve where study_uid = ?');
  const listWanted = db.prepare('select study_uid from wanted_retrieve');
  const rows = z.array(retrieveRow).parse(db.prepare('select study_uid, ended_at, arrived from retrieve').all());
  const entries = new Map(rows.map((row): [string, RetrieveEntry] => [row.study_uid, { endedAt: row.ended_at, arrived: row.arrived === 1 }]));

  function put(studyUid: string, entry: RetrieveEntry): void {
    keep.run(studyUid, entry.endedAt, Number(entry.arrived));
    entries.set(studyUid, entry);
  }

  function opened(): string[] {
    return [...entries].filter(([, { endedAt }]) => endedAt === null).map(([studyUid]) => studyUid);
  }

  return {
    find: (studyUid) => entries.get(studyUid) ?? null,
    open: () => [...new Set([...opened(), ...z.array(wantedRow).parse(listWanted.all()).map((row) => row.study_uid)])],
    want: (studyUid) => void want.run(studyUid),
    begin: (studyUid) => put(studyUid, { endedAt: null, arrived: entries.get(studyUid)?.arrived ?? false }),
    end(studyUid, at) {
      const entry = entries.get(studyUid);
      if (entry) put(studyUid, { ...entry, endedAt: at });
      unwant.run(studyUid);
    },
    arrived: (studyUid) => put(studyUid, { endedAt: entries.get(studyUid)?.endedAt ?? 0, arrived: true }),
    forget(studyUid) {
      const entry = entries.get(studyUid);
      if (!entry || entry.endedAt === null) return;
      drop.run(studyUid);
      entries.delete(studyUid);
    },
  };
}
