import { TRPCError, initTRPC } from '@trpc/server';
import type { CreateFastifyContextOptions } from '@trpc/server/adapters/fastify';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { Action, Member } from '@readroom/shared/access/can';
import { chooseMember, requireCan, signedIn } from '../auth/session.ts';
import type { SignedIn } from '../auth/session.ts';
import { publicError } from '../http/errors.ts';
import type { PublicError } from '../http/errors.ts';
import type { Deps } from '../infra/deps.ts';

export interface Context {
  readonly deps: Deps;
  readonly person: SignedIn | null;
  readonly member: Member | null;
}

export function createContext(deps: Deps) {
  return async ({ req }: CreateFastifyContextOptions): Promise<Context> => {
    const person = await signedIn(deps, req.headers);
    return { deps, person, member: person && chooseMember(person, req.headers) };
  };
}

/** Ours where the failure is one of our own or the database's, else null: tRPC's own codes speak for themselves. */
function known(error: TRPCError): PublicError | null {
  return error.code === 'INTERNAL_SERVER_ERROR' ? publicError(error.cause ?? error) : null;
}

export function statusOf(error: TRPCError): number {
  return known(error)?.status ?? getHTTPStatusCodeFromError(error);
}

/** `error.data.appCode` is ours (`not-at-edge`), the text is written for people; nothing else leaves. */
const t = initTRPC.context<Context>().create({
  errorFormatter({ shape, error }) {
    const ours = known(error);
    const { stack: _stack, ...data } = shape.data;
    return { ...shape, message: ours?.message ?? shape.message, data: { ...data, httpStatus: statusOf(error), appCode: ours?.code ?? error.code } };
  },
});

export const router = t.router;

/** Anybody, signed in or not. */
export const publicProcedure = t.procedure.use(async ({ ctx, path, type, next }) => {
  const end = ctx.deps.metrics.histogram('readroom_trpc_seconds', 'Time of a tRPC call', ['path', 'type', 'ok']).startTimer({ path, type });
  const result = await next();
  end({ ok: String(result.ok) });
  if (!result.ok) report(ctx.deps, path, result.error);
  return result;
});

/** A signed-in person; they may belong to no organisation. */
export const personProcedure = publicProcedure.use(({ ctx, next }) => {
  if (!ctx.person) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first: your session is missing or over.' });
  return next({ ctx: { ...ctx, person: ctx.person } });
});

/** A member whose role may do `action` in their organisation: `protectedProcedure('study.view').input(...).query(({ ctx, input }) => useCase(ctx.deps, ctx.member, input))`. */
export function protectedProcedure(action: Action) {
  return personProcedure.use(({ ctx, next }) => {
    const { member } = ctx;
    if (!member) throw new TRPCError({ code: 'FORBIDDEN', message: 'You belong to no organisation here. Ask your administrator.' });
    requireCan(member, action, member.organisation);
    return next({ ctx: { ...ctx, member } });
  });
}

function report(deps: Deps, path: string, error: TRPCError): void {
  if (error.code !== 'INTERNAL_SERVER_ERROR') return;
  const { status, code } = publicError(error.cause ?? error);
  deps.metrics.counter('readroom_errors_total', 'Requests that failed, by code', ['code']).inc({ code });
  if (status >= 500) deps.log.error({ event: 'trpc.failed', path, code, err: error.cause ?? error });
}
