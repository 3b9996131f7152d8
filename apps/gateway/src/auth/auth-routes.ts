import { z } from 'zod';
import { AppError } from '@readroom/shared/error';
import { databaseUnavailable } from '../http/errors.ts';
import type { FastifyReply, FastifyRequest, Routes } from '../http/server.ts';
import type { Deps } from '../infra/deps.ts';
import { CLIENT_ADDRESS_HEADER } from './auth.ts';
import { recordFailure, recordSuccess, tooManyFailures } from './sign-in-limit.ts';
import type { Attempt } from './sign-in-limit.ts';
import { signedIn } from './session.ts';

/** The parts of better-auth that are open. A person does not rename themselves: the name stands under signatures. */
const OPEN = {
  GET: ['get-session'],
  POST: ['sign-in/email', 'sign-out', 'change-password', 'revoke-other-sessions'],
} as const;

/** better-auth under /api/auth: sign-in, sign-out, change of password. */
export const authRoutes: Routes = (app, deps) => {
  for (const url of OPEN.GET) app.get(`/api/auth/${url}`, { schema: { hide: true } }, async (request, reply) => deliver(await ask(deps, request), reply));
  for (const url of OPEN.POST.filter((one) => one !== 'sign-in/email')) {
    app.post(`/api/auth/${url}`, { schema: { hide: true } }, (request, reply) => endSockets(deps, request, reply));
  }
  app.post('/api/auth/sign-in/email', { schema: { body: signInSchema, summary: 'Sign in; answers a session cookie', security: [] } }, (request, reply) => signIn(deps, request, reply));
};

const signInSchema = z.object({ email: z.string().min(3).max(320), password: z.string().min(1).max(256), rememberMe: z.boolean().optional() });

async function signIn(deps: Deps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const attempt: Attempt = { email: signInSchema.parse(request.body).email, address: request.ip };
  const outcomes = deps.metrics.counter('readroom_sign_in_total', 'Attempts to sign in, by outcome', ['outcome']);
  if (await tooManyFailures(deps, attempt)) {
    outcomes.inc({ outcome: 'limited' });
    reply.header('retry-after', '900');
    throw new AppError('too-many-requests', { class: 'permanent', message: 'Too many wrong passwords for this account or from this address. Wait 15 minutes, or ask your administrator.' });
  }
  const response = await ask(deps, request);
  // Counted before the answer leaves, so that the next guess meets the count.
  if (response.status === 401) await recordFailure(deps, attempt);
  if (response.status === 200) await recordSuccess(deps, attempt);
  outcomes.inc({ outcome: response.status === 200 ? 'ok' : 'refused' });
  // One sentence for all of them: it tells nobody which accounts there are.
  if (response.status === 400 || response.status === 401) throw new AppError('unauthenticated', { class: 'permanent', message: 'E-mail and password do not go together. Check both and try again.' });
  return deliver(response, reply);
}

/** After sign-out or a new password the person's sockets come back with what they may now do. */
async function endSockets(deps: Deps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const person = await signedIn(deps, request.headers);
  const response = await ask(deps, request);
  if (person) deps.rt.disconnectUser(person.user.id);
  return deliver(response, reply);
}

/** A refusal is an answer; what goes wrong inside is the error handler's. */
async function ask(deps: Deps, request: FastifyRequest): Promise<Response> {
  const response = await deps.auth.handler(webRequest(request));
  if (response.status >= 500) throw databaseUnavailable(null);
  return response;
}

async function deliver(response: Response, reply: FastifyReply): Promise<FastifyReply> {
  reply.status(response.status);
  for (const [name, value] of response.headers) if (name !== 'set-cookie') reply.header(name, value);
  for (const cookie of response.headers.getSetCookie()) reply.header('set-cookie', cookie);
  return reply.send(Buffer.from(await response.arrayBuffer()));
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
  if (body !== null) headers.set('content-type', 'application/json');
  return new Request(url, { method: request.method, headers, body });
}
