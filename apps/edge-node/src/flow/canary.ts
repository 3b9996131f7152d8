import { canaryResult } from '@readroom/shared/alert/canary-result';
import type { Clock } from '@readroom/shared/clock';
import { isAppError } from '@readroom/shared/error';
import type { CanaryAnswer, CanaryCommand } from '@readroom/shared/wire/edge-down';
import type { LinkLog } from '../link/link.ts';
import type { Outbox } from '../outbox/outbox.ts';

export interface CanaryOptions {
  readonly outbox: Pick<Outbox, 'put'>;
  readonly clock: Clock;
  /** Gateway clock minus ours in ms; null before the first hello. */
  readonly clockOffsetMs: () => number | null;
  readonly log: LinkLog;
}

/**
 * Law AL6: begins where a model's result begins, at the durable outbox, and answers whether it is there. A command that comes
 * after its time, over a link that was broken, is let go: nobody waits for it.
 */
export function createCanary({ outbox, clock, clockOffsetMs, log }: CanaryOptions): (command: CanaryCommand) => Promise<CanaryAnswer | null> {
  return async ({ runId, token, expiresAt }) => {
    const now = clock();
    if (now + (clockOffsetMs() ?? 0) > expiresAt) return null;
    const code = await outbox.put(canaryResult(token, now)).then(
      () => null,
      (error: unknown) => (isAppError(error) ? error.code : 'outbox-failed'),
    );
    if (code === null) log.info({ event: 'canary.queued', runId });
    else log.warn({ event: 'canary.not-queued', runId, code });
    return { runId, at: clock(), code };
  };
}
