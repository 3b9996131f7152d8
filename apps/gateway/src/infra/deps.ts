import type pg from 'pg';
import type { ControlClient, Hospital } from '@readroom/db';
import type { Clock } from '@readroom/shared/clock';
import type { MakeId } from '@readroom/shared/id';
import type { Auth } from '../auth/auth.ts';
import type { GatewayEnv } from '../env.ts';
import type { Upgrades } from '../http/upgrades.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { RedisClient } from './redis.ts';
import type { Rt } from './rt.ts';
import type { Vault } from './vault.ts';

/** Everything a use case may reach for. Made once per process (or per test), passed in, never a global. */
export interface Deps {
  readonly env: GatewayEnv;
  readonly log: Logger;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly metrics: Metrics;
  /** The owner's pool: the control schema, migrations, the audit sealer, LISTEN. Patient data goes through `hospital()`. */
  readonly pool: pg.Pool;
  readonly control: ControlClient;
  /** One tenant's data; throws `not-found` for an organisation that does not exist. */
  hospital(organisationId: string): Promise<Hospital>;
  /** Null without REDIS_URL: one gateway runs alone. */
  readonly redis: RedisClient | null;
  readonly auth: Auth;
  /** Keeps secrets of the hospitals' own in the database, unreadable there. */
  readonly vault: Vault;
  /** Live events to browsers (socket.io at /rt). */
  readonly rt: Rt;
  /** WebSocket upgrades by path: features claim theirs here. */
  readonly upgrades: Upgrades;
}

/**
 * Live state of a feature (open sockets, tickets, counters) that belongs to one process: `const hub = perDeps((deps) => new Hub(deps))`,
 * then `hub(deps)` everywhere is the same object, and two gateways in one test never share it.
 */
export function perDeps<T extends object>(make: (deps: Deps) => T): (deps: Deps) => T {
  const made = new WeakMap<Deps, T>();
  return (deps) => {
    const found = made.get(deps);
    if (found) return found;
    const fresh = make(deps);
    made.set(deps, fresh);
    return fresh;
  };
}
