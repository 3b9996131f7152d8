import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { VERSION } from '../setup/version.ts';

/** How every failure of REST leaves (error-handler.ts). */
export const errorBodySchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

const FAILED = { description: 'Any other failure, in the same shape: 406 none of the types asked for, 413 too large, 415 no JSON, 429 too often, 500 our fault, 503 somebody needed is away', ...z.toJSONSchema(errorBodySchema) };

type Route = Parameters<typeof jsonSchemaTransform>[0];

/** The document describes what programs may call, not the pages nor their tRPC; whatever can fail says how. */
function describeRoute(route: Route): ReturnType<typeof jsonSchemaTransform> {
  if (!/^\/(api|dicomweb)\//.test(route.url)) return { schema: { hide: true }, url: route.url };
  const { schema, url } = jsonSchemaTransform(route);
  return { schema: { ...schema, response: { ...(schema.response as object | undefined), default: FAILED } }, url };
}

/** Options of @fastify/swagger. */
export const OPENAPI = {
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Readroom', version: VERSION, description: 'REST interface of the gateway. Sign in with POST /api/auth/sign-in/email; the session cookie goes with every call.' },
    components: { securitySchemes: { session: { type: 'apiKey' as const, in: 'cookie', name: 'readroom.session_token' } } },
    security: [{ session: [] }],
  },
  transform: describeRoute,
};
