import { isAppError } from '@readroom/shared/error';
import type { SetTimer } from '../infra/timers.ts';

export interface TellerOptions {
  /** Says what is known of the study now, durably; does nothing when it was said already. */
  readonly tell: (studyUid: string) => Promise<void>;
  readonly setTimer: SetTimer;
  readonly onDelayed: (code: string) => void;
}

export interface Teller {
  /** Tells at once when the study was not told of lately, else with what comes until then. */
  changed(studyUid: string): void;
  /** Tells now. Rejects when it can't. */
  now(studyUid: string): Promise<void>;
  stop(): Promise<void>;
}

/** A study of 500 images is told of a few times while it arrives, not 500. */
const EVERY_MS = 2_000;
const RETRY_MS = 5_000;

export function createTeller({ tell, setTimer, onDelayed }: TellerOptions): Teller {
  /** Studies told of lately; the value says whether they changed since. */
  const lately = new Map<string, { changed: boolean; cancel: () => void }>();
  const running = new Set<Promise<void>>();

  function now(studyUid: string): Promise<void> {
    const work = tell(studyUid);
    running.add(work);
    void work.catch(() => undefined).finally(() => running.delete(work));
    return work;
  }

  function tellAndHold(studyUid: string): void {
    const held = { changed: false, cancel: setTimer(() => release(studyUid), EVERY_MS) };
    lately.set(studyUid, held);
    now(studyUid).catch((error: unknown) => {
      onDelayed(isAppError(error) ? error.code : 'unexpected');
      held.cancel();
      held.changed = true;
      held.cancel = setTimer(() => release(studyUid), RETRY_MS);
    });
  }

  function release(studyUid: string): void {
    const held = lately.get(studyUid);
    lately.delete(studyUid);
    if (held?.changed) tellAndHold(studyUid);
  }

  return {
    changed(studyUid) {
      const held = lately.get(studyUid);
      if (held) held.changed = true;
      else tellAndHold(studyUid);
    },
    now,
    async stop() {
      lately.forEach((held) => held.cancel());
      lately.clear();
      await Promise.allSettled(running);
    },
  };
}
