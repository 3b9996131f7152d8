import { createHash } from 'node:crypto';
import type { Clock } from '@readroom/shared/clock';
import { HOUR_MS, SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import { MOST_PRIORS, rankPriors } from '@readroom/shared/study/prior';
import type { PriorStudy } from '@readroom/shared/study/prior';
import type { StudySnapshot } from '@readroom/shared/study/study';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import type { Peer } from '../env.ts';
import { isUrgent } from '../flow/analysis-queue.ts';
import type { SetTimer } from '../infra/timers.ts';
import type { PriorRecord, SearchEntry } from './record.ts';
import { comparedOf } from './search.ts';

export interface SearchesOptions {
  /** Those that may be asked C-FIND. */
  readonly peers: readonly Peer[];
  readonly record: PriorRecord;
  readonly study: (studyUid: string) => StudySnapshot | null;
  readonly outbox: { put(body: EdgeUpBody): Promise<void> };
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  /** Asks one PACS. @throws AppError */
  readonly search: (peer: Peer, study: StudySnapshot) => Promise<PriorStudy[]>;
  readonly onAsked: (peer: Peer, error: AppError | null) => void;
  /** The priors of an urgent study, the most relevant first. */
  readonly onUrgent: (study: StudySnapshot, priors: readonly PriorStudy[]) => void;
}

export interface Searches extends Service {
  /** The priors of this study are wanted. Asked once for a study and patient, however often it is called. */
  wanted(studyUid: string): void;
  /** Studies whose priors are still to be asked for. */
  waiting(): number;
}

/** A search that fails is tried again after 30 s, 2 min, 8 min, 32 min and an hour; then somebody has to mend the PACS. */
const FIRST_RETRY_MS = 30 * SECOND_MS;
const MOST_ATTEMPTS = 6;
const MOST_WAITING = 5_000;

/**
 * Asks the PACS for the priors of each study, one study at a time, urgent ones first, and tells the gateway what it said:
 *
 *   wanted -> waiting --due--> asked of every PACS --> study-priors
 *                ^-- failed ------------+
 */
export function createSearches(options: SearchesOptions): Searches {
  const { record, clock, setTimer } = options;
  const waiting = new Map<string, SearchEntry>();
  let running: Promise<void> | null = null;
  let stopped = false;
  let cancel: () => void = () => undefined;

  function put(entry: SearchEntry): void {
    record.putSearch(entry);
    if (entry.isDone) waiting.delete(entry.studyUid);
    else waiting.set(entry.studyUid, entry);
  }

  function next(): SearchEntry | null {
    const due = [...waiting.values()].filter(({ dueAt }) => dueAt <= clock());
    return due.find(({ studyUid }) => isUrgent(options.study(studyUid)?.studyClass ?? null)) ?? due[0] ?? null;
  }

  function pump(): void {
    cancel();
    if (stopped || running) return;
    const entry = next();
    if (entry) {
      running = askFor(options, entry).then((asked) => {
        running = null;
        put(asked);
        pump();
      });
      running.catch(() => undefined);
      return;
    }
    const soonest = Math.min(...[...waiting.values()].map(({ dueAt }) => dueAt));
    if (Number.isFinite(soonest)) cancel = setTimer(pump, Math.max(0, soonest - clock()));
  }

  return {
    name: 'prior-searches',
    async start() {
      for (const entry of record.openSearches().slice(0, MOST_WAITING)) waiting.set(entry.studyUid, entry);
      pump();
    },
    async stop() {
      stopped = true;
      cancel();
      await running?.catch(() => undefined);
    },
    waiting: () => waiting.size,
    wanted(studyUid) {
      const patient = options.study(studyUid)?.patient;
      if (options.peers.length === 0 || !patient || patient.id === '' || waiting.size >= MOST_WAITING) return;
      const patientKey = keyOf(patient);
      if (record.search(studyUid)?.patientKey === patientKey) return;
      put({ studyUid, patientKey, isDone: false, attempts: 0, dueAt: clock() });
      pump();
    },
  };
}

/** Answers the entry as it is to be kept now: done, or due again. */
async function askFor(options: SearchesOptions, entry: SearchEntry): Promise<SearchEntry> {
  const study = options.study(entry.studyUid);
  if (!study) return { ...entry, isDone: true };
  const attempts = entry.attempts + 1;
  const askedAt = options.clock();
  const { priors, problem } = await askAll(options, study);
  const retryAt = askedAt + Math.min(HOUR_MS, FIRST_RETRY_MS * 4 ** entry.attempts);
  try {
    await options.outbox.put({ type: 'study-priors', study: options.study(entry.studyUid) ?? study, askedAt, priors, problem });
  } catch {
    // The outbox says itself what is wrong with it; a search is told again as one that failed.
    return { ...entry, attempts, isDone: attempts >= MOST_ATTEMPTS, dueAt: retryAt };
  }
  if (isUrgent(study.studyClass)) options.onUrgent(study, priors);
  return { ...entry, attempts, isDone: problem === null || attempts >= MOST_ATTEMPTS, dueAt: retryAt };
}

async function askAll(options: SearchesOptions, study: StudySnapshot): Promise<{ priors: PriorStudy[]; problem: string | null }> {
  const found = new Map<string, PriorStudy>();
  const problems: string[] = [];
  for (const peer of options.peers) {
    try {
      for (const prior of await options.search(peer, study)) if (!found.has(prior.studyUid)) found.set(prior.studyUid, prior);
      options.onAsked(peer, null);
    } catch (cause) {
      const error = cause instanceof AppError ? cause : new AppError('find-failed', { class: 'permanent', message: 'An internal error.', cause });
      options.onAsked(peer, error);
      problems.push(`${peer.aeTitle} could not be asked for priors. ${error.message}`);
    }
  }
  return { priors: rankPriors(comparedOf(study), [...found.values()], MOST_PRIORS), problem: problems.length === 0 ? null : problems.join(' ').slice(0, 300) };
}

function keyOf({ id, issuer, birthDate }: StudySnapshot['patient']): string {
  return createHash('sha256').update(JSON.stringify([id, issuer, birthDate])).digest('hex');
}
