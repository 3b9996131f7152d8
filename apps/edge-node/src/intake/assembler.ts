import type { Clock } from '@readroom/shared/clock';
import { completenessOf } from '@readroom/shared/study/completeness';
import type { Completeness, Counted } from '@readroom/shared/study/completeness';
import type { SetTimer } from '../infra/timers.ts';
import { QUIET, createQuietTimes } from './quiet-time.ts';
import type { QuietKind } from './quiet-time.ts';

/** What made us call a study assembled. */
export type Evidence = 'expected-count' | 'association-end' | 'quiet-time';

export interface AssemblerOptions {
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  /** What the objects held of a study say about how many there are. */
  readonly counts: (studyUid: string) => readonly Counted[];
  readonly onAssembled: (studyUid: string, evidence: Evidence) => void;
}

export interface Assembler {
  instanceStored(studyUid: string, sender: string, association: number): void;
  /** `studyUids` are those the association brought images of. */
  associationEnded(association: number, studyUids: readonly string[]): void;
  /** A study of an earlier life of the process, whose associations ended with it. */
  resume(studyUid: string, sender: string): void;
  /** Studies that are still waited for. */
  waiting(): number;
  stop(): void;
}

interface Waiting {
  readonly sender: string;
  readonly open: Set<number>;
  lastAt: number;
  /** When the last association that brought images of it ended; null while one is open. */
  endedAt: number | null;
  readonly longestPauseMs: Record<QuietKind, number>;
  cancel: () => void;
}

/**
 * Decides when a study is whole enough to be analysed, without a fixed wait: what the objects count, the end of the
 * association, and a silence learned from each sender. It is never wrong for good: a late image begins the study anew.
 */
export function createAssembler(options: AssemblerOptions): Assembler {
  const { clock, setTimer, counts, onAssembled } = options;
  const studies = new Map<string, Waiting>();
  /** The end of studies already assembled, so that a late image teaches how long its sender pauses. */
  const ended = new Map<string, number>();
  const quiet = createQuietTimes();

  function deadlineOf(study: Waiting, completeness: Completeness): { at: number; evidence: Evidence } {
    if (study.endedAt === null) return { at: study.lastAt + quiet.waitMs(study.sender, 'open'), evidence: 'quiet-time' };
    if (completeness === 'all-there') return { at: study.endedAt, evidence: 'expected-count' };
    // The association is gone and images are missing: a retry is more likely than not.
    if (completeness === 'some-missing') return { at: study.endedAt + QUIET.ended.maxMs, evidence: 'quiet-time' };
    return { at: study.endedAt + quiet.waitMs(study.sender, 'ended'), evidence: 'association-end' };
  }

  function check(studyUid: string, study: Waiting): void {
    study.cancel();
    const { at, evidence } = deadlineOf(study, study.endedAt === null ? 'unknown' : completenessOf(counts(studyUid)));
    const left = at - clock();
    if (left <= 0) return assembled(studyUid, study, evidence);
    study.cancel = setTimer(() => check(studyUid, study), left);
  }

  function assembled(studyUid: string, study: Waiting, evidence: Evidence): void {
    studies.delete(studyUid);
    quiet.learn(study.sender, 'open', study.longestPauseMs.open);
    quiet.learn(study.sender, 'ended', study.longestPauseMs.ended);
    remember(studyUid, study.endedAt ?? study.lastAt);
    onAssembled(studyUid, evidence);
  }

  function remember(studyUid: string, at: number): void {
    ended.delete(studyUid);
    ended.set(studyUid, at);
    const [oldest] = ended.keys();
    if (ended.size > MOST_ENDED && oldest !== undefined) ended.delete(oldest);
  }

  function begin(studyUid: string, sender: string): Waiting {
    const now = clock();
    const endedAt = ended.get(studyUid);
    if (endedAt !== undefined) quiet.learn(sender, 'ended', now - endedAt);
    const study: Waiting = { sender, open: new Set(), lastAt: now, endedAt: null, longestPauseMs: { open: 0, ended: 0 }, cancel: () => undefined };
    studies.set(studyUid, study);
    return study;
  }

  return {
    instanceStored(studyUid, sender, association) {
      const known = studies.get(studyUid);
      const study = known ?? begin(studyUid, sender);
      const now = clock();
      const kind = study.endedAt === null ? 'open' : 'ended';
      study.longestPauseMs[kind] = Math.max(study.longestPauseMs[kind], now - (study.endedAt ?? study.lastAt));
      study.open.add(association);
      study.lastAt = now;
      // One timer a study, moved on when it fires: not one an image.
      if (!known || study.endedAt !== null) {
        study.endedAt = null;
        check(studyUid, study);
      }
    },
    associationEnded(association, studyUids) {
      for (const studyUid of studyUids) {
        const study = studies.get(studyUid);
        if (!study?.open.delete(association) || study.open.size > 0) continue;
        study.endedAt = clock();
        check(studyUid, study);
      }
    },
    resume(studyUid, sender) {
      const study = studies.get(studyUid) ?? begin(studyUid, sender);
      if (study.open.size > 0) return;
      study.endedAt = clock();
      check(studyUid, study);
    },
    waiting: () => studies.size,
    stop() {
      studies.forEach((study) => study.cancel());
      studies.clear();
    },
  };
}

const MOST_ENDED = 2_000;
