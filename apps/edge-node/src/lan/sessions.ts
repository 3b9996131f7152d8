import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@readroom/shared/clock';
import { HOUR_MS, MINUTE_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { COST, LEAST_PASSWORD, MOST_PASSWORD, hashPassword, matches, nobodysHash } from './password.ts';
import type { LanUser, LanUsers } from './users.ts';

/** A shift, and then the password again. */
export const SESSION_MS = 12 * HOUR_MS;
const MOST_SESSIONS = 1_000;
/** Wrong passwords in the window, for one account and for one address. */
const LIMITS = { account: 10, address: 50 } as const;
const WINDOW_MS = 15 * MINUTE_MS;
const MOST_REMEMBERED = 10_000;
/** Each try takes 128 MiB while it is looked at. */
const MOST_AT_ONCE = 2;

export interface LanSessions {
  /** Answers the token of the cookie. @throws AppError `sign-in-refused`, `sign-in-limited`, `busy` */
  signIn(account: string, password: string, address: string): Promise<string>;
  /** Null when nobody is signed in by it any more. */
  find(token: string): LanUser | null;
  /** Ends the person's other sessions too, and answers a new token. @throws AppError `sign-in-refused`, `bad-input`, `busy` */
  changePassword(token: string, current: string, next: string, address: string): Promise<string>;
  signOut(token: string): void;
  /** Alive now. */
  count(): number;
}

interface Session {
  readonly account: string;
  /** Of the password it was opened with. */
  readonly changedAt: number;
  readonly until: number;
}

/** Sign-ins of the hospital's own page. They live in memory: after a restart everybody signs in again. */
export function createLanSessions(users: LanUsers, clock: Clock, cost = COST): LanSessions {
  const nobody = nobodysHash(cost);
  const sessions = new Map<string, Session>();
  const failures = new Map<string, { count: number; until: number }>();
  let atWork = 0;

  function begin(user: LanUser): string {
    const token = randomBytes(32).toString('base64url');
    sessions.set(hashOf(token), { account: user.account, changedAt: user.changedAt, until: clock() + SESSION_MS });
    trim(sessions, MOST_SESSIONS);
    return token;
  }

  function find(token: string): LanUser | null {
    const session = sessions.get(hashOf(token));
    const user = session === undefined ? null : users.find(session.account);
    if (session && user && session.until > clock() && session.changedAt === user.changedAt) return user;
    sessions.delete(hashOf(token));
    return null;
  }

  async function check(account: string, password: string, address: string): Promise<LanUser> {
    const keys = { account: `account ${account}`, address: `address ${address}` };
    const counted = (key: string): number => {
      const held = failures.get(key);
      return held && held.until > clock() ? held.count : 0;
    };
    if (counted(keys.account) >= LIMITS.account || counted(keys.address) >= LIMITS.address) throw new AppError('sign-in-limited', { class: 'transient', message: 'Too many wrong passwords. Wait 15 minutes, or have IT set a new one: readroom-edge lan password.' });
    if (atWork >= MOST_AT_ONCE) throw new AppError('busy', { class: 'transient', message: 'Others are signing in. Try again in a second.' });
    const user = users.find(account);
    atWork += 1;
    const isRight = await matches(password, user?.passwordHash ?? nobody).finally(() => (atWork -= 1));
    if (user !== null && isRight) {
      failures.delete(keys.account);
      return user;
    }
    for (const key of Object.values(keys)) {
      failures.set(key, counted(key) === 0 ? { count: 1, until: clock() + WINDOW_MS } : { count: counted(key) + 1, until: failures.get(key)?.until ?? 0 });
    }
    trim(failures, MOST_REMEMBERED);
    throw new AppError('sign-in-refused', { class: 'permanent', message: 'This account and password do not belong together. IT gives out sign-ins of this node: readroom-edge lan.' });
  }

  return {
    find,
    signIn: async (account, password, address) => begin(await check(account, password, address)),
    async changePassword(token, current, next, address) {
      const user = find(token);
      if (user === null) throw new AppError('sign-in-refused', { class: 'permanent', message: 'Sign in again.' });
      if (next.length < LEAST_PASSWORD || next.length > MOST_PASSWORD) throw new AppError('bad-input', { class: 'permanent', message: `Choose a password of at least ${LEAST_PASSWORD} characters.` });
      if (next === current) throw new AppError('bad-input', { class: 'permanent', message: 'Choose another password than the one you have.' });
      await check(user.account, current, address);
      users.setPassword(user.account, await hashPassword(next, cost), false);
      return begin(users.find(user.account) ?? user);
    },
    signOut: (token) => void sessions.delete(hashOf(token)),
    count: () => [...sessions.values()].filter(({ until }) => until > clock()).length,
  };
}

/** A copy of the memory opens nothing. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function trim<V>(map: Map<string, V>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
