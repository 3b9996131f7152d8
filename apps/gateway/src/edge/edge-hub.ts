import type { AnalyseAnswer, EdgeDown } from '@readroom/shared/wire/edge-down';
import { perDeps, type Deps } from '../infra/deps.ts';
import { memoryLog, redisLog, type CommandLog, type LoggedCommand } from './command-log.ts';

/** A live link of one node at this gateway. */
export interface EdgeLink {
  readonly nodeId: string;
  readonly organisation: string;
  /** The key that opened it. */
  readonly keyId: string;
  /** Of the latest hello; null before it. */
  nodeEpoch: string | null;
  /** Gateway clock minus the node's, ms. */
  clockOffsetMs: number;
  /** Closes the socket with a code of ours and words for hospital IT. */
  close(code: number, reason: string): void;
}

/** How long a node counts as reachable after the last sign of it, seen from another gateway. */
const PRESENCE_TTL_S = 15;
/** Redis channels: the payload is a node id, or an answer as JSON. */
export const COMMAND_CHANNEL = 'readroom:edge:wake';
export const ANSWER_CHANNEL = 'readroom:edge:answer';

/** What this process knows of the nodes connected to it: links, who follows commands, who waits for answers. */
export class EdgeHub {
  readonly log: CommandLog;
  readonly #deps: Deps;
  readonly #links = new Set<EdgeLink>();
  readonly #followers = new Map<string, Set<() => void>>();
  readonly #waiting = new Map<string, (answer: AnalyseAnswer) => void>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.log = deps.redis ? redisLog(deps.redis) : memoryLog(deps.makeId());
  }

  links(): readonly EdgeLink[] {
    return [...this.#links];
  }

  add(link: EdgeLink): void {
    this.#links.add(link);
    this.#count();
  }

  remove(link: EdgeLink): void {
    this.#links.delete(link);
    this.#count();
  }

  /** Commands of a node from `lastEventId` on, until the signal. While somebody follows, the node is reachable. */
  async *follow(nodeId: string, lastEventId: string | null, signal: AbortSignal): AsyncGenerator<LoggedCommand> {
    let wake = Promise.withResolvers<void>();
    const onWake = (): void => wake.resolve();
    let last = await this.log.resumeFrom(nodeId, lastEventId);
    this.#addFollower(nodeId, onWake);
    signal.addEventListener('abort', onWake);
    try {
      await this.announce(nodeId);
      while (!signal.aborted) {
        // Renewed before reading: a command appended while we read wakes the next round.
        wake = Promise.withResolvers();
        for (const entry of await this.log.after(nodeId, last)) {
          last = entry.id;
          yield entry;
        }
        if (!signal.aborted) await wake.promise;
      }
    } finally {
      signal.removeEventListener('abort', onWake);
      this.#removeFollower(nodeId, onWake);
    }
  }

  wake(nodeId: string): void {
    for (const wake of this.#followers.get(nodeId) ?? []) wake();
  }

  wakeAll(): void {
    for (const nodeId of this.#followers.keys()) this.wake(nodeId);
  }

  /** Whether a link somewhere follows this node's commands now. */
  async isReachable(nodeId: string): Promise<boolean> {
    if (this.#followers.has(nodeId)) return true;
    return this.#deps.redis ? (await this.#deps.redis.exists(presenceKey(nodeId))) === 1 : false;
  }

  /** Tells the other gateways that the node is at this one. */
  async announce(nodeId: string): Promise<void> {
    await this.#deps.redis?.set(presenceKey(nodeId), '1', { expiration: { type: 'EX', value: PRESENCE_TTL_S } });
  }

  async announceAll(): Promise<void> {
    await Promise.all([...this.#followers.keys()].map((nodeId) => this.announce(nodeId)));
  }

  async publish(channel: string, payload: string): Promise<void> {
    await this.#deps.redis?.publish(channel, payload);
  }

  waitFor(requestId: string, onAnswer: (answer: AnalyseAnswer) => void): () => void {
    this.#waiting.set(requestId, onAnswer);
    return () => this.#waiting.delete(requestId);
  }

  answered(answer: AnalyseAnswer): boolean {
    const waiting = this.#waiting.get(answer.requestId);
    waiting?.(answer);
    return waiting !== undefined;
  }

  #addFollower(nodeId: string, wake: () => void): void {
    const followers = this.#followers.get(nodeId) ?? new Set();
    followers.add(wake);
    this.#followers.set(nodeId, followers);
  }

  #removeFollower(nodeId: string, wake: () => void): void {
    const followers = this.#followers.get(nodeId);
    followers?.delete(wake);
    if (followers?.size === 0) this.#followers.delete(nodeId);
  }

  #count(): void {
    this.#deps.metrics.gauge('readroom_edge_links', 'Edge nodes connected to this gateway').set(this.#links.size);
  }
}

function presenceKey(nodeId: string): string {
  return `readroom:edge:${nodeId}:here`;
}

export const edgeHub = perDeps((deps) => new EdgeHub(deps));

/**
 * Asks a node for something, whichever gateway holds its socket. `delivered`: it stands in the log of a node whose link is up,
 * and reaches it even over a short break; whether it was done, the caller learns by the answer, within its own time limit.
 */
export async function sendCommand(deps: Deps, nodeId: string, command: EdgeDown): Promise<'delivered' | 'offline'> {
  const hub = edgeHub(deps);
  try {
    if (!(await hub.isReachable(nodeId))) return 'offline';
    await hub.log.append(nodeId, command);
    hub.wake(nodeId);
    await hub.publish(COMMAND_CHANNEL, nodeId);
    return 'delivered';
  } catch (error) {
    // Only Redis can fail here: without it the gateways can't reach each other's nodes.
    deps.log.warn({ event: 'edge.command-not-sent', command: command.type, err: error });
    return 'offline';
  }
}

/** Sends a request and waits for its answer: null when none came within `timeoutMs`. */
export async function askNode(deps: Deps, nodeId: string, command: Extract<EdgeDown, { requestId: string }>, timeoutMs: number): Promise<AnalyseAnswer['outcome'] | 'offline' | null> {
  const { promise, resolve } = Promise.withResolvers<AnalyseAnswer | null>();
  const leave = edgeHub(deps).waitFor(command.requestId, resolve);
  const timer = setTimeout(() => resolve(null), timeoutMs);
  try {
    if ((await sendCommand(deps, nodeId, command)) === 'offline') return 'offline';
    return (await promise)?.outcome ?? null;
  } finally {
    clearTimeout(timer);
    leave();
  }
}
