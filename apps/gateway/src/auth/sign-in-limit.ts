import { createHash } from 'node:crypto';
import { MINUTE_MS } from '@readroom/shared/clock';
import { perDeps } from '../infra/deps.ts';
import type { Deps } from '../infra/deps.ts';

/** Wrong passwords in the window, for one account and for one address (a whole hospital may share it). */
const LIMITS = { account: 10, address: 200 } as const;
const WINDOW_MS = 15 * MINUTE_MS;
/** How many keys are remembered without Redis; the oldest go first. */
const REMEMBERED = 20_000;

type Kind = keyof typeof LIMITS;

interface Failures {
  readonly count: number;
  readonly until: number;
}

const memory = perDeps(() => new Map<string, Failures>());

export interface Attempt {
  readonly email: string;
  readonly address: string;
}

/** Whether this account or address has failed too often lately. Only failures count: a team that signs in every morning never meets the limit. */
export async function tooManyFailures(deps: Deps, attempt: Attempt): Promise<boolean> {
  for (const [kind, key] of keys(attempt)) if ((await read(deps, key)) >= LIMITS[kind]) return true;
  return false;
}

export async function recordFailure(deps: Deps, attempt: Attempt): Promise<void> {
  for (const [, key] of keys(attempt)) await add(deps, key);
}

/** A right password clears the account, not the address: one good account must not cover a thousand guesses. */
export async function recordSuccess(deps: Deps, attempt: Attempt): Promise<void> {
  const [[, account]] = keys(attempt);
  memory(deps).delete(account);
  if (deps.redis?.isReady) await deps.redis.del(account).catch(() => undefined);
}

function keys(attempt: Attempt): [[Kind, string], [Kind, string]] {
  return [
    ['account', `readroom:sign-in:account:${mark(attempt.email.trim().toLowerCase())}`],
    ['address', `readroom:sign-in:address:${mark(attempt.address)}`],
  ];
}

/** Neither an e-mail address nor an IP address is kept readable. */
function mark(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

async function read(deps: Deps, key: string): Promise<number> {
  const held = memory(deps).get(key);
  const local = held && held.until > deps.clock() ? held.count : 0;
  if (!deps.redis?.isReady) return local;
  // Redis lost in between: this gateway's own memory still counts.
  const shared = await deps.redis.get(key).catch(() => null);
  return Math.max(local, Number(shared ?? 0));
}

async function add(deps: Deps, key: string): Promise<void> {
  const held = memory(deps);
  const before = held.get(key);
  const fresh = !before || before.until <= deps.clock();
  held.delete(key);
  held.set(key, fresh ? { count: 1, until: deps.clock() + WINDOW_MS } : { ...before, count: before.count + 1 });
  const oldest = held.keys().next();
  if (held.size > REMEMBERED && !oldest.done) held.delete(oldest.value);
  if (!deps.redis?.isReady) return;
  await deps.redis.multi().incr(key).pExpire(key, WINDOW_MS, 'NX').exec().catch(() => undefined);
}
