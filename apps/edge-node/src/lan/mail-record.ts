import type { DatabaseSync } from 'node:sqlite';
import { sideSchema } from '@readroom/shared/finding/finding';
import { z } from 'zod';

/** AL8: `none` where the finding has no side. */
export const lanSideSchema = sideSchema.or(z.literal('none'));

const rowSchema = z.object({ study_uid: z.string(), code: z.string(), side: lanSideSchema, id: z.string(), state: z.enum(['pending', 'sent', 'dead', 'not-needed']), attempts: z.number(), due_at: z.number() });

/** The one mail of an alert. */
export interface LanMail {
  readonly studyUid: string;
  readonly code: string;
  readonly side: z.infer<typeof lanSideSchema>;
  readonly id: string;
  readonly state: z.infer<typeof rowSchema>['state'];
  readonly attempts: number;
  /** ms since epoch of the next attempt; of the last one once it is given up. */
  readonly dueAt: number;
}

export interface LanMails {
  putMail(mail: LanMail): void;
  /** Pending ones whose time has come, the oldest first. */
  dueMails(now: number, limit: number): LanMail[];
  /** Given up since that time, ms since epoch. */
  deadMails(since: number): number;
}

const SCHEMA = `
  create table if not exists lan_mail (
    study_uid text not null, code text not null, side text not null, id text not null, state text not null, attempts integer not null, due_at integer not null, primary key (study_uid, code, side)
  ) strict;
  create index if not exists lan_mail_state on lan_mail (state, due_at);
`;

/** Identifiers and times only: what a mail says is made when it is sent. */
export function openLanMails(db: DatabaseSync): { readonly record: LanMails; forget(studyUid: string): void } {
  db.exec(SCHEMA);
  const put = db.prepare('insert or replace into lan_mail (study_uid, code, side, id, state, attempts, due_at) values (?, ?, ?, ?, ?, ?, ?)');
  const due = db.prepare("select * from lan_mail where state = 'pending' and due_at <= ? order by due_at limit ?");
  const dead = db.prepare("select count(*) as n from lan_mail where state = 'dead' and due_at >= ?");
  const forget = db.prepare('delete from lan_mail where study_uid = ?');
  return {
    record: {
      putMail: ({ studyUid, code, side, id, state, attempts, dueAt }) => void put.run(studyUid, code, side, id, state, attempts, dueAt),
      dueMails: (now, limit) => due.all(now, limit).map(toMail),
      deadMails: (since) => z.object({ n: z.number() }).parse(dead.get(since)).n,
    },
    forget: (studyUid) => void forget.run(studyUid),
  };
}

function toMail(raw: unknown): LanMail {
  const { study_uid: studyUid, code, side, id, state, attempts, due_at: dueAt } = rowSchema.parse(raw);
  return { studyUid, code, side, id, state, attempts, dueAt };
}
