import { timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyRequest } from 'fastify';
import { AppError } from '@readroom/shared/error';
import type { Deps } from '../infra/deps.ts';
import type { Routes } from './server.ts';

/** `GET /healthz` for load balancers and the start command, `GET /metrics` for Prometheus. Neither knows a patient. */
export const healthRoutes: Routes = async (app, deps) => {
  const token = deps.env.metricsTokenFile === null ? null : (await readFile(deps.env.metricsTokenFile, 'utf8')).trim();
  app.get('/healthz', { schema: { hide: true }, config: { rateLimit: false } }, async (_request, reply) => {
    const database = await databaseAnswers(deps);
    const redis = deps.redis === null ? 'off' : deps.redis.isReady ? 'up' : 'down';
    return reply.status(database ? 200 : 503).send({ status: database ? 'ok' : 'database-unavailable', database: database ? 'up' : 'down', redis });
  });
  app.get('/metrics', { schema: { hide: true }, config: { rateLimit: false } }, async (request, reply) => {
    if (!mayMeasure(request, token)) throw new AppError('not-found', { class: 'permanent' });
    return reply.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics());
  });
};

async function databaseAnswers(deps: Deps): Promise<boolean> {
  return deps.pool.query('select 1').then(
    () => true,
    () => false,
  );
}

function mayMeasure(request: FastifyRequest, token: string | null): boolean {
  if (token === null) return request.ip === '127.0.0.1' || request.ip === '::1' || request.ip === '::ffff:127.0.0.1';
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
