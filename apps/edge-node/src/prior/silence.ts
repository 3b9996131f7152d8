import type { Clock } from '@readroom/shared/clock';
import type { SetTimer } from '../infra/timers.ts';

export interface Silence {
  heard(): void;
  end(): void;
}

/** Calls `onSilence` once when nothing was heard for `limitMs`. One timer, moved on when it fires. */
export function watchSilence({ clock, setTimer, limitMs, onSilence }: { readonly clock: Clock; readonly setTimer: SetTimer; readonly limitMs: number; readonly onSilence: () => void }): Silence {
  let heardAt = clock();
  let cancel: () => void = () => undefined;
  const look = (): void => {
    const left = heardAt + limitMs - clock();
    if (left <= 0) onSilence();
    else cancel = setTimer(look, left);
  };
  look();
  return {
    heard() {
      heardAt = clock();
    },
    end: () => cancel(),
  };
}
