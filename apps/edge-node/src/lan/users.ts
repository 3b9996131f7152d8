import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { z } from 'zod';
import { openRecord } from '../infra/sqlite.ts';

export const accountSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{1,63}$/);
export const personNameText = z.string().trim().min(1).max(120);

/** A sign-in of this node, for the days without the cloud. It has nothing to do with an account of Readroom. */
export interface LanUser {
  readonly account: string;
  readonly name: string;
  readonly passwordHash: string;
  /** The password was made by the command line: another is chosen at the first sign-in. */
  readonly isTemporary: boolean;
  /** ms since epoch of the password: sessions of an older one are over. */
  readonly changedAt: number;
}

export interface LanUsers {
  find(account: string): LanUser | null;
  list(): LanUser[];
  count(): number;
  /** One that is there stays as it is. */
  add(account: string, name: string, passwordHash: string): void;
  /** @throws AppError `lan-user-unknown` */
  setPassword(account: string, passwordHash: string, isTemporary: boolean): void;
  /** @throws AppError `lan-user-unknown` */
  remove(account: string): void;
  close(): void;
}

/** Whoever may use the hospital's own page. The command line writes it while the node runs. */
export const lanUsersFile = (home: string): string => `${home}/lan-users.sqlite`;

const rowSchema = z.object({ account: z.string(), name: z.string(), password_hash: z.string(), temporary: z.number(), changed_at: z.number() });

export function openLanUsers(file: string, clock: Clock): LanUsers {
  const db = openRecord(file, 'full');
  db.exec('pragma secure_delete = on; create table if not exists lan_user (account text primary key, name text not null, password_hash text not null, temporary integer not null, changed_at integer not null) strict');
  const find = db.prepare('select * from lan_user where account = ?');
  const list = db.prepare('select * from lan_user order by account');
  const add = db.prepare('insert into lan_user (account, name, password_hash, temporary, changed_at) values (?, ?, ?, 1, ?) on conflict do nothing');
  const change = db.prepare('update lan_user set password_hash = ?, temporary = ?, changed_at = max(?, changed_at + 1) where account = ?');
  const remove = db.prepare('delete from lan_user where account = ?');
  const known = (account: string, changes: number | bigint): void => {
    if (Number(changes) === 0) throw new AppError('lan-user-unknown', { class: 'permanent', message: `There is no sign-in ${account} on this node. See them with readroom-edge lan users.` });
  };
  return {
    find(account) {
      const row = find.get(account);
      return row === undefined ? null : toUser(row);
    },
    list: () => list.all().map(toUser),
    count: () => list.all().length,
    add: (account, name, passwordHash) => void add.run(account, name, passwordHash, clock()),
    setPassword: (account, passwordHash, isTemporary) => known(account, change.run(passwordHash, Number(isTemporary), clock(), account).changes),
    remove: (account) => known(account, remove.run(account).changes),
    close: () => db.close(),
  };
}

function toUser(row: unknown): LanUser {
  const { account, name, password_hash: passwordHash, temporary, changed_at: changedAt } = rowSchema.parse(row);
  return { account, name, passwordHash, isTemporary: temporary === 1, changedAt };
}
