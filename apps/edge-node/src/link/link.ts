import type { Clock } from '@readroom/shared/clock';
import { AppError, isAppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import { welcomeSchema, type Hello, type NodeStatus, type Welcome } from '@readroom/shared/wire/hello';
import { PROTOCOL_VERSION } from '@readroom/shared/wire/version';
import type { NodeIdentity } from '../identity/identity.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { backoffMs, RECONNECT_BACKOFF } from './backoff.ts';
import { readCommand, runCommand, type CommandHandlers } from './commands.ts';
import { drain } from './drain.ts';
import { openProved } from './prove.ts';
import { edgeSocketUrl, openSession, type Session } from './session.ts';
import { pause } from './wait.ts';

/** `refused` means a person must act (key, revocation, version); the link still tries, at its slowest pace. */
export type LinkState = 'stopped' | 'connecting' | 'up' | 'waiting' | 'refused';

export interface LinkStatus {
  readonly state: LinkState;
  /** ms since epoch. */
  readonly since: number;
  /** Why the link is not up, in words for hospital IT. */
  readonly why: string | null;
  /** Gateway clock minus ours in ms, from the latest hello. */
  readonly clockOffsetMs: number | null;
}

/** What the link needs of a logger (pino's shape). Events, codes and counts only. */
export interface LinkLog {
  info(fields: object): void;
  warn(fields: object): void;
}

export interface LinkOptions {
  /** The gateway's http(s) origin. */
  readonly gatewayUrl: string;
  readonly identity: NodeIdentity;
  readonly outbox: Outbox;
  readonly handlers: CommandHandlers;
  readonly clock: Clock;
  /** [0, 1), for jitter. */
  readonly random: () => number;
  readonly log: LinkLog;
  /** What hello says of this node, read at each connection. */
  readonly describe: () => Pick<Hello, 'software' | 'providers' | 'models'>;
  /** What status says beside the outbox, which the link adds. */
  readonly status: () => Promise<Pick<NodeStatus, 'studiesInFlight' | 'diskFreeBytes' | 'provider' | 'auditHead'>>;
  readonly statusEveryMs?: number;
  readonly heartbeatMs?: number;
}

export interface Link extends Service {
  state(): LinkStatus;
  /** Resolves at the next moment the link is up (at once when it is). */
  whenUp(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const CALL_TIMEOUT_MS = 10_000;
const STATUS_EVERY_MS = 5_000;
const HEARTBEAT_MS = 10_000;
/** A link that stood this long, or over which something was settled, was a good one: the next loss begins again at the shortest wait. */
const STEADY_AFTER_MS = 10_000;

/**
 * The node's only way out: one websocket, dialled by us, for ever.
 *
 *   connecting --hello--> up --lost--> waiting --back-off--> connecting
 *        +-----key or version refused--> refused --longest wait--> connecting
 */
export function createLink(options: LinkOptions): Link {
  const stopping = new AbortController();
  let status: LinkStatus = { state: 'stopped', since: options.clock(), why: null, clockOffsetMs: null };
  let running: Promise<void> | null = null;
  const upWaiters: (() => void)[] = [];

  function enter(state: LinkState, why: string | null = null, clockOffsetMs = status.clockOffsetMs): void {
    if (state !== status.state) options.log.info({ event: `link.${state}`, why });
    status = { state, since: state === status.state ? status.since : options.clock(), why, clockOffsetMs };
    if (state === 'up') for (const wake of upWaiters.splice(0)) wake();
  }

  return {
    name: 'link',
    async start() {
      running ??= keepConnected(options, stopping.signal, enter);
    },
    async stop() {
      stopping.abort();
      await running;
      if (running) enter('stopped');
    },
    state: () => status,
    whenUp: () => (status.state === 'up' ? Promise.resolve() : new Promise((resolve) => upWaiters.push(resolve))),
  };
}

type Enter = (state: LinkState, why?: string | null, clockOffsetMs?: number | null) => void;

/** Bounded in rate by the back-off and in flight by one session; not in time, because what is queued must arrive (law ED2). */
async function keepConnected(options: LinkOptions, stopping: AbortSignal, enter: Enter): Promise<void> {
  const memory: Memory = { lastEventId: null, hasSettled: false };
  let attempt = 0;
  let why: string | null = null;
  while (!stopping.aborted) {
    enter('connecting', why);
    const began = options.clock();
    memory.hasSettled = false;
    const reason = await oneSession(options, stopping, memory, enter);
    if (stopping.aborted) return;
    if (memory.hasSettled || options.clock() - began >= STEADY_AFTER_MS) attempt = 0;
    const isRefused = reason.class === 'permanent';
    const waitMs = isRefused ? RECONNECT_BACKOFF.capMs : backoffMs(attempt, options.random);
    why = reason.message;
    enter(isRefused ? 'refused' : 'waiting', why);
    attempt += 1;
    await pause(waitMs, stopping);
  }
}

interface Memory {
  /** The id of the latest command seen: a new session resumes after it. */
  lastEventId: string | null;
  /** Whether the gateway settled a message over the present session. */
  hasSettled: boolean;
}

async function oneSession(options: LinkOptions, stopping: AbortSignal, memory: Memory, enter: Enter): Promise<AppError> {
  const target = { url: edgeSocketUrl(options.gatewayUrl), connectTimeoutMs: CONNECT_TIMEOUT_MS, heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS };
  let session: Session;
  try {
    session = await openProved(() => openSession(target), options.identity);
  } catch (error) {
    return toReason(error);
  }
  const stop = (): void => session.end(new AppError('link-stopped', { class: 'transient' }));
  stopping.addEventListener('abort', stop);
  if (stopping.aborted) stop();
  try {
    return await talk(options, session, memory, enter);
  } finally {
    stopping.removeEventListener('abort', stop);
  }
}

async function talk(options: LinkOptions, session: Session, memory: Memory, enter: Enter): Promise<AppError> {
  const over = new AbortController();
  const reason = session.ended.then((why) => {
    over.abort();
    return why;
  });
  try {
    const welcome = await greet(options, session);
    enter('up', null, welcome.clock - options.clock());
    session.follow('edge.commands', { lastEventId: memory.lastEventId }, (event) => onCommand(options, session, memory, event));
    await Promise.all([drain({ outbox: options.outbox, session, clock: options.clock, random: options.random, signal: over.signal, onSettled: () => (memory.hasSettled = true) }), reportStatus(options, session, over.signal)]);
  } catch (error) {
    session.end(toReason(error));
  }
  return await reason;
}

async function greet(options: LinkOptions, session: Session): Promise<Welcome> {
  const hello: Hello = { v: PROTOCOL_VERSION, nodeEpoch: options.outbox.nodeEpoch, clock: options.clock(), ...options.describe() };
  const welcome = welcomeSchema.safeParse(await session.call('edge.hello', hello, CALL_TIMEOUT_MS));
  if (welcome.success) return welcome.data;
  throw new AppError('welcome-invalid', { class: 'transient', message: 'The gateway answered the hello in a way this node does not understand: update the older of the two.' });
}

async function reportStatus(options: LinkOptions, session: Session, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const status: NodeStatus = {
      clock: options.clock(),
      outboxDepth: options.outbox.depth(),
      oldestQueuedAt: options.outbox.oldest(),
      ...(await options.status()),
    };
    await session.call('edge.status', status, CALL_TIMEOUT_MS);
    await pause(options.statusEveryMs ?? STATUS_EVERY_MS, signal);
  }
}

function onCommand(options: LinkOptions, session: Session, memory: Memory, event: unknown): void {
  const read = readCommand(event);
  if (!read) return;
  memory.lastEventId = read.id;
  const { command } = read;
  if (!command) return options.log.warn({ event: 'link.command-unknown' });
  runCommand(options.handlers, command)
    .then(async (answer) => {
      if (answer) await session.call(answer.path, answer.answer, CALL_TIMEOUT_MS);
    })
    .catch((error: unknown) => options.log.warn({ event: 'link.command-failed', command: command.type, code: isAppError(error) ? error.code : 'unexpected' }));
}

function toReason(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('link-failed', { class: 'transient', message: 'The link failed.', cause: error });
}
