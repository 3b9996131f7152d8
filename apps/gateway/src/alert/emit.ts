import type { Hospital } from '@readroom/db';
import type { AlertEventMessage } from '@readroom/shared/alert/alert';
import type { Service } from '@readroom/shared/service';
import { z } from 'zod';
import { perDeps } from '../infra/deps.ts';
import type { Deps } from '../infra/deps.ts';
import { rooms } from '../infra/rt.ts';
import { ALERT_PARTS, EVENT, emittedKey, silent, stepsOf, withStep } from './alert-view.ts';
import type { AlertRow } from './alert-view.ts';

/** `rt:alert` to everybody of the organisation who may know the patient; IT hears nothing of it. */
export const ALERT_EVENT = 'rt:alert';
/** `rt:canary` (AL6) goes where an alert goes; pages take no notice of it, the gateway's own listener does. */
export const CANARY_EVENT = 'rt:canary';
/** Redis channel: the payload is the id of an organisation whose alerts changed. */
const CHANNEL = 'readroom:alert';
/** Alerts read in one look; the next look goes on from there. */
const PAGE = 500;

/**
 * The browsers of this gateway follow the committed alerts, by revision, out of the database: a publication only says
 * "look", so neither a lost one nor a Redis that is down loses an alert (AL4): the loop looks once a second anyway.
 */
class AlertPush {
  readonly #deps: Deps;
  /** Per organisation with listeners here: the last revision they were told of, and the end of the looks asked for. */
  readonly #told = new Map<string, number>();
  readonly #canariesTold = new Map<string, bigint>();
  readonly #looks = new Map<string, Promise<void>>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** One look after those already asked for. Never rejects: the next look tries again. */
  look(organisation: string): Promise<void> {
    const before = this.#looks.get(organisation) ?? Promise.resolve();
    const look = before.then(() => this.#look(organisation)).catch((error: unknown) => this.#deps.log.warn({ event: 'alert.push-failed', organisation, err: error }));
    this.#looks.set(organisation, look);
    return look;
  }

  /** Whether a browser of this gateway listens for the organisation's alerts. */
  hasListeners(organisation: string): boolean {
    return this.#deps.rt.io.of('/').adapter.rooms.has(rooms.named(organisation));
  }

  /** A canary comes after the alerts: what keeps them from being told keeps it too. */
  async #look(organisation: string): Promise<void> {
    await this.#tellAlerts(organisation);
    await this.#tellCanaries(organisation);
  }

  async #tellAlerts(organisation: string): Promise<void> {
    if (!this.hasListeners(organisation)) return void this.#told.delete(organisation);
    const hospital = await this.#deps.hospital(organisation);
    const told = this.#told.get(organisation);
    // Nobody here was told anything yet; who connects is told every open alert by itself (sockets.ts).
    if (told === undefined) return void this.#told.set(organisation, await readHead(hospital));
    const rows = await hospital.client.alert.findMany({ where: { revision: { gt: BigInt(told) } }, orderBy: { revision: 'asc' }, take: PAGE, include: ALERT_PARTS });
    for (const row of rows) {
      for (const message of messagesOf(organisation, row, told)) this.#deps.rt.io.local.to(rooms.named(organisation)).emit(ALERT_EVENT, message);
      this.#told.set(organisation, Number(row.revision));
    }
    await markEmitted(this.#deps, hospital, rows.flatMap((row) => newSteps(row, told).map((name) => ({ alertId: row.id, name }))));
  }

  /** The same way for a canary: committed rows by revision, to the same rooms and to the listener's. */
  async #tellCanaries(organisation: string): Promise<void> {
    const { adapter } = this.#deps.rt.io.of('/');
    if (!adapter.rooms.has(rooms.canary(organisation))) return void this.#canariesTold.delete(organisation);
    const { client } = await this.#deps.hospital(organisation);
    const told = this.#canariesTold.get(organisation);
    if (told === undefined) {
      const { _max } = await client.canaryRun.aggregate({ _max: { revision: true } });
      return void this.#canariesTold.set(organisation, _max.revision ?? 0n);
    }
    const rows = await client.canaryRun.findMany({ where: { revision: { gt: told }, committedAt: { not: null } }, orderBy: { revision: 'asc' }, take: PAGE, select: { id: true, revision: true } });
    for (const { id, revision } of rows) {
      this.#deps.rt.io.local.to([rooms.named(organisation), rooms.canary(organisation)]).emit(CANARY_EVENT, { id });
      this.#canariesTold.set(organisation, revision ?? told);
      await client.canaryRun.updateMany({ where: { id, pushedAt: null }, data: { pushedAt: new Date(this.#deps.clock()) } });
    }
  }
}

const alertPush = perDeps((deps) => new AlertPush(deps));

/** After the commit: this gateway's browsers are told, and the other gateways are asked to look. Never throws. */
export async function emitAlerts(deps: Deps, organisation: string, changed: readonly AlertEventMessage[]): Promise<void> {
  if (changed.length === 0) return;
  publish(deps, organisation);
  await alertPush(deps).look(organisation);
}

/** AL6: what `emitAlerts` does for an alert, after the commit. Never throws. */
export async function emitCanary(deps: Deps, organisation: string, runId: string): Promise<void> {
  try {
    const { client } = await deps.hospital(organisation);
    await client.canaryRun.updateMany({ where: { id: runId, state: 'running', committedAt: null, notifiedAt: { not: null } }, data: { committedAt: new Date(deps.clock()) } });
  } catch (error) {
    deps.log.warn({ event: 'canary.commit-not-recorded', organisation, err: error });
  }
  publish(deps, organisation);
  await alertPush(deps).look(organisation);
}

function publish(deps: Deps, organisation: string): void {
  deps.redis?.publish(CHANNEL, organisation).catch(() => deps.metrics.counter('readroom_alert_publish_failed_total', 'Publications Redis did not take').inc());
}

/** Looks for what another gateway changed; the loop's part of the push. */
export function followAlerts(deps: Deps, organisation: string): Promise<void> {
  return alertPush(deps).look(organisation);
}

/** Hears the other gateways, where there is Redis. */
export function alertFollower(deps: Deps): Service {
  let subscriber: ReturnType<NonNullable<Deps['redis']>['duplicate']> | undefined;
  return {
    name: 'alert-follower',
    async start() {
      subscriber = deps.redis?.duplicate();
      subscriber?.on('error', (error: unknown) => deps.log.warn({ event: 'alert.subscriber', err: error }));
      await subscriber?.connect();
      await subscriber?.subscribe(CHANNEL, (organisation) => void alertPush(deps).look(organisation));
    },
    async stop() {
      if (subscriber?.isOpen) subscriber.destroy();
    },
  };
}

async function readHead(hospital: Hospital): Promise<number> {
  const { _max } = await hospital.client.alert.aggregate({ _max: { revision: true } });
  return Number(_max.revision ?? 0n);
}

/** Every step recorded since, in order; a change without a step is told silently. */
function messagesOf(organisation: string, row: AlertRow, told: number): AlertEventMessage[] {
  const steps = newSteps(row, told);
  return steps.length === 0 ? [silent(organisation, row)] : steps.map((name) => withStep(organisation, row, name));
}

const recordedSchema = z.object({ revision: z.number().int() });

/** Steps carry the revision that recorded them, so that each gateway knows which of them its browsers have not heard. */
function newSteps(row: AlertRow, told: number): string[] {
  return stepsOf(row)
    .filter(({ detail }) => (recordedSchema.safeParse(detail).data?.revision ?? 0) > told)
    .map((event) => event.key);
}

interface SentStep {
  readonly alertId: string;
  readonly name: string;
}

/** AL2: the step left for at least one connected browser. The first to send it is recorded. */
export async function markEmitted(deps: Deps, hospital: Hospital, sent: readonly SentStep[]): Promise<void> {
  if (sent.length === 0) return;
  const at = new Date(deps.clock());
  await hospital.client.alertEvent.createMany({
    data: sent.map(({ alertId, name }) => ({ id: deps.makeId(), alertId, key: emittedKey(name), step: EVENT.emitted, at })),
    skipDuplicates: true,
  });
}
