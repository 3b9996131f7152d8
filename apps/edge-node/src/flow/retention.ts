import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import type { SetTimer } from '../infra/timers.ts';
import type { Held } from '../intake/index/instance-index.ts';
import type { Intake } from '../intake/intake.ts';
import type { Outbox } from '../outbox/outbox.ts';

export interface RetentionOptions {
  readonly intake: Pick<Intake, 'sweep' | 'held'>;
  readonly outbox: Pick<Outbox, 'studies' | 'put'>;
  /** Whatever else is known of a study, and goes with it. */
  readonly records: readonly { forget(studyUid: string): void }[];
  readonly keepMs: number;
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  readonly watch: { deleted(count: number): void; deletionFailed(error: AppError): void };
}

/** Deletes studies when their time is over (law ED4). */
export interface Retention extends Service {
  /** What is held, at most half a minute old. */
  held(): Held;
}

const EVERY_MS = 3_600_000;
const MOST_A_TURN = 16;
/** Between two turns, so that images are taken meanwhile. */
const BREATH_MS = 250;
const HELD_FOR_MS = 30_000;

export function createRetention({ intake, outbox, records, keepMs, clock, setTimer, watch }: RetentionOptions): Retention {
  let cancel: (() => void) | null = null;
  let known: { readonly held: Held; readonly at: number } | null = null;

  function turn(): void {
    let next = EVERY_MS;
    try {
      const { deleted, held, isCut } = intake.sweep({ keepMs, needed: () => outbox.studies(), most: MOST_A_TURN });
      for (const studyUid of deleted) records.forEach((record) => record.forget(studyUid));
      if (held.length > 0) watch.deleted(held.length);
      held.forEach(tell);
      if (isCut) next = BREATH_MS;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      watch.deletionFailed(error);
    }
    cancel = setTimer(turn, next);
  }

  /** One that is not told of is shown as held, until somebody asks for its images. */
  function tell(studyUid: string): void {
    outbox.put({ type: 'study-deleted', study: { studyUid } }).catch((error: unknown) => {
      if (error instanceof AppError) watch.deletionFailed(error);
    });
  }

  return {
    name: 'retention',
    held() {
      const now = clock();
      if (known === null || now - known.at >= HELD_FOR_MS) known = { held: intake.held(), at: now };
      return known.held;
    },
    start() {
      turn();
      return Promise.resolve();
    },
    stop() {
      cancel?.();
      return Promise.resolve();
    },
  };
}
