import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { controlClient, createPool, hospitals } from '@readroom/db';
import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { MakeId } from '@readroom/shared/id';
import { createAuth } from '../auth/auth.ts';
import type { GatewayEnv } from '../env.ts';
import { createUpgrades } from '../http/upgrades.ts';
import type { Deps } from './deps.ts';
import { createLog } from './log.ts';
import type { Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { connectRedis } from './redis.ts';
import { createRt } from './rt.ts';
import { createVault } from './vault.ts';

export interface DepsOptions {
  readonly clock?: Clock;
  readonly makeId?: MakeId;
  readonly log?: Logger;
  /** Measure the process itself too: once per process. */
  readonly processMetrics?: boolean;
}

export interface BuiltDeps {
  readonly deps: Deps;
  close(): Promise<void>;
}

/** Opens what everything stands on. Nothing is read or written in the database yet. */
export async function buildDeps(env: GatewayEnv, options: DepsOptions = {}): Promise<BuiltDeps> {
  const log = options.log ?? createLog(env.logLevel);
  const secret = await readSecret(env.authSecretFile);
  const redis = env.redisUrl === null ? null : await connectRedis(env.redisUrl, log);
  const metrics = createMetrics({ process: options.processMetrics ?? false });
  const lost = metrics.counter('readroom_database_connections_lost_total', 'Database connections that broke');
  const onError = (error: Error): void => {
    lost.inc();
    log.warn({ event: 'database.connection-lost', err: error });
  };
  const pool = createPool({ url: env.databaseUrl, max: 10, name: 'readroom-control', onError });
  const shared = createPool({ url: env.databaseUrl, max: 20, name: 'readroom-hospitals', onError });
  const control = controlClient(pool);
  const open = hospitals(shared);
  const deps: Deps = {
    env,
    log,
    clock: options.clock ?? Date.now,
    makeId: options.makeId ?? randomUUID,
    metrics,
    pool,
    control,
    async hospital(organisationId) {
      const held = open.held(organisationId);
      if (held) return held;
      const organisation = await control.organisation.findUnique({ where: { id: organisationId } });
      if (!organisation) throw new AppError('not-found', { class: 'permanent', message: 'There is no such organisation here.' });
      return open.forHospital(organisation);
    },
    redis,
    auth: createAuth({ control, secret, publicUrl: env.publicUrl, demo: env.demo }),
    vault: createVault(secret),
    rt: createRt(redis, env.publicUrl),
    upgrades: createUpgrades(),
  };
  return {
    deps,
    async close() {
      await open.close();
      await control.$disconnect();
      await Promise.all([pool.end(), shared.end()]);
      if (redis?.isOpen) redis.destroy();
    },
  };
}

async function readSecret(file: string): Promise<string> {
  const secret = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (secret.length >= 32) return secret;
  throw new AppError('bad-environment', {
    class: 'permanent',
    message: 'READROOM_AUTH_SECRET_FILE must name a readable file with at least 32 random characters, for example made by: openssl rand -base64 48',
  });
}
