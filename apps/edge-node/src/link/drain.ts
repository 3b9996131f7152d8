import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { edgeAckSchema, type EdgeAck, type EdgeUp } from '@readroom/shared/wire/edge-up';
import { z } from 'zod';
import type { Outbox } from '../outbox/outbox.ts';
import { backoffMs, type BackoffPolicy } from './backoff.ts';
import type { Session } from './session.ts';
import { pause } from './wait.ts';

/** Small enough that a slow gateway answers within the time-out, and that each answer settles something. */
export const BATCH_MESSAGES = 16;
export const BATCH_BYTES = 1_048_576;
const PUSH_TIMEOUT_MS = 30_000;
/** After an answer that left messages out (the gateway's database was away for a moment). */
const PARTIAL_BACKOFF: BackoffPolicy = { firstMs: 250, capMs: 10_000 };

const pushAnswerSchema = z.object({ acks: z.array(edgeAckSchema).max(BATCH_MESSAGES) });

export interface DrainOptions {
  readonly outbox: Outbox;
  readonly session: Session;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Called after each answer that settled something. */
  readonly onSettled: () => void;
}

/**
 * Tells the gateway everything the outbox holds, one batch in flight, until the session ends. A message is settled only
 * by the gateway's word, given after its commit; all else is given back and told again (law ED2).
 */
export async function drain(options: DrainOptions): Promise<void> {
  const { outbox, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    const batch = outbox.claim(BATCH_MESSAGES, BATCH_BYTES);
    if (batch.length === 0) {
      await somethingWaits(outbox, signal);
      continue;
    }
    const isWhole = await pushBatch(options, batch);
    failures = isWhole ? 0 : failures + 1;
    if (!isWhole) await pause(backoffMs(failures, options.random, PARTIAL_BACKOFF), signal);
  }
}

/** Answers whether every message of the batch was answered. Throws what ended the call, after giving the batch back. */
async function pushBatch({ outbox, session, clock, onSettled }: DrainOptions, batch: readonly EdgeUp[]): Promise<boolean> {
  const open = new Set(batch.map((message) => message.id));
  try {
    const acks = readAcks(await session.call('edge.push', { messages: batch, sentAt: clock() }, PUSH_TIMEOUT_MS), open);
    await outbox.settle(acks);
    if (acks.length > 0) onSettled();
    for (const ack of acks) open.delete(ack.id);
    return open.size === 0;
  } finally {
    outbox.release([...open]);
  }
}

function readAcks(answer: unknown, asked: ReadonlySet<string>): EdgeAck[] {
  const parsed = pushAnswerSchema.safeParse(answer);
  if (!parsed.success) throw new AppError('gateway-answer-invalid', { class: 'transient', message: 'The gateway answered a push in a way this node does not understand.' });
  return parsed.data.acks.filter((ack) => asked.has(ack.id));
}

function somethingWaits(outbox: Outbox, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      leave();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const leave = outbox.onWaiting(end);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
