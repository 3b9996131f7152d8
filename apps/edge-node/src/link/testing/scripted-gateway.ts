import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { initTRPC, tracked } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { proofSchema, type Proof } from '@readroom/shared/wire/auth';
import type { EdgeAck, EdgeUp } from '@readroom/shared/wire/edge-up';
import { edgeUpSchema } from '@readroom/shared/wire/edge-up';
import type { Hello } from '@readroom/shared/wire/hello';
import { helloSchema, nodeStatusSchema } from '@readroom/shared/wire/hello';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';

export const NONCE = 'n'.repeat(43);

/** The other end of the link with its behaviour in the test's hands: it speaks the real protocol and keeps what it was told. */
export interface ScriptedGateway {
  readonly url: string;
  readonly applied: Map<string, EdgeUp>;
  readonly pushes: EdgeUp[][];
  readonly hellos: Hello[];
  readonly statuses: unknown[];
  readonly answers: unknown[];
  readonly resumedFrom: (string | null)[];
  /** Answers a push; the default applies everything once. May throw. */
  onPush(messages: EdgeUp[]): Promise<EdgeAck[]> | EdgeAck[];
  /** Throw to refuse; `socket` may be closed with a code. */
  onProve(proof: Proof, socket: WebSocket): void;
  command(id: string, data: unknown): void;
  dropSockets(): void;
  /** Stops answering without closing: what a dead peer behind a firewall looks like. */
  freeze(): void;
  sockets(): number;
  stop(): Promise<void>;
}

export async function startScriptedGateway(port = 0): Promise<ScriptedGateway> {
  const t = initTRPC.context<{ readonly socket: WebSocket }>().create();
  const log: { id: string; data: unknown }[] = [];
  let wake = Promise.withResolvers<void>();
  const http = createServer();
  const raw = new Set<Socket>();
  const wss = new WebSocketServer({ noServer: true });

  const gateway: ScriptedGateway = {
    url: '',
    applied: new Map(),
    pushes: [],
    hellos: [],
    statuses: [],
    answers: [],
    resumedFrom: [],
    onPush: (messages) => applyOnce(gateway.applied, messages),
    onProve: () => {},
    command(id, data) {
      log.push({ id, data });
      wake.resolve();
      wake = Promise.withResolvers();
    },
    dropSockets: () => wss.clients.forEach((client) => client.terminate()),
    freeze: () => raw.forEach((socket) => socket.pause()),
    sockets: () => wss.clients.size,
    stop: () => stop(http, wss, raw),
  };

  const router = t.router({
    edge: t.router({
      challenge: t.procedure.mutation(() => ({ nonce: NONCE, clock: 5_000_000 })),
      prove: t.procedure.input(proofSchema).mutation(({ ctx, input }) => {
        gateway.onProve(input, ctx.socket);
        return null;
      }),
      hello: t.procedure.input(helloSchema).mutation(({ input }) => {
        gateway.hellos.push(input);
        return { v: 1, nodeId: 'node-1', organisation: 'org-1', clock: 5_000_000 };
      }),
      push: t.procedure.input(z.object({ messages: z.array(edgeUpSchema) })).mutation(async ({ input }) => {
        gateway.pushes.push(input.messages);
        return { acks: await gateway.onPush(input.messages) };
      }),
      status: t.procedure.input(nodeStatusSchema).mutation(({ input }) => void gateway.statuses.push(input)),
      answer: t.procedure.input(z.unknown()).mutation(({ input }) => void gateway.answers.push(input)),
      commands: t.procedure.input(z.object({ lastEventId: z.string().nullable() })).subscription(async function* ({ input, signal }) {
        gateway.resumedFrom.push(input.lastEventId);
        let next = input.lastEventId === null ? log.length : log.findIndex((entry) => entry.id === input.lastEventId) + 1;
        while (!signal?.aborted) {
          for (; next < log.length; next += 1) yield tracked(log[next]!.id, log[next]!.data);
          await wake.promise;
        }
      }),
    }),
  });

  applyWSSHandler({
    wss,
    router,
    createContext: ({ res }) => ({ socket: res }),
  });
  http.on('connection', (socket) => {
    raw.add(socket);
    socket.on('close', () => raw.delete(socket));
  });
  http.on('upgrade', (request, socket, head) => wss.handleUpgrade(request, socket, head, (client) => wss.emit('connection', client, request)));
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  return Object.assign(gateway, { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
}

export function applyOnce(applied: Map<string, EdgeUp>, messages: readonly EdgeUp[]): EdgeAck[] {
  return messages.map((message) => {
    const outcome = applied.has(message.id) ? ('duplicate' as const) : ('applied' as const);
    applied.set(message.id, message);
    return { id: message.id, outcome, code: null };
  });
}

async function stop(http: Server, wss: WebSocketServer, raw: Set<Socket>): Promise<void> {
  wss.clients.forEach((client) => client.terminate());
  for (const socket of raw) socket.destroy();
  await new Promise((resolve) => http.close(resolve));
}
