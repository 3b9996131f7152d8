import { initTRPC, tracked, TRPCError } from '@trpc/server';
import { proofSchema, rotateSchema, type Challenge } from '@readroom/shared/wire/auth';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import { analyseAnswerSchema, canaryAnswerSchema } from '@readroom/shared/wire/edge-down';
import { helloSchema, nodeStatusSchema, type Hello, type Welcome } from '@readroom/shared/wire/hello';
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '@readroom/shared/wire/version';
import { z } from 'zod';
import type { Deps } from '../infra/deps.ts';
import { keepCanaryAnswer } from './canary-answer.ts';
import { ANSWER_CHANNEL, edgeHub, type EdgeLink } from './edge-hub.ts';
import type { Gate } from './gate.ts';
import { rotateKey } from './identity/rotate.ts';
import { applyBatch, MAX_BATCH } from './push.ts';

export interface EdgeContext {
  readonly deps: Deps;
  readonly gate: Gate;
}

const t = initTRPC.context<EdgeContext>().create({
  errorFormatter({ shape }) {
    const { stack: _stack, ...data } = shape.data;
    return { ...shape, data };
  },
});

/** Calls of a node that showed its key. */
const proved = t.procedure.use(({ ctx, next }) => {
  // A node of an earlier version says hello at once.
  const link = ctx.gate.link() ?? ctx.gate.turnAway('This gateway wants enrolled nodes: update this node, then run readroom-edge enrol.');
  return next({ ctx: { ...ctx, link } });
});

/** Calls that need a hello first, so that version, life and clock of the node are known. */
const greeted = proved.use(({ ctx, next }) => {
  const { nodeEpoch } = ctx.link;
  if (nodeEpoch === null) throw new TRPCError({ code: 'PRECONDITION_FAILED', message: 'Say edge.hello first.' });
  return next({ ctx: { ...ctx, nodeEpoch } });
});

const helloVersionSchema = z.object({ v: z.number().int() });

/** Everything an edge node says over its socket (packages/shared wire). */
export const edgeRouter = t.router({
  edge: t.router({
    challenge: t.procedure.mutation(({ ctx }): Challenge => ({ nonce: ctx.gate.nonce, clock: ctx.deps.clock() })),
    prove: t.procedure.input(proofSchema).mutation(async ({ ctx, input }) => {
      await ctx.gate.prove(input);
      return null;
    }),
    rotate: proved.input(rotateSchema).mutation(async ({ ctx, input }) => {
      await rotateKey(ctx.deps, ctx.link, ctx.gate.nonce, input);
      return null;
    }),
    // Parsed by hand: the version decides how the rest is to be read, and an unknown one must be refused by name.
    hello: proved.input(z.unknown()).mutation(({ ctx, input }) => greet(ctx, readHello(ctx.link, input))),
    push: greeted
      .input(z.object({ messages: z.array(z.unknown()).min(1).max(MAX_BATCH), sentAt: z.number().int().optional() }))
      .mutation(async ({ ctx, input }) => {
        const { nodeId, organisation, clockOffsetMs } = ctx.link;
        return { acks: await applyBatch(ctx.deps, { nodeId, organisation, clockOffsetMs, nodeEpoch: ctx.nodeEpoch, sentAt: input.sentAt ?? null }, input.messages) };
      }),
    commands: greeted.input(z.object({ lastEventId: z.string().max(128).nullish() })).subscription(async function* ({ ctx, input, signal }) {
      const ended = signal ?? AbortSignal.timeout(0);
      for await (const { id, command } of edgeHub(ctx.deps).follow(ctx.link.nodeId, input.lastEventId ?? null, ended)) yield tracked(id, command);
    }),
    status: greeted.input(nodeStatusSchema).mutation(async ({ ctx, input }) => {
      const now = ctx.deps.clock();
      ctx.link.clockOffsetMs = now - input.clock;
      await ctx.deps.control.edgeNode.update({ where: { id: ctx.link.nodeId }, data: { status: input, lastSeenAt: new Date(now) } });
      return { clock: now };
    }),
    answer: greeted.input(analyseAnswerSchema).mutation(async ({ ctx, input }) => {
      const hub = edgeHub(ctx.deps);
      if (!hub.answered(input)) await hub.publish(ANSWER_CHANNEL, JSON.stringify(input));
      return null;
    }),
    canary: greeted.input(canaryAnswerSchema).mutation(async ({ ctx, input }) => {
      await keepCanaryAnswer(ctx.deps, ctx.link, input);
      return null;
    }),
  }),
});

function readHello(link: EdgeLink, input: unknown): Hello {
  const version = helloVersionSchema.safeParse(input);
  if (version.success && version.data.v > PROTOCOL_VERSION) {
    return refuse(link, `protocol-too-new: this node speaks version ${version.data.v}, this gateway up to ${PROTOCOL_VERSION}. Update the gateway; the node keeps everything until then.`);
  }
  if (version.success && version.data.v < OLDEST_PROTOCOL_VERSION) {
    return refuse(link, `protocol-too-old: this node speaks version ${version.data.v}, this gateway from ${OLDEST_PROTOCOL_VERSION} on. Update the edge node; it keeps everything until then.`);
  }
  const hello = helloSchema.safeParse(input);
  return hello.success ? hello.data : refuse(link, 'hello-invalid: this gateway can not read the hello. Update the older of the two.');
}

/** A close reason holds at most 123 bytes (RFC 6455 section 5.5); the whole sentence goes in the error. */
function refuse(link: EdgeLink, message: string): never {
  setImmediate(() => link.close(CLOSE.protocol, message));
  throw new TRPCError({ code: 'PRECONDITION_FAILED', message });
}

async function greet({ deps, link }: { readonly deps: Deps; readonly link: EdgeLink }, hello: Hello): Promise<Welcome> {
  const now = deps.clock();
  link.nodeEpoch = hello.nodeEpoch;
  link.clockOffsetMs = now - hello.clock;
  // One life of a node speaks at a time: an older socket is a half-open one, or a copy of the node that must not be there.
  for (const other of edgeHub(deps).links()) if (other !== link && other.nodeId === link.nodeId) other.close(1000, 'superseded by a newer connection of this node');
  await deps.control.edgeNode.update({ where: { id: link.nodeId }, data: { hello, lastSeenAt: new Date(now) } });
  deps.log.info({ event: 'edge.connected', nodeId: link.nodeId, organisation: link.organisation, software: hello.software, v: hello.v, clockOffsetMs: link.clockOffsetMs });
  return { v: PROTOCOL_VERSION, nodeId: link.nodeId, organisation: link.organisation, clock: now };
}
