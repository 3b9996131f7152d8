import type { Alert } from '@readroom/shared/alert/alert';
import type { SoundBox } from './sound-box.ts';
import { afterSound, planSound, SILENT_MEMORY, type SoundMemory } from './sound-plan.ts';

export interface SounderDeps {
  readonly box: SoundBox;
  now(): number;
  open(): readonly Alert[];
  sounded(alertId: string): void;
  /** Holds the right to sound among the windows of this computer; without it another window already sounds. */
  hasTurn(): boolean;
}

export interface Sounder {
  /** Looks whether something should sound, now that an alert changed or a second passed. */
  look(): Promise<void>;
}

/** One sound at a time; what it stood for is reported only after it ended. */
export function createSounder(deps: SounderDeps): Sounder {
  let memory: SoundMemory = SILENT_MEMORY;
  let playing = false;
  return {
    async look() {
      if (playing || !deps.hasTurn() || deps.box.state() !== 'ready') return;
      const sound = planSound(deps.open(), memory, deps.now());
      if (!sound) return;
      playing = true;
      try {
        const ended = await deps.box.play(sound.severity);
        if (!ended) return;
        memory = afterSound(memory, sound, deps.now());
        for (const alertId of sound.alertIds) deps.sounded(alertId);
      } finally {
        playing = false;
      }
    },
  };
}

const LOCK = 'readroom.alert-sound';

/**
 * Two windows on two monitors must not ring against each other. The first window that may sound holds a lock until it is
 * closed; where the browser has no locks (plain http on a LAN) every window sounds, rather than none.
 */
export function createTurn(locks: LockManager | undefined): { take(): void; has(): boolean; drop(): void } {
  let held = locks === undefined;
  let asked = false;
  let release: (() => void) | null = null;
  return {
    take() {
      if (asked || locks === undefined) return;
      asked = true;
      const whileOpen = new Promise<void>((resolve) => {
        release = resolve;
      });
      void locks
        .request(LOCK, () => {
          held = true;
          return whileOpen;
        })
        .catch(() => {
          held = true;
        });
    },
    has: () => held,
    drop: () => release?.(),
  };
}
