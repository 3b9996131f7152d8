import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../infra/deps.ts';
import type { Routes } from '../http/server.ts';
import { CLIENT_ADDRESS_HEADER } from './auth.ts';

/** better-auth under /api/auth: sign-in, sign-out, change of password. */
export const authRoutes: Routes = (app, deps) => {
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    schema: { hide: true },
    handler: (request, reply) => hand(deps, request, reply),
  });
};

async function hand(deps: Deps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const response = await deps.auth.handler(webRequest(request));
  reply.status(response.status);
  for (const [name, value] of response.headers) if (name !== 'set-cookie') reply.header(name, value);
  for (const cookie of response.headers.getSetCookie()) reply.header('set-cookie', cookie);
  return reply.send(response.body === null ? null : Buffer.from(await response.arrayBuffer()));
}

function webRequest(request: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  headers.set(CLIENT_ADDRESS_HEADER, request.ip);
  headers.delete('content-length');
  const url = new URL(request.url, `${request.protocol}://${request.headers.host ?? 'localhost'}`);
  const body = request.method === 'POST' ? JSON.stringify(request.body ?? {}) : null;
  return new Request(url, { method: request.method, headers, body });
}
