import { DatabaseSync } from 'node:sqlite';
import { AppError } from '@readroom/shared/error';
import type { MakeId } from '@readroom/shared/id';
import { edgeUpSchema, type EdgeUp } from '@readroom/shared/wire/edge-up';
import { PROTOCOL_VERSION } from '@readroom/shared/wire/version';
import { z } from 'zod';
import { parsedJson } from '../infra/json.ts';
import type { StudyKeys } from '../vault/study-keys.ts';
import { openText, sealText } from '../vault/text.ts';
import { studyUidOf } from './identity.ts';
import type { Urgency } from './urgency.ts';

export const rowSchema = z.object({
  position: z.number().int(),
  id: z.string(),
  seq: z.number().int(),
  queuedAt: z.number().int(),
  traceparent: z.string().nullable(),
  body: z.string(),
});
export type Row = z.infer<typeof rowSchema>;

const parkedSchema = z.object({ id: z.string(), identity: z.string(), queuedAt: z.number().int(), parkedAt: z.number().int(), code: z.string() });
/** Refused for good. `identity` names type and UIDs only, so that a console can show it. */
export type ParkedMessage = z.infer<typeof parkedSchema>;

export interface NewMessage {
  readonly id: string;
  readonly identity: string;
  readonly urgency: Urgency;
  readonly queuedAt: number;
  readonly traceparent: string | null;
  readonly body: string;
}

export interface Store {
  readonly nodeEpoch: string;
  begin(): void;
  commit(): void;
  rollback(): void;
  byIdentity(identity: string): Row[];
  append(message: NewMessage): void;
  replace(position: number, message: NewMessage): void;
  remove(id: string): void;
  park(id: string, code: string, at: number): void;
  dropParked(id: string): void;
  waiting(skip: ReadonlySet<string>): Iterable<Row>;
  /** Null when what is stored is no message of this version. */
  message(row: Row): EdgeUp | null;
  parked(limit: number): ParkedMessage[];
  holds(identity: string): boolean;
  count(): number;
  depth(): number;
  /** Studies of which a message waits. */
  studies(): Set<string>;
  oldest(): number | null;
  close(): void;
}

// `position` is the place in the queue, `seq` the order of what was said: a replaced message keeps the one and renews the other.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    seq INTEGER NOT NULL,
    identity TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    traceparent TEXT,
    body TEXT NOT NULL,
    parked_at INTEGER,
    parked_code TEXT,
    urgency INTEGER NOT NULL DEFAULT 2
  ) STRICT;
  CREATE INDEX IF NOT EXISTS outbox_identity ON outbox (identity) WHERE parked_at IS NULL;
  CREATE INDEX IF NOT EXISTS outbox_parked ON outbox (identity) WHERE parked_at IS NOT NULL;
`;
/** A file of before this column keeps what waits in it. */
const ADD_URGENCY = 'ALTER TABLE outbox ADD COLUMN urgency INTEGER NOT NULL DEFAULT 2';
const ORDER = `
  DROP INDEX IF EXISTS outbox_waiting;
  CREATE INDEX IF NOT EXISTS outbox_order ON outbox (urgency, position) WHERE parked_at IS NULL;
`;
const SEALED_FOR = 'outbox';
const identityRows = z.array(z.object({ identity: z.string() }));
const COLUMNS = 'position, id, seq, queued_at AS queuedAt, traceparent, body';

/** The words of a message are sealed by its study's key; type and UIDs, which order and replace it, are not. */
export function openStore(file: string, makeId: MakeId, keys: StudyKeys): Store {
  const db = openDatabase(file);
  const nodeEpoch = readOrCreateEpoch(db, makeId);
  const sql = prepare(db);
  let isOpen = true;
  const sealed = (m: NewMessage): string => sealText(keys, studyUidOf(m.identity), m.body, SEALED_FOR);
  // What cannot be opened is no message: it is parked when its turn comes.
  const opened = (raw: unknown): Row => {
    const row = rowSchema.parse(raw);
    return { ...row, body: openText(keys, row.body, SEALED_FOR) ?? '' };
  };
  return {
    nodeEpoch,
    begin: () => db.exec('BEGIN IMMEDIATE'),
    commit: () => db.exec('COMMIT'),
    rollback: () => {
      if (db.isTransaction) db.exec('ROLLBACK');
    },
    byIdentity: (identity) => sql.byIdentity.all(identity).map(opened),
    append: (m) => void sql.append.run(m.id, nextSeq(sql), m.identity, m.urgency, m.queuedAt, m.traceparent, sealed(m)),
    replace: (position, m) => void sql.replace.run(m.id, nextSeq(sql), m.urgency, m.queuedAt, m.traceparent, sealed(m), position),
    remove: (id) => void sql.remove.run(id),
    park: (id, code, at) => void sql.park.run(at, code, id),
    dropParked: (id) => void sql.dropParked.run(id),
    *waiting(skip) {
      for (const raw of sql.waiting.iterate()) {
        const row = rowSchema.parse(raw);
        if (!skip.has(row.id)) yield opened(row);
      }
    },
    message: (row) => toMessage(row, nodeEpoch),
    parked: (limit) => z.array(parkedSchema).parse(sql.parked.all(limit)),
    holds: (identity) => sql.waitingOne.get(identity) !== undefined || sql.parkedOne.get(identity) !== undefined,
    count: () => numberOf(sql.count.get()),
    depth: () => numberOf(sql.depth.get()),
    studies: () => new Set(identityRows.parse(sql.identities.all()).map(({ identity }) => studyUidOf(identity))),
    oldest: () => z.object({ n: z.number().nullable() }).parse(sql.oldest.get()).n,
    close() {
      if (isOpen) db.close();
      isOpen = false;
    },
  };
}

function openDatabase(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file);
    // FULL: the log is synced at every commit, so an acknowledged message survives power loss (law ED1).
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA secure_delete = ON;');
    db.exec(SCHEMA);
    if (db.prepare("SELECT 1 FROM pragma_table_info('outbox') WHERE name = 'urgency'").get() === undefined) db.exec(ADD_URGENCY);
    db.exec(ORDER);
    return db;
  } catch (cause) {
    throw new AppError('outbox-open-failed', { class: 'permanent', message: `The outbox ${file} can't be opened: check the disk and the file's owner.`, cause });
  }
}

function readOrCreateEpoch(db: DatabaseSync, makeId: MakeId): string {
  db.prepare("INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING").run(makeId());
  db.exec("INSERT INTO meta (key, value) VALUES ('seq', '0') ON CONFLICT DO NOTHING");
  return z.object({ value: z.uuid() }).parse(db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()).value;
}

function prepare(db: DatabaseSync) {
  return {
    seq: db.prepare("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'seq' RETURNING CAST(value AS INTEGER) AS n"),
    byIdentity: db.prepare(`SELECT ${COLUMNS} FROM outbox WHERE identity = ? AND parked_at IS NULL ORDER BY position`),
    append: db.prepare('INSERT INTO outbox (id, seq, identity, urgency, queued_at, traceparent, body) VALUES (?, ?, ?, ?, ?, ?, ?)'),
    replace: db.prepare('UPDATE outbox SET id = ?, seq = ?, urgency = ?, queued_at = ?, traceparent = ?, body = ? WHERE position = ?'),
    remove: db.prepare('DELETE FROM outbox WHERE id = ?'),
    park: db.prepare('UPDATE outbox SET parked_at = ?, parked_code = ? WHERE id = ?'),
    dropParked: db.prepare('DELETE FROM outbox WHERE id = ? AND parked_at IS NOT NULL'),
    waiting: db.prepare(`SELECT ${COLUMNS} FROM outbox WHERE parked_at IS NULL ORDER BY urgency, position`),
    parked: db.prepare(
      'SELECT id, identity, queued_at AS queuedAt, parked_at AS parkedAt, parked_code AS code FROM outbox WHERE parked_at IS NOT NULL ORDER BY parked_at DESC, position DESC LIMIT ?',
    ),
    waitingOne: db.prepare('SELECT 1 FROM outbox WHERE identity = ? AND parked_at IS NULL LIMIT 1'),
    parkedOne: db.prepare('SELECT 1 FROM outbox WHERE identity = ? AND parked_at IS NOT NULL LIMIT 1'),
    count: db.prepare('SELECT count(*) AS n FROM outbox'),
    depth: db.prepare('SELECT count(*) AS n FROM outbox WHERE parked_at IS NULL'),
    identities: db.prepare('SELECT DISTINCT identity FROM outbox WHERE parked_at IS NULL'),
    oldest: db.prepare('SELECT min(queued_at) AS n FROM outbox WHERE parked_at IS NULL'),
  };
}

function nextSeq(sql: ReturnType<typeof prepare>): number {
  return numberOf(sql.seq.get());
}

function numberOf(row: unknown): number {
  return z.object({ n: z.number().int() }).parse(row).n;
}

/** The disk is a border too: what comes back is checked before it is sent. */
function toMessage(row: Row, nodeEpoch: string): EdgeUp | null {
  const { id, seq, queuedAt, traceparent } = row;
  const parsed = edgeUpSchema.safeParse({ v: PROTOCOL_VERSION, id, nodeEpoch, seq, queuedAt, traceparent, body: parsedJson(row.body) });
  return parsed.success ? parsed.data : null;
}
