import { z } from 'zod';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../clock.ts';

/**
 * AL6: the way of a synthetic critical finding, in its order. What is between `received` and `committed` is done in the gateway's
 * one transaction and taken back in it, the calls as a rehearsal that sends nothing.
 *
 *   asked -> queued -> emitted -> received -> raised -> escalated -> notified -> committed -> pushed -> heard
 *   gateway   edge's outbox, link             gateway's transaction                          a client of the gateway
 */
export const canaryStageSchema = z.enum(['asked', 'queued', 'emitted', 'received', 'raised', 'escalated', 'notified', 'committed', 'pushed', 'heard']);
export type CanaryStage = z.infer<typeof canaryStageSchema>;

export const STAGE_TEXT: { readonly [S in CanaryStage]: string } = {
  asked: 'asking an edge node',
  queued: 'storing in the edge node’s outbox',
  emitted: 'sending from the edge node',
  received: 'arriving at the gateway',
  raised: 'raising the alert',
  escalated: 'escalating',
  notified: 'writing the messages to people',
  committed: 'committing to the database',
  pushed: 'pushing to open browsers',
  heard: 'arriving at a browser',
};

/** `interrupted`: its gateway stopped in the middle; it proves nothing either way and is run again. */
export const canaryStateSchema = z.enum(['running', 'passed', 'broken', 'interrupted']);
export type CanaryState = z.infer<typeof canaryStateSchema>;

/** ms since epoch of each stage; null where it was not reached. */
export const canaryTimesSchema = z.record(canaryStageSchema, z.number().int().nullable());
export type CanaryTimes = z.infer<typeof canaryTimesSchema>;

/** The first stage without a time; null when all were reached. */
export function firstMissing(times: CanaryTimes): CanaryStage | null {
  return canaryStageSchema.options.find((stage) => times[stage] === null) ?? null;
}

const REASON_TEXT: { readonly [code: string]: string } = {
  'no-node': 'No edge node is enrolled here: add one under Edge nodes.',
  'node-offline': 'No edge node is connected: look at the node’s own page and at the network.',
  'node-version': 'The connected edge node knows no canary yet (canary not supported by node version): update it.',
  'node-silent': 'The edge node was asked and did not answer: look at its log.',
  'not-sent': 'The result waits in the edge node’s outbox and was not sent: look at the node’s log and at the network.',
  'not-received': 'The gateway did not take the result in: look at its log.',
  'not-committed': 'The database did not commit in time: look at the gateway’s log and at PostgreSQL.',
  'transaction-failed': 'The transaction that raises an alert failed: look at the gateway’s log.',
  'no-alert': 'The critical finding raised no alert: report this as a fault of Readroom.',
  'no-step': 'The alert climbed no step: look at the escalation policy.',
  'channel-unreadable': 'The secret of a channel can’t be read: remove the channel and add it again.',
  'not-pushed': 'The gateway told no browser in time: look at its log.',
  'not-heard': 'A browser of the gateway’s own heard nothing: look at the gateway’s log, and at Redis where there are several gateways.',
  'listener-refused': 'The gateway let no browser in: look at its log and at the database.',
  'gateway-ended': 'The gateway stopped twice in the middle of a run: look at its log.',
  'disk-full': 'The edge node’s disk is full.',
  'outbox-full': 'The edge node’s outbox is full.',
};

/** What went wrong and what to do; a code of the edge's own without a sentence here stands as it is. */
export function reasonText(code: string): string {
  return REASON_TEXT[code] ?? `The edge node says: ${code}. Look at its log.`;
}

/** Why a run that reached its limit stands where it stands. */
export const LATE_REASON: { readonly [S in CanaryStage]: string } = {
  asked: 'node-offline', queued: 'node-silent', emitted: 'not-sent', received: 'not-received', raised: 'no-alert', escalated: 'no-step', notified: 'channel-unreadable', committed: 'not-committed', pushed: 'not-pushed', heard: 'not-heard',
};

export const CANARY_BOUNDS = { everyMs: [5 * MINUTE_MS, 24 * HOUR_MS], limitMs: [30 * SECOND_MS, 10 * MINUTE_MS] } as const;

export const canarySettingSchema = z.object({
  /** Null: switched off. */
  everyMs: z.number().int().min(CANARY_BOUNDS.everyMs[0], 'Every 5 minutes at most.').max(CANARY_BOUNDS.everyMs[1], 'Every 24 hours at least.').nullable(),
  /** A run that takes longer is broken. */
  limitMs: z.number().int().min(CANARY_BOUNDS.limitMs[0], 'At least 30 seconds.').max(CANARY_BOUNDS.limitMs[1], 'At most 10 minutes.'),
  /** Whom a reader calls while the path is broken; empty says "IT". */
  contact: z.string().trim().max(120),
});
export type CanarySetting = z.infer<typeof canarySettingSchema>;

export interface DueFacts {
  readonly setting: Pick<CanarySetting, 'everyMs'> & { readonly changedAt: number };
  readonly last: { readonly state: CanaryState; readonly begunAt: number } | null;
  readonly isBroken: boolean;
}

/** While the path is broken it is tried this often, so that its mending is seen soon. */
const BROKEN_EVERY_MS = MINUTE_MS;

/** Whether a run has to begin at `now`. The first comes one interval after the hospital was made, when its nodes have had time to connect. */
export function canaryDue({ setting, last, isBroken }: DueFacts, now: number): boolean {
  if (setting.everyMs === null || last?.state === 'running') return false;
  if (last === null) return now - setting.changedAt >= setting.everyMs;
  if (last.state === 'interrupted') return true;
  return now - last.begunAt >= (isBroken ? Math.min(BROKEN_EVERY_MS, setting.everyMs) : setting.everyMs);
}

/** What everybody of the hospital may know of the path. */
export const pathViewSchema = canarySettingSchema.extend({
  changedBy: z.string(),
  changedAt: z.number().int(),
  /** When a run last passed. */
  provedAt: z.number().int().nullable(),
  outage: z.object({ since: z.number().int(), stage: canaryStageSchema, reason: z.string() }).nullable(),
});
export type PathView = z.infer<typeof pathViewSchema>;

export type PathState = 'proved' | 'broken' | 'off' | 'unproved';

/** `unproved`: on, not broken, and no run passed for two intervals (or ever): the gateways did not run, or it is new. */
export function pathState({ everyMs, limitMs, provedAt, outage }: Pick<PathView, 'everyMs' | 'limitMs' | 'provedAt' | 'outage'>, now: number): PathState {
  if (outage !== null) return 'broken';
  if (everyMs === null) return 'off';
  return provedAt !== null && now - provedAt <= 2 * everyMs + limitMs ? 'proved' : 'unproved';
}

export const canaryRunSchema = z.object({
  id: z.uuid(),
  /** The node asked; null when none was. */
  node: z.string().nullable(),
  state: canaryStateSchema,
  begunAt: z.number().int(),
  endedAt: z.number().int().nullable(),
  times: canaryTimesSchema,
  brokenStage: canaryStageSchema.nullable(),
  reason: z.string().nullable(),
});
export type CanaryRun = z.infer<typeof canaryRunSchema>;
