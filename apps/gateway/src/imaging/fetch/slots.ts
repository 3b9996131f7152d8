import { SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { perDeps } from '../../infra/deps.ts';

/** Fetches from edge nodes at once, and browsers' wishes that wait for their turn. */
const CONCURRENT = 64;
const MAX_WAITING = 2_000;
const TURN_TIMEOUT_MS = 30 * SECOND_MS;

/** A turn-taker with a limit on everything: how many run, how many wait, how long. */
export class Slots {
  #running = 0;
  readonly #waiting = new Set<() => void>();

  /** Answers what gives the slot back. Throws `busy` (transient), or what the signal was aborted with. */
  async take(signal: AbortSignal): Promise<() => void> {
    if (this.#running < CONCURRENT) this.#running += 1;
    else await this.#turn(signal);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#release();
    };
  }

  #release(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#running -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= MAX_WAITING) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(busy()), TURN_TIMEOUT_MS);
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    this.#waiting.add(resolve);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      this.#waiting.delete(resolve);
    }
  }
}

function busy(): AppError {
  return new AppError('busy', { class: 'transient', message: 'Too many images are being fetched at this moment. Try again in a moment.' });
}

export const slots = perDeps(() => new Slots());
