import { AppError } from '@readroom/shared/error';
import { readEdgeHome } from '../env.ts';
import { hashPassword, temporaryPassword } from '../lan/password.ts';
import { accountSchema, lanUsersFile, openLanUsers, personNameText } from '../lan/users.ts';
import type { LanUsers } from '../lan/users.ts';
import type { Command, CommandIo } from './command.ts';
import { wrongCall } from './command.ts';

const USAGE = 'lan users | add-user ACCOUNT NAME | password ACCOUNT | remove-user ACCOUNT';

/** Who may sign in at the hospital's own page. A running node follows at once. */
export const lan: Command = {
  usage: USAGE,
  summary: 'sign-ins of the hospital’s own page',
  async run([what, account, ...rest], io) {
    if (what === 'users' && account === undefined) return withUsers(io, (users) => list(users, io));
    if (what === 'add-user' && account !== undefined && rest.length > 0) return withUsers(io, (users) => add(users, account, rest.join(' '), io));
    if (what === 'password' && account !== undefined && rest.length === 0) return withUsers(io, (users) => renew(users, account, io));
    if (what === 'remove-user' && account !== undefined && rest.length === 0) return withUsers(io, (users) => remove(users, account, io));
    throw wrongCall(USAGE);
  },
};

function list(users: LanUsers, { say }: CommandIo): void {
  const all = users.list();
  if (all.length === 0) say('Nobody has a sign-in of this node. Add one: readroom-edge lan add-user ACCOUNT NAME');
  for (const { account, name, isTemporary } of all) say(`${account.padEnd(20)} ${name}${isTemporary ? '  (has not chosen a password yet)' : ''}`);
}

async function add(users: LanUsers, account: string, nameText: string, { say }: CommandIo): Promise<void> {
  if (!accountSchema.safeParse(account).success) throw new AppError('lan-user', { class: 'permanent', message: 'An account is 2 to 64 small letters, digits, dots and hyphens, and begins with a letter or digit.' });
  const name = personNameText.safeParse(nameText);
  if (!name.success) throw new AppError('lan-user', { class: 'permanent', message: 'Give the person’s name: it stands beside every acknowledgement.' });
  if (users.find(account) !== null) throw new AppError('lan-user-exists', { class: 'permanent', message: `${account} has a sign-in on this node already. A new password: readroom-edge lan password ${account}` });
  const password = temporaryPassword();
  users.add(account, name.data, await hashPassword(password));
  tellPassword(account, password, say);
}

async function renew(users: LanUsers, account: string, { say }: CommandIo): Promise<void> {
  if (users.find(account) === null) throw new AppError('lan-user-unknown', { class: 'permanent', message: `There is no sign-in ${account} on this node. See them with readroom-edge lan users.` });
  const password = temporaryPassword();
  users.setPassword(account, await hashPassword(password), true);
  tellPassword(account, password, say);
}

function remove(users: LanUsers, account: string, { say }: CommandIo): void {
  users.remove(account);
  say(`${account} can sign in no more, and is signed out.`);
}

function tellPassword(account: string, password: string, say: CommandIo['say']): void {
  say(`Password of ${account}, shown once: ${password}`);
  say('Hand it to that person alone. Another one is chosen at the first sign-in.');
}

async function withUsers({ env }: CommandIo, work: (users: LanUsers) => void | Promise<void>): Promise<number> {
  const users = openLanUsers(lanUsersFile(readEdgeHome(env)), Date.now);
  try {
    await work(users);
    return 0;
  } finally {
    users.close();
  }
}
