import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Deps } from '../infra/deps.ts';
import { publicError } from './errors.ts';
import type { PublicError } from './errors.ts';

/** Every failure of a REST route leaves as `{ error: { code, message } }`; 503 says when to come back. */
export function errorHandler(deps: Deps) {
  const failed = deps.metrics.counter('readroom_errors_total', 'Requests that failed, by code', ['code']);
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = fastifyError(error) ?? publicError(error);
    failed.inc({ code: known.code });
    if (known.status >= 500) deps.log.error({ event: 'http.failed', route: request.routeOptions.url ?? null, code: known.code, requestId: request.id, err: error });
    if (known.status === 503) reply.header('retry-after', '2');
    return reply.status(known.status).send({ error: { code: known.code, message: known.message } });
  };
}

/** What fastify itself refuses: bad JSON, a body too large, an input that does not fit its schema. */
function fastifyError(error: FastifyError): PublicError | null {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validation.map((issue) => `${error.validationContext ?? 'input'}${issue.instancePath}: ${issue.message ?? 'not valid'}`);
    return { status: 400, code: 'bad-input', message: where.slice(0, 5).join('; ') };
  }
  if (error.statusCode === 413) return { status: 413, code: 'too-large', message: 'The request is larger than this address accepts.' };
  if (error.statusCode === 429) return { status: 429, code: 'too-many-requests', message: 'Too many requests from this address. Wait a minute.' };
  if (error.code?.startsWith('FST_') && error.statusCode !== undefined && error.statusCode < 500) {
    return { status: error.statusCode, code: 'bad-input', message: 'The request could not be read: check its content type and its JSON.' };
  }
  return null;
}
