import type { Peer } from '../env.ts';

export interface WantedPrior {
  readonly studyUid: string;
  readonly peer: Peer;
  /** A reader waits for it; else it is fetched in advance. */
  readonly isAwaited: boolean;
}

/** Priors that were asked for and are not ended; those being fetched are among them. */
export interface WantedPriors {
  has(studyUid: string): boolean;
  /** False when there is no room. One that is there already joins, and is awaited from then on if it is now. */
  put(wanted: WantedPrior): boolean;
  /** What readers wait for first, then in the order of asking. */
  next(isRunning: (studyUid: string) => boolean): WantedPrior | null;
  delete(studyUid: string): void;
}

const MOST = 50;
/** The rest is for readers. */
const MOST_IN_ADVANCE = 20;

export function createWantedPriors(): WantedPriors {
  const entries = new Map<string, WantedPrior>();
  return {
    has: (studyUid) => entries.has(studyUid),
    put(wanted) {
      const known = entries.get(wanted.studyUid);
      if (!known && entries.size >= (wanted.isAwaited ? MOST : MOST_IN_ADVANCE)) return false;
      entries.set(wanted.studyUid, known ? { ...known, isAwaited: known.isAwaited || wanted.isAwaited } : wanted);
      return true;
    },
    next(isRunning) {
      const waiting = [...entries.values()].filter(({ studyUid }) => !isRunning(studyUid));
      return waiting.find(({ isAwaited }) => isAwaited) ?? waiting[0] ?? null;
    },
    delete: (studyUid) => void entries.delete(studyUid),
  };
}
