import type { Hospital, HospitalTx } from '@readroom/db';
import type { AlertEventMessage } from '@readroom/shared/alert/alert';
import { isCanaryResult } from '@readroom/shared/alert/canary-result';
import { AppError } from '@readroom/shared/error';
import type { EdgeUp, EdgeUpBody } from '@readroom/shared/wire/edge-up';
import type { Deps } from '../../infra/deps.ts';
import { isDatabaseDown } from '../../http/errors.ts';
import type { Speaker } from '../../study/ingest.ts';
import { isConflict } from '../../study/retry.ts';
import { climbOneStep } from '../escalation/escalate.ts';
import { prepare } from '../notify/deliver.ts';

export interface AskedRun {
  readonly id: string;
  readonly begunAt: Date;
  readonly isRunning: boolean;
}

/**
 * AL6: the run this message answers; null for every real result. It counts only as what the gateway asked this very node for, with
 * the token it made for it, byte for byte; late or again it still counts, and changes nothing.
 */
export async function askedRun(tx: HospitalTx, { nodeId }: Speaker, body: EdgeUpBody): Promise<AskedRun | null> {
  if (body.type !== 'study-analysed') return null;
  const token = body.analysis.evidence;
  if (!isCanaryResult(body, token)) return null;
  const run = await tx.canaryRun.findUnique({ where: { token }, select: { id: true, nodeId: true, begunAt: true, state: true } });
  return run?.nodeId === nodeId ? { id: run.id, begunAt: run.begunAt, isRunning: run.state === 'running' } : null;
}

export interface Rehearsal {
  readonly hospital: Hospital;
  readonly speaker: Speaker;
  readonly message: EdgeUp;
  readonly revision: number;
  /** When the message came, ms since epoch. */
  readonly receivedAt: number;
}

/** Everything a real result does in this transaction; answers the alerts it raised. */
export type Work = () => Promise<readonly AlertEventMessage[]>;

/**
 * AL6: does with a canary all that is done with a real result (study, analysis, rank, list row, alert, calls, audit), then takes it
 * all back inside the same transaction and keeps the times alone. What failed is on the run; only what may be tried again is thrown.
 */
export async function rehearse(tx: HospitalTx, deps: Deps, run: AskedRun, { hospital, speaker, message, revision, receivedAt }: Rehearsal, work: Work): Promise<void> {
  const corrected = (edgeMs: number): Date => new Date(Math.max(run.begunAt.getTime(), Math.min(edgeMs + speaker.clockOffsetMs, receivedAt)));
  const arrived = { queuedAt: corrected(message.queuedAt), emittedAt: corrected(speaker.sentAt ?? message.queuedAt), receivedAt: new Date(receivedAt), revision: BigInt(revision) };
  const done = await inSavepoint(tx, () => goThrough(tx, deps, hospital, work)).catch((error: unknown) => failureOf(deps, run, error));
  await tx.canaryRun.updateMany({ where: { id: run.id, state: 'running' }, data: { ...arrived, ...done } });
}

async function inSavepoint<T>(tx: HospitalTx, work: () => Promise<T>): Promise<T> {
  await tx.$executeRawUnsafe('savepoint canary');
  try {
    return await work();
  } finally {
    await tx.$executeRawUnsafe('rollback to savepoint canary');
  }
}

async function goThrough(tx: HospitalTx, deps: Deps, hospital: Hospital, work: Work) {
  const [raised] = await work();
  const raisedAt = new Date(deps.clock());
  if (!raised) return { brokenStage: 'raised', reason: 'no-alert' };
  const climbed = await climbOneStep(tx, deps, hospital, raised.alert.id, deps.clock());
  const escalatedAt = new Date(deps.clock());
  if (climbed === 0) return { raisedAt, brokenStage: 'escalated', reason: 'no-step' };
  const messages = await tx.notification.findMany({ where: { alertId: raised.alert.id }, include: { channel: true } });
  try {
    for (const one of messages) prepare(deps, one);
  } catch (error) {
    deps.log.error({ event: 'canary.channel-unreadable', err: error });
    return { raisedAt, escalatedAt, brokenStage: 'notified', reason: 'channel-unreadable' };
  }
  return { raisedAt, escalatedAt, notifiedAt: new Date(deps.clock()) };
}

function failureOf(deps: Deps, run: AskedRun, error: unknown) {
  if (isConflict(error) || isDatabaseDown(error)) throw error;
  deps.log.error({ event: 'canary.transaction-failed', runId: run.id, err: error });
  return { brokenStage: 'raised', reason: error instanceof AppError ? error.code : 'transaction-failed' };
}
