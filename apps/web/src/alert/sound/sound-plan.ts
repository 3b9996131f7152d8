import { SECOND_MS } from '@readroom/shared/clock';
import type { Alert } from '@readroom/shared/alert/alert';

/** Silence between two rounds of the critical tone. */
export const REPEAT_MS = 6 * SECOND_MS;

export interface SoundMemory {
  /** When the last critical round ended, on the page's clock. */
  readonly criticalEndedAt: number | null;
  /** Urgent alerts that had their one soft sound. */
  readonly urgentDone: ReadonlySet<string>;
}

export const SILENT_MEMORY: SoundMemory = { criticalEndedAt: null, urgentDone: new Set() };

export interface PlannedSound {
  readonly severity: 'critical' | 'urgent';
  /** The alerts this sound stands for. */
  readonly alertIds: readonly string[];
}

/**
 * What should sound now, if anything. Critical: again and again until somebody acknowledges. Urgent: once, softly.
 * Routine and withdrawn: never (AL8: what was withdrawn wants a look, not a noise).
 */
export function planSound(open: readonly Alert[], memory: SoundMemory, now: number): PlannedSound | null {
  const audible = open.filter((alert) => !alert.withdrawn);
  const critical = audible.filter((alert) => alert.severity === 'critical');
  if (critical.length > 0) {
    const waited = memory.criticalEndedAt === null || now - memory.criticalEndedAt >= REPEAT_MS;
    return waited ? { severity: 'critical', alertIds: critical.map((alert) => alert.id) } : null;
  }
  const urgent = audible.filter((alert) => alert.severity === 'urgent' && !memory.urgentDone.has(alert.id));
  return urgent.length > 0 ? { severity: 'urgent', alertIds: urgent.map((alert) => alert.id) } : null;
}

export function afterSound(memory: SoundMemory, sound: PlannedSound, endedAt: number): SoundMemory {
  if (sound.severity === 'critical') return { ...memory, criticalEndedAt: endedAt };
  return { ...memory, urgentDone: new Set([...memory.urgentDone, ...sound.alertIds]) };
}
