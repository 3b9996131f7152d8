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

interface Waiting {
  readonly sender: string;
  readonly open: Set<number>;
  lastAt: number;
  /** When the last association that brought images of it ended; null while one is open. */
  endedAt: number | null;
  readonly longestPauseMs: Record<QuietKind, number>;
  cancel: () => void;
}

/** Studies whose end is remembered, so that a late image teaches how long its sender pauses. */
const MOST_ENDED = 2_000;

/**
 * Decides when a study is whole enough to be analysed, without a fixed wait: what the objects count, the end of the
 * association, and a silence learned from each sender. It is never wrong for good: a late image begins the study anew.
 */
export class Assembler {
  readonly #options: AssemblerOptions;
  readonly #studies = new Map<string, Waiting>();
  readonly #ended = new Map<string, number>();
  readonly #quiet = createQuietTimes();

  constructor(options: AssemblerOptions) {
    this.#options = options;
  }

  instanceStored(studyUid: string, sender: string, association: number): void {
    const known = this.#studies.get(studyUid);
    const study = known ?? this.#begin(studyUid, sender);
    const now = this.#options.clock();
    const kind = study.endedAt === null ? 'open' : 'ended';
    study.longestPauseMs[kind] = Math.max(study.longestPauseMs[kind], now - (study.endedAt ?? study.lastAt));
    study.open.add(association);
    study.lastAt = now;
    // One timer a study, moved on when it fires: not one an image.
    if (known && study.endedAt === null) return;
    study.endedAt = null;
    this.#check(studyUid, study);
  }

  /** `studyUids` are those the association brought images of. */
  associationEnded(association: number, studyUids: readonly string[]): void {
    for (const studyUid of studyUids) {
      const study = this.#studies.get(studyUid);
      if (!study?.open.delete(association) || study.open.size > 0) continue;
      study.endedAt = this.#options.clock();
      this.#check(studyUid, study);
    }
  }

  /** A study of an earlier life of the process, whose associations ended with it. */
  resume(studyUid: string, sender: string): void {
    const study = this.#studies.get(studyUid) ?? this.#begin(studyUid, sender);
    if (study.open.size > 0) return;
    study.endedAt = this.#options.clock();
    this.#check(studyUid, study);
  }

  /** Studies that are still waited for. */
  waiting(): number {
    return this.#studies.size;
  }

  stop(): void {
    this.#studies.forEach((study) => study.cancel());
    this.#studies.clear();
  }

  #begin(studyUid: string, sender: string): Waiting {
    const now = this.#options.clock();
    const endedAt = this.#ended.get(studyUid);
    if (endedAt !== undefined) this.#quiet.learn(sender, 'ended', now - endedAt);
    const study: Waiting = { sender, open: new Set(), lastAt: now, endedAt: null, longestPauseMs: { open: 0, ended: 0 }, cancel: () => undefined };
    this.#studies.set(studyUid, study);
    return study;
  }

  #deadlineOf(study: Waiting, completeness: Completeness): { at: number; evidence: Evidence } {
    if (study.endedAt === null) return { at: study.lastAt + this.#quiet.waitMs(study.sender, 'open'), evidence: 'quiet-time' };
    if (completeness === 'all-there') return { at: study.endedAt, evidence: 'expected-count' };
    // The association is gone and images are missing: a retry is more likely than not.
    if (completeness === 'some-missing') return { at: study.endedAt + QUIET.ended.maxMs, evidence: 'quiet-time' };
    return { at: study.endedAt + this.#quiet.waitMs(study.sender, 'ended'), evidence: 'association-end' };
  }

  #check(studyUid: string, study: Waiting): void {
    study.cancel();
    const { at, evidence } = this.#deadlineOf(study, study.endedAt === null ? 'unknown' : completenessOf(this.#options.counts(studyUid)));
    const left = at - this.#options.clock();
    if (left <= 0) return this.#assembled(studyUid, study, evidence);
    study.cancel = this.#options.setTimer(() => this.#check(studyUid, study), left);
  }

  #assembled(studyUid: string, study: Waiting, evidence: Evidence): void {
    this.#studies.delete(studyUid);
    this.#quiet.learn(study.sender, 'open', study.longestPauseMs.open);
    this.#quiet.learn(study.sender, 'ended', study.longestPauseMs.ended);
    this.#ended.delete(studyUid);
    this.#ended.set(studyUid, study.endedAt ?? study.lastAt);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > MOST_ENDED && oldest !== undefined) this.#ended.delete(oldest);
    this.#options.onAssembled(studyUid, evidence);
  }
}
