import type { AddressInfo } from 'node:net';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import type { GatewayEnv } from './env.ts';
import { features } from './features.ts';
import { createServer } from './http/server.ts';
import { prepareDatabase } from './infra/prepare-database.ts';
import { buildDeps } from './infra/build-deps.ts';
import type { DepsOptions } from './infra/build-deps.ts';
import type { Deps } from './infra/deps.ts';
import { rtService } from './infra/rt.ts';

export interface Gateway {
  readonly url: string;
  readonly deps: Deps;
  /** Graceful: no new requests, services in reverse order, connections last. Safe to call twice. */
  stop(): Promise<void>;
}

/** The whole gateway on one port. Anything that fails on the way up is taken down again before it throws. */
export async function startGateway(env: GatewayEnv, options: DepsOptions = {}): Promise<Gateway> {
  const { deps, close } = await buildDeps(env, options);
  const undo: (() => Promise<void>)[] = [close];
  const stop = once(async () => {
    for (const step of undo.reverse()) await step().catch((error: unknown) => deps.log.error({ event: 'stop.failed', err: error }));
  });
  try {
    await prepareDatabase(deps);
    const app = await createServer(deps, features.flatMap((feature) => feature.routes ?? []));
    undo.push(() => app.close());
    const services = [rtService(deps, app.server), ...features.flatMap((feature) => feature.services?.(deps) ?? [])];
    for (const service of services) await startService(deps, service, undo);
    await listen(app.listen({ host: env.host, port: env.port }), env);
    const { port } = app.server.address() as AddressInfo;
    deps.log.info({ event: 'gateway.ready', port });
    return { url: `http://${env.host === '0.0.0.0' ? '127.0.0.1' : env.host}:${port}`, deps, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startService(deps: Deps, service: Service, undo: (() => Promise<void>)[]): Promise<void> {
  undo.push(() => service.stop());
  await service.start();
  deps.log.debug({ event: 'service.started', service: service.name });
}

async function listen(listening: Promise<string>, env: GatewayEnv): Promise<void> {
  try {
    await listening;
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (!taken) throw cause;
    throw new AppError('port-in-use', { class: 'transient', message: `Port ${env.port} is taken by another program. Stop that program, or set READROOM_PORT to another port.`, cause });
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
