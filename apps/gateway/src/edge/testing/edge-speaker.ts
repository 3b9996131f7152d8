import { randomUUID } from 'node:crypto';
import { edgeAckSchema, type EdgeAck, type EdgeUp, type EdgeUpBody } from '@readroom/shared/wire/edge-up';
import { challengeSchema, linkProof } from '@readroom/shared/wire/auth';
import { PROTOCOL_VERSION } from '@readroom/shared/wire/version';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { signWith } from '../../testing/node-key.ts';

const answerSchema = z.object({
  id: z.union([z.number(), z.string(), z.null()]),
  result: z.object({ type: z.string().optional(), data: z.unknown().optional() }).optional(),
  error: z.object({ message: z.string() }).optional(),
});
const acksSchema = z.object({ acks: z.array(edgeAckSchema) });

/** An edge node written from the protocol alone (tRPC's websocket frames), so that the gateway's tests do not lean on the edge's code. */
export interface EdgeSpeaker {
  readonly nodeEpoch: string;
  /** Resolves with `{ code, reason }` once the socket is gone. */
  readonly closed: Promise<{ code: number; reason: string }>;
  call(path: string, input: unknown): Promise<unknown>;
  hello(changes?: Record<string, unknown>): Promise<unknown>;
  push(...messages: unknown[]): Promise<EdgeAck[]>;
  /** Says each body under the next seq; answers the messages as sent. */
  say(...bodies: EdgeUpBody[]): Promise<EdgeUp[]>;
  message(body: EdgeUpBody, changes?: Partial<EdgeUp>): EdgeUp;
  commands(lastEventId: string | null, onCommand: (id: string, command: unknown) => void): Promise<void>;
  terminate(): void;
}

/** `nodeKey` is the private key (PEM); null shows none. */
export async function connectEdge(url: string, nodeKey: string | null, nodeEpoch: string = randomUUID(), firstSeq = 1): Promise<EdgeSpeaker> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/edge`);
  const waiting = new Map<number, { resolve: (data: unknown) => void; reject: (error: Error) => void }>();
  const following = new Map<number, (data: unknown) => void>();
  let nextId = 1;
  let nextSeq = firstSeq;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      for (const one of waiting.values()) one.reject(new Error(`closed ${code}`));
      resolve({ code, reason: reason.toString() });
    });
  });
  socket.on('message', (data) => {
    const text = data.toString();
    if (text === 'PING') return socket.send('PONG');
    const answer = answerSchema.parse(JSON.parse(text));
    const id = Number(answer.id);
    if (answer.error) waiting.get(id)?.reject(new Error(answer.error.message));
    else if (following.has(id) && answer.result?.type === 'data') following.get(id)?.(answer.result.data);
    else waiting.get(id)?.resolve(answer.result?.data);
    waiting.delete(id);
  });
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });

  function send(method: string, path: string, input: unknown, onData?: (data: unknown) => void): Promise<unknown> {
    const id = nextId++;
    if (onData) following.set(id, onData);
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params: { path, input } }));
    });
  }
  const prove = async (): Promise<void> => {
    if (nodeKey === null) return;
    const { nonce } = challengeSchema.parse(await send('mutation', 'edge.challenge', undefined));
    await send('mutation', 'edge.prove', signWith(nodeKey, linkProof(nonce)));
  };
  const proved = prove();
  proved.catch(() => undefined);
  const ask: typeof send = async (...args) => {
    await proved;
    return await send(...args);
  };
  const message: EdgeSpeaker['message'] = (body, changes = {}) => ({
    v: PROTOCOL_VERSION, id: randomUUID(), nodeEpoch, seq: nextSeq++, queuedAt: Date.now(), traceparent: null, body, ...changes,
  });
  const push: EdgeSpeaker['push'] = async (...messages) => acksSchema.parse(await ask('mutation', 'edge.push', { messages })).acks;
  return {
    nodeEpoch,
    closed,
    call: (path, input) => ask('mutation', path, input),
    hello: (changes = {}) =>
      ask('mutation', 'edge.hello', { v: PROTOCOL_VERSION, software: 'test', nodeEpoch, clock: Date.now(), providers: ['cpu'], models: [{ id: 'cxr', version: '1.0.0', sha256: 'a'.repeat(64) }], ...changes }),
    push,
    async say(...bodies) {
      const messages = bodies.map((body) => message(body));
      await push(...messages);
      return messages;
    },
    message,
    async commands(lastEventId, onCommand) {
      await ask('subscription', 'edge.commands', { lastEventId }, (data) => {
        const { id, data: command } = z.object({ id: z.string(), data: z.unknown() }).parse(data);
        onCommand(id, command);
      });
    },
    terminate: () => socket.terminate(),
  };
}

/** Connected and greeted. */
export async function greetedEdge(url: string, nodeKey: string): Promise<EdgeSpeaker> {
  const edge = await connectEdge(url, nodeKey);
  await edge.hello();
  return edge;
}
