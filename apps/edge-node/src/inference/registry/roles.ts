import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { AnalysisRole } from '@readroom/shared/finding/analysis';
import { openRecord } from '../../infra/sqlite.ts';

/** A version of a model, by the hash of its file: the same number on other bytes is another version. */
export type ModelVersion = { readonly id: string; readonly version: string; readonly sha256: string };
/** `reference`: one of the models that come along. `sha256` is null where the file or its manifest cannot be used. */
export type RatedModel = Omit<ModelVersion, 'sha256'> & { readonly sha256: string | null; readonly reference: boolean };
export type RoleChange = { readonly seq: number; readonly at: number; readonly action: 'promote' | 'rollback'; readonly id: string; /** Null: no version is chosen any more. */ readonly version: string | null };

/** Which version of a model counts. What a person chose is kept; shadow results touch no rank, alert or report (law PR9). */
export interface Roles {
  roleOf(model: RatedModel): AnalysisRole;
  /** The version a person chose; null where none was. */
  chosen(id: string): ModelVersion | null;
  /** The last change of that model, to be passed to the next: of two that saw the same one wins. 0 before the first. */
  seen(id: string): number;
  /** Makes this version the one that counts. @throws AppError `model-active`, `model-changed` */
  promote(model: ModelVersion, seen: number): void;
  /** Back to what counted before the last promotion, which is answered; null: none that was chosen. @throws AppError `model-not-promoted`, `model-changed` */
  rollback(id: string, seen: number): ModelVersion | null;
  /** Changes after one, oldest first; at most 100. */
  changesAfter(seq: number): readonly RoleChange[];
  close(): void;
}

/** Of a manifest that cannot even be read. */
export const UNKNOWN_VERSION = 'unknown';

const rowSchema = z.object({ seq: z.number(), at: z.number(), action: z.enum(['promote', 'rollback']), id: z.string(), version: z.string().nullable(), sha256: z.string().nullable() });
type Row = z.infer<typeof rowSchema>;

/** Promotions push onto a pile of a model's versions, rollbacks take from it: each change is a row, and none is ever changed. */
export function openRoles(file: string, clock: Clock): Roles {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Full: who is told that a version counts can rely on it after a power cut.
  const db = openRecord(file, 'full');
  db.exec(`create table if not exists role_change (
    seq integer primary key autoincrement, at integer not null, action text not null check (action in ('promote', 'rollback')), id text not null, version text, sha256 text
  ) strict`);
  const ofModel = db.prepare('select * from role_change where id = ? order by seq');
  const after = db.prepare('select * from role_change where seq > ? order by seq limit 100');
  const add = db.prepare('insert into role_change (at, action, id, version, sha256) values (?, ?, ?, ?, ?)');
  const rowsOf = (id: string): Row[] => ofModel.all(id).map((row) => rowSchema.parse(row));
  const seen = (id: string): number => rowsOf(id).at(-1)?.seq ?? 0;

  /** One change, if nobody made another since `expected`: two processes that ask at once are told apart by the lock. */
  function change<T>(id: string, expected: number, make: (pile: readonly ModelVersion[]) => T): T {
    db.exec('begin immediate');
    try {
      const last = rowsOf(id).at(-1);
      if ((last?.seq ?? 0) !== expected) throw new AppError('model-changed', { class: 'permanent', message: `Somebody else changed ${id} meanwhile: ${last?.version ?? 'none of its versions'} counts since ${new Date(last?.at ?? 0).toISOString()}. Look with readroom-edge models, and repeat it if it is still wanted.` });
      const answer = make(pileOf(rowsOf(id)));
      db.exec('commit');
      return answer;
    } catch (error) {
      db.exec('rollback');
      throw error;
    }
  }

  const chosen = (id: string): ModelVersion | null => pileOf(rowsOf(id)).at(-1) ?? null;
  return {
    chosen,
    seen,
    roleOf({ id, version, sha256, reference }) {
      const own = chosen(id);
      if (!own) return reference ? 'active' : 'shadow';
      if (sha256 === null) return own.version === version || version === UNKNOWN_VERSION ? 'active' : 'shadow';
      return own.version === version && own.sha256 === sha256 ? 'active' : 'shadow';
    },
    promote: (model, expected) => change(model.id, expected, (pile) => {
      const top = pile.at(-1);
      if (top?.version === model.version && top.sha256 === model.sha256) throw new AppError('model-active', { class: 'permanent', message: `${model.id} ${model.version} counts already.` });
      add.run(clock(), 'promote', model.id, model.version, model.sha256);
    }),
    rollback: (id, expected) => change(id, expected, (pile) => {
      if (pile.length === 0) throw new AppError('model-not-promoted', { class: 'permanent', message: `No version of ${id} was promoted: there is nothing to go back to.` });
      const before = pile.at(-2) ?? null;
      add.run(clock(), 'rollback', id, before?.version ?? null, before?.sha256 ?? null);
      return before;
    }),
    changesAfter: (seq) => after.all(seq).map((row) => rowSchema.parse(row)),
    close: () => db.close(),
  };
}

function pileOf(rows: readonly Row[]): ModelVersion[] {
  const pile: ModelVersion[] = [];
  for (const { action, id, version, sha256 } of rows) {
    if (action === 'rollback') pile.pop();
    else if (version !== null && sha256 !== null) pile.push({ id, version, sha256 });
  }
  return pile;
}
