import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import type { Deps } from '../infra/deps.ts';
import { trpcRoutes } from '../trpc/trpc-routes.ts';
import { errorHandler } from './error-handler.ts';
import { frontDoor } from './front-door.ts';
import { healthRoutes } from './health-routes.ts';
import { refuseForeignOrigin, requestLog, securityHeaders } from './hooks.ts';
import { OPENAPI } from './openapi.ts';

/** For features that name them: fastify itself is imported here alone. */
export type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
export type { ZodTypeProvider } from 'fastify-type-provider-zod';

/** A feature's REST: `async (app, deps) => { app.get(...) }`, with zod schemas that end in the OpenAPI document. */
export type Routes = (app: FastifyInstance, deps: Deps) => Promise<void> | void;

const BODY_LIMIT_BYTES = 1024 * 1024;
/** A radiologist scrolling through a CT asks for hundreds of frames a minute; a hospital shares one address. */
const REQUESTS_PER_MINUTE = 12_000;

/** The one HTTP server: our own routes first, then everything else goes to the pages. */
export async function createServer(deps: Deps, features: readonly Routes[]): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = deps.log;
  const app = Fastify({
    loggerInstance,
    // One line a request of our own instead (hooks.ts): fastify's would hold the URL.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: deps.env.trustedProxies.length > 0 ? [...deps.env.trustedProxies] : false,
    genReqId: () => deps.makeId(),
    forceCloseConnections: true,
    keepAliveTimeout: 65 * SECOND_MS,
    // An edge node uploads a large frame over a slow line.
    requestTimeout: 5 * MINUTE_MS,
    routerOptions: { maxParamLength: 256 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(errorHandler(deps));
  requestLog(app, deps);
  securityHeaders(app, deps);
  refuseForeignOrigin(app, deps);
  await app.register(cookie);
  await app.register(rateLimit, { max: REQUESTS_PER_MINUTE, timeWindow: MINUTE_MS, keyGenerator: (request: FastifyRequest) => request.ip, allowList: (request) => request.url.startsWith('/_next/static/') });
  await app.register(swagger, OPENAPI);
  for (const routes of [trpcRoutes, healthRoutes, ...features]) await app.register(async (scope) => routes(scope, deps));
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.register(async (scope) => frontDoor(scope, deps));
  deps.upgrades.attach(app.server);
  return app;
}
