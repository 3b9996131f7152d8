import type { Server } from 'node:https';
import { fastify } from 'fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { saidProblem, saidSchema } from '@readroom/shared/alert/communication';
import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { sideSchema } from '@readroom/shared/finding/finding';
import type { Service } from '@readroom/shared/service';
import { z } from 'zod';
import type { CredentialKeeper } from '../dicom/tls/keeper.ts';
import { TLS_PROFILE } from '../dicom/tls/profile.ts';
import type { SetTimer } from '../infra/timers.ts';
import type { CriticalWatch } from './critical-watch.ts';
import type { PageAudit } from './lan-audit.ts';
import type { lanState } from './lan-state.ts';
import { lanPage } from './page.ts';
import { SESSION_MS } from './sessions.ts';
import type { LanSessions } from './sessions.ts';
import type { LanUser } from './users.ts';

export interface LanServerOptions {
  readonly host: string;
  readonly port: number;
  readonly credentials: CredentialKeeper;
  readonly sessions: LanSessions;
  readonly state: ReturnType<typeof lanState>;
  readonly critical: Pick<CriticalWatch, 'acknowledge' | 'standing'>;
  readonly audit: PageAudit;
  readonly clock: Clock;
  readonly setTimer: SetTimer;
}

export interface LanServer extends Service {
  /** Null while it is off. */
  port(): number | null;
}

/** The prefix has browsers take it from this host over HTTPS only (RFC 6265bis section 4.1.3.2). */
const COOKIE = '__Host-readroom';
const COOKIE_WORDS = 'Path=/; Secure; HttpOnly; SameSite=Strict';
const MOST_BODY_BYTES = 16_384;
const MOST_CONNECTIONS = 256;
const REQUEST_TIMEOUT_MS = 15_000;
const RENEW_EVERY_MS = 10_000;
const STATUS_OF: Readonly<Record<string, number>> = { 'sign-in-refused': 401, 'sign-in-limited': 429, busy: 503, 'bad-input': 400, 'not-found': 404, conflict: 409, 'password-temporary': 403, 'other-site': 403 };

const signInSchema = z.object({ account: z.string().trim().toLowerCase().max(64), password: z.string().max(200) });
const passwordSchema = z.object({ current: z.string().max(200), next: z.string().max(200) });
const acknowledgeSchema = z.object({ studyUid: z.string().max(64), code: z.string().max(64), side: sideSchema.or(z.literal('none')), said: saidSchema.nullable() });

/** The hospital's own page, by HTTPS and for those with a sign-in of this node (laws AL7, ED6). */
export function createLanServer(options: LanServerOptions): LanServer {
  const { credentials } = options;
  let server: ReturnType<typeof serve> | null = null;
  let cancel: (() => void) | null = null;
  let inUse = credentials.current();

  /** A renewed certificate is taken up without a restart. */
  function renew(): void {
    const now = credentials.current();
    if (now !== inUse && server !== null) {
      server.server.setSecureContext({ ...TLS_PROFILE, cert: now.cert, key: now.key });
      inUse = now;
    }
    cancel = options.setTimer(renew, RENEW_EVERY_MS);
  }

  return {
    name: 'hospital-page',
    port() {
      const address = server?.server.address();
      return address && typeof address === 'object' ? address.port : null;
    },
    async start() {
      server = serve(options);
      server.server.maxConnections = MOST_CONNECTIONS;
      try {
        await server.listen({ host: options.host, port: options.port });
      } catch (cause) {
        throw new AppError('lan-port', { class: 'permanent', message: `Port ${options.port} of the hospital’s own page cannot be opened. Stop the program that has it, or set READROOM_LAN_PORT to a free port.`, cause });
      }
      renew();
    },
    async stop() {
      cancel?.();
      await server?.close();
      server = null;
    },
  };
}

function serve(options: LanServerOptions) {
  const { credentials, sessions, state, critical, audit, clock } = options;
  const { cert, key } = credentials.current();
  const server = fastify<Server>({ https: { ...TLS_PROFILE, cert, key }, forceCloseConnections: true, bodyLimit: MOST_BODY_BYTES, requestTimeout: REQUEST_TIMEOUT_MS, connectionTimeout: 2 * REQUEST_TIMEOUT_MS });
  // JSON alone: a form of another site can send none without asking first.
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'strict-transport-security': 'max-age=31536000' });
    const { origin, host } = request.headers;
    if (request.method !== 'GET' && origin !== `https://${host ?? ''}`) throw new AppError('other-site', { class: 'permanent', message: 'Open this page by its own address.' });
  });
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof AppError) return reply.code(STATUS_OF[error.code] ?? 500).send({ code: error.code, message: error.message, ...(error.code === 'sign-in-refused' ? { cloud: state.cloud() } : {}) });
    const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
    return reply.code(status).send({ code: 'failed', message: status < 500 ? 'This request can’t be read.' : 'The node could not do this. Try again; IT finds the cause in its log.' });
  });

  /** Whoever asks. @throws AppError `sign-in-refused`, and `password-temporary` until they have chosen a password */
  function person(request: FastifyRequest): LanUser {
    const user = sessions.find(tokenOf(request));
    if (user === null) throw new AppError('sign-in-refused', { class: 'permanent', message: 'Sign in with an account of this node.' });
    if (user.isTemporary) throw new AppError('password-temporary', { class: 'permanent', message: 'Choose a password of your own first.' });
    return user;
  }

  server.get('/', (_request, reply) => {
    const page = lanPage();
    return reply.type('text/html; charset=utf-8').header('content-security-policy', page.policy).send(page.html);
  });
  server.get('/api/state', async (request) => {
    const user = person(request);
    const seen = state.of(user);
    if (seen.active) await audit.record(user.account, 'view');
    return seen;
  });
  server.post('/api/sign-in', async (request, reply) => {
    const { account, password } = read(signInSchema, request.body);
    const token = await sessions.signIn(account, password, request.ip);
    await audit.record(account, 'sign-in');
    return giveCookie(reply, token);
  });
  server.post('/api/password', async (request, reply) => {
    const { current, next } = read(passwordSchema, request.body);
    const token = await sessions.changePassword(tokenOf(request), current, next, request.ip);
    await audit.record(sessions.find(token)?.account ?? '', 'password');
    return giveCookie(reply, token);
  });
  server.post('/api/sign-out', (request, reply) => {
    sessions.signOut(tokenOf(request));
    return reply.header('set-cookie', `${COOKIE}=; Max-Age=0; ${COOKIE_WORDS}`).send({});
  });
  server.post('/api/acknowledge', async (request) => {
    const { account, name } = person(request);
    const { said, ...identity } = read(acknowledgeSchema, request.body);
    const alert = critical.standing().find(({ studyUid, code, side }) => studyUid === identity.studyUid && code === identity.code && side === identity.side);
    if (!alert) throw new AppError('not-found', { class: 'permanent', message: 'This alert is with the cloud now: work on it there.' });
    const problem = said === null ? null : saidProblem(said, alert.emittedAt, clock());
    if (problem !== null) throw new AppError('bad-input', { class: 'permanent', message: problem.text });
    await critical.acknowledge(identity, { account, name }, said);
    return {};
  });
  return server;
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError('bad-input', { class: 'permanent', message: 'This request can’t be read. Open the page again.' });
}

function giveCookie(reply: FastifyReply, token: string): FastifyReply {
  return reply.header('set-cookie', `${COOKIE}=${token}; Max-Age=${SESSION_MS / 1_000}; ${COOKIE_WORDS}`).send({});
}

function tokenOf(request: FastifyRequest): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === COOKIE)?.[1] ?? '';
}
