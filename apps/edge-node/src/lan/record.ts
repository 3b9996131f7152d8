import { saidSchema } from '@readroom/shared/alert/communication';
import { severitySchema } from '@readroom/shared/finding/finding';
import { z } from 'zod';
import { parsedJson } from '../infra/json.ts';
import { openRecord } from '../infra/sqlite.ts';
import type { StudyKeys } from '../vault/study-keys.ts';
import { openText, sealText } from '../vault/text.ts';
import { lanSideSchema, openLanMails } from './mail-record.ts';
import type { LanMails } from './mail-record.ts';
import { studyNoteSchema } from './note.ts';
import type { StudyNote } from './note.ts';

const personSchema = z.object({ account: z.string(), name: z.string() });
export type LanPerson = z.infer<typeof personSchema>;

/** What is sealed of an alert. */
const alertNoteSchema = z.object({
  findingId: z.string(),
  label: z.string(),
  severity: severitySchema,
  confidence: z.number(),
  /** AL8: a later result does not say it any more. */
  withdrawn: z.boolean(),
  acknowledgement: z.object({ id: z.uuid(), by: personSchema, at: z.number() }).nullable(),
  communication: z.object({ id: z.uuid(), by: personSchema, at: z.number(), said: saidSchema }).nullable(),
});
export type AlertNote = z.infer<typeof alertNoteSchema>;

const rowSchema = z.object({
  study_uid: z.string(), code: z.string(), side: lanSideSchema, message: z.string(), queued: z.number(),
  emitted_at: z.number(), delivered_at: z.number().nullable(), raised_at: z.number().nullable(), told: z.number(), body: z.string(),
});

/** AL7: one critical result by its identity (AL8), from the moment it was to be queued. Times: ms since epoch. */
export interface LanAlert extends AlertNote {
  readonly studyUid: string;
  readonly code: string;
  readonly side: z.infer<typeof rowSchema>['side'];
  /** Identity of the outbox message that carries it first. */
  readonly message: string;
  /** That message is, or was, in the outbox. */
  readonly queued: boolean;
  readonly emittedAt: number;
  /** Null until the gateway acknowledged it. */
  readonly deliveredAt: number | null;
  /** Null until it alerts here. */
  readonly raisedAt: number | null;
  /** What was done with it here is in the outbox. */
  readonly told: boolean;
}

export interface LanRecord extends LanMails {
  study(studyUid: string): StudyNote | null;
  /** The latest studies by their arrival. */
  studies(limit: number): { readonly studyUid: string; readonly note: StudyNote }[];
  alertsOf(studyUid: string): LanAlert[];
  /** Not acknowledged by the gateway, or with something done here that is not queued; the oldest first. */
  unsettled(): LanAlert[];
  putStudy(studyUid: string, note: StudyNote): void;
  putAlert(alert: LanAlert): void;
  /** All or nothing. */
  together<T>(work: () => T): T;
  /** The study was deleted. */
  forget(studyUid: string): void;
  close(): void;
}

const SCHEMA = `
  create table if not exists lan_study (study_uid text primary key, received_at integer not null, body text not null) strict;
  create index if not exists lan_study_received on lan_study (received_at);
  create table if not exists lan_alert (
    study_uid text not null, code text not null, side text not null, message text not null, queued integer not null, emitted_at integer not null,
    delivered_at integer, raised_at integer, told integer not null, body text not null, primary key (study_uid, code, side)
  ) strict;
  create index if not exists lan_alert_unsettled on lan_alert (emitted_at) where delivered_at is null or told = 0;
`;
const STUDY = 'lan study';
const ALERT = 'lan alert';

/** What the hospital's own page shows and does, sealed by the studies' keys (law ED4). */
export function openLanRecord(file: string, keys: StudyKeys): LanRecord {
  const db = openRecord(file, 'full');
  db.exec('pragma secure_delete = on;');
  db.exec(SCHEMA);
  const mails = openLanMails(db);
  const sql = {
    study: db.prepare('select body from lan_study where study_uid = ?'),
    studies: db.prepare('select study_uid, body from lan_study order by received_at desc limit ?'),
    putStudy: db.prepare('insert or replace into lan_study (study_uid, received_at, body) values (?, ?, ?)'),
    alertsOf: db.prepare('select * from lan_alert where study_uid = ? order by code, side'),
    unsettled: db.prepare('select * from lan_alert where delivered_at is null or told = 0 order by emitted_at'),
    putAlert: db.prepare('insert or replace into lan_alert (study_uid, code, side, message, queued, emitted_at, delivered_at, raised_at, told, body) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    forgetStudy: db.prepare('delete from lan_study where study_uid = ?'),
    forgetAlerts: db.prepare('delete from lan_alert where study_uid = ?'),
  };
  const opened = <T>(schema: z.ZodType<T>, body: string, about: string): T | null => schema.safeParse(parsedJson(openText(keys, body, about) ?? '')).data ?? null;
  const noted = (raw: unknown): StudyNote | null => opened(studyNoteSchema, z.object({ body: z.string() }).parse(raw).body, STUDY);
  const toAlert = (raw: unknown): LanAlert[] => {
    const row = rowSchema.parse(raw);
    // What can't be opened is of a study whose key is gone.
    const note = opened(alertNoteSchema, row.body, ALERT);
    if (note === null) return [];
    return [{ ...note, studyUid: row.study_uid, code: row.code, side: row.side, message: row.message, queued: row.queued === 1, emittedAt: row.emitted_at, deliveredAt: row.delivered_at, raisedAt: row.raised_at, told: row.told === 1 }];
  };
  return {
    ...mails.record,
    study(studyUid) {
      const row = sql.study.get(studyUid);
      return row === undefined ? null : noted(row);
    },
    studies: (limit) =>
      sql.studies.all(limit).flatMap((row) => {
        const note = noted(row);
        return note === null ? [] : [{ studyUid: z.object({ study_uid: z.string() }).parse(row).study_uid, note }];
      }),
    alertsOf: (studyUid) => sql.alertsOf.all(studyUid).flatMap(toAlert),
    unsettled: () => sql.unsettled.all().flatMap(toAlert),
    putStudy: (studyUid, note) => void sql.putStudy.run(studyUid, note.receivedAt, sealText(keys, studyUid, JSON.stringify(note), STUDY)),
    putAlert({ studyUid, code, side, message, queued, emittedAt, deliveredAt, raisedAt, told, ...note }) {
      sql.putAlert.run(studyUid, code, side, message, Number(queued), emittedAt, deliveredAt, raisedAt, Number(told), sealText(keys, studyUid, JSON.stringify(note), ALERT));
    },
    together(work) {
      db.exec('begin immediate');
      try {
        const done = work();
        db.exec('commit');
        return done;
      } catch (error) {
        if (db.isTransaction) db.exec('rollback');
        throw error;
      }
    },
    forget(studyUid) {
      sql.forgetStudy.run(studyUid);
      sql.forgetAlerts.run(studyUid);
      mails.forget(studyUid);
    },
    close: () => db.close(),
  };
}
