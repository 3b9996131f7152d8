import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hospital } from '@readroom/db';
import { firstMissing, LATE_REASON } from '@readroom/shared/alert/canary';
import { CANARY_SINCE_VERSION } from '@readroom/shared/wire/version';
import { z } from 'zod';
import { edgeHub, sendCommand } from '../../edge/edge-hub.ts';
import type { Deps } from '../../infra/deps.ts';
import { followAlerts } from '../emit.ts';
import { endRun } from './end.ts';
import type { Ending } from './end.ts';
import { listenFor } from './listener.ts';
import type { Listener } from './listener.ts';
import { timesOf } from './stored.ts';

/** How often the run is looked at while it is under way, and how often a node is looked for. */
const LOOK_MS = 200;
const NODES_MS = 1_000;

export interface LedRun {
  readonly id: string;
  readonly token: string;
  /** Gateway clock, ms since epoch. */
  readonly deadline: number;
}

/** Begins a run unless one is under way, in this gateway or another. Null: there is one. */
export async function beginRun(deps: Deps, { client }: Hospital, limitMs: number): Promise<LedRun | null> {
  const now = deps.clock();
  const run = { id: deps.makeId(), token: randomBytes(32).toString('hex') };
  const { count } = await client.canaryRun.createMany({ data: [{ ...run, begunAt: new Date(now) }], skipDuplicates: true });
  return count === 1 ? { ...run, deadline: now + limitMs } : null;
}

/** AL6: leads a run to its end, which is written once. Every wait ends at the run's deadline or with the signal. */
export async function leadRun(deps: Deps, hospital: Hospital, run: LedRun, signal: AbortSignal): Promise<void> {
  const ending = await goTheWay(deps, hospital, run, signal).catch((error: unknown): Ending => {
    deps.log.error({ event: 'canary.lead-failed', organisation: hospital.organisationId, err: error });
    return { state: 'interrupted' };
  });
  // Whatever broke while the gateway was stopping says nothing of the path.
  await endRun(deps, hospital, run.id, signal.aborted && ending.state === 'broken' ? { state: 'interrupted' } : ending);
}

async function goTheWay(deps: Deps, hospital: Hospital, run: LedRun, signal: AbortSignal): Promise<Ending> {
  const organisation = hospital.organisationId;
  const listener = await listenFor(deps, organisation, run.id).catch((error: unknown) => {
    deps.log.error({ event: 'canary.listener-refused', organisation, err: error });
    return null;
  });
  if (listener === null) return { state: 'broken', stage: 'heard', reason: 'listener-refused' };
  try {
    // From here on this gateway's push knows what it has told the listener.
    await followAlerts(deps, organisation);
    const refusal = await ask(deps, hospital, run, signal);
    return refusal === null ? await watch(deps, hospital, run, listener, signal) : { state: 'broken', stage: 'asked', reason: refusal };
  } finally {
    await listener.close();
  }
}

/** Asks the connected node that was asked least lately, or the first that comes in time. Answers why none could be, or null. */
async function ask(deps: Deps, hospital: Hospital, run: LedRun, signal: AbortSignal): Promise<string | null> {
  const { client, organisationId } = hospital;
  for (;;) {
    const nodes = await nodesOf(deps, hospital);
    const here = await reachable(deps, nodes);
    const able = here.find(({ version }) => version >= CANARY_SINCE_VERSION);
    if (able) {
      await client.canaryRun.update({ where: { id: run.id }, data: { nodeId: able.id } });
      const command = { type: 'canary', runId: run.id, token: run.token, expiresAt: run.deadline } as const;
      if ((await sendCommand(deps, able.id, command)) === 'delivered') {
        await client.canaryRun.update({ where: { id: run.id }, data: { askedAt: new Date(deps.clock()) } });
        return null;
      }
    }
    if (signal.aborted || deps.clock() >= run.deadline) {
      deps.log.warn({ event: 'canary.nobody-asked', organisation: organisationId, enrolled: nodes.length, connected: here.length });
      return nodes.length === 0 ? 'no-node' : here.length === 0 ? 'node-offline' : 'node-version';
    }
    await pause(Math.min(NODES_MS, Math.max(0, run.deadline - deps.clock())), signal);
  }
}

interface Node {
  readonly id: string;
  /** Of the wire; 0 before its first hello. */
  readonly version: number;
}

const helloSchema = z.object({ v: z.number().int() });

/** The one asked longest ago first, so that each has its turn. */
async function nodesOf(deps: Deps, { client, organisationId }: Hospital): Promise<Node[]> {
  const rows = await deps.control.edgeNode.findMany({ where: { organisationId, revokedAt: null, publicKey: { not: null } }, select: { id: true, hello: true }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  const asked = await client.canaryRun.groupBy({ by: ['nodeId'], where: { askedAt: { not: null } }, _max: { askedAt: true } });
  const lastAsked = new Map(asked.map(({ nodeId, _max }) => [nodeId, _max.askedAt?.getTime() ?? 0]));
  return rows.map(({ id, hello }) => ({ id, version: helloSchema.safeParse(hello).data?.v ?? 0 })).sort((a, b) => (lastAsked.get(a.id) ?? 0) - (lastAsked.get(b.id) ?? 0));
}

async function reachable(deps: Deps, nodes: readonly Node[]): Promise<Node[]> {
  const hub = edgeHub(deps);
  const found = await Promise.all(nodes.map(async (node) => ((await hub.isReachable(node.id).catch(() => false)) ? [node] : [])));
  return found.flat();
}

/** Until it is heard, or broken on the way, or late: then it is broken at the first stage that is missing. */
async function watch(deps: Deps, { client }: Hospital, run: LedRun, listener: Listener, signal: AbortSignal): Promise<Ending> {
  for (;;) {
    if (signal.aborted) return { state: 'interrupted' };
    const isLate = deps.clock() >= run.deadline;
    if (listener.heard()) await client.canaryRun.updateMany({ where: { id: run.id, heardAt: null }, data: { heardAt: new Date(deps.clock()) } });
    const row = await client.canaryRun.findUniqueOrThrow({ where: { id: run.id } });
    if (row.brokenStage !== null) return { state: 'broken', stage: row.brokenStage, reason: row.reason ?? '' };
    const stage = firstMissing(timesOf(row));
    if (stage === null) return { state: 'passed' };
    if (isLate) return { state: 'broken', stage, reason: LATE_REASON[stage] };
    await pause(LOOK_MS, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
