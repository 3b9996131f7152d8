import { randomBytes } from 'node:crypto';
import type { StudyClass } from '@readroom/shared/dicom/study-class';
import { isAppError } from '@readroom/shared/error';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import type { Service } from '@readroom/shared/service';
import { studyMachine } from '@readroom/shared/study/study-state';
import type { StudyEvent, StudyState } from '@readroom/shared/study/study-state';
import type { StudySnapshot } from '@readroom/shared/study/study';
import type { AnalyseAnswer, AnalyseStudy, CancelAnalysis } from '@readroom/shared/wire/edge-down';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import type { SetTimer } from '../infra/timers.ts';
import type { Store } from '../intake/store.ts';
import { createAnalysisQueue } from './analysis-queue.ts';
import type { Progress } from './progress.ts';
import { createTeller } from './teller.ts';

/** The inference of a study, as the flow needs it. */
export interface Analyser {
  analyse(request: {
    readonly study: { readonly studyUid: string; readonly complete: boolean; readonly images: readonly { readonly sopInstanceUid: string; readonly modality: string }[]; read(uid: string): Promise<Uint8Array> };
    readonly studyClass: StudyClass | null;
    readonly signal: AbortSignal;
  }): Promise<AnalysisResult[]>;
  state(): { readonly models: readonly { readonly modalities: readonly string[] }[] };
}

export interface FlowOptions {
  readonly store: Store;
  readonly outbox: { put(body: EdgeUpBody, traceparent?: string | null): Promise<void> };
  readonly analyser: Analyser;
  readonly progress: Progress;
  readonly setTimer: SetTimer;
  readonly watch: FlowWatch;
  /** Asks assembly to decide about a study of an earlier life. */
  readonly resume: (studyUid: string, sender: string) => void;
}

export interface FlowWatch {
  analysed(results: readonly AnalysisResult[]): void;
  /** Something of the flow waits to be tried again. `code` is an AppError's. */
  delayed(step: 'tell' | 'analyse', code: string): void;
}

export interface StudyFlow extends Service {
  /** An instance was stored. */
  changed(studyUid: string): void;
  assembled(studyUid: string): void;
  isComplete(studyUid: string): boolean;
  analyseStudy(command: AnalyseStudy): AnalyseAnswer['outcome'];
  cancelAnalysis(command: CancelAnalysis): void;
  /** Studies waiting for or in analysis. */
  inFlight(): number;
}

const MOST_AT_ONCE = 2;
const RETRY_MS = 5_000;

/**
 * A study from its first image to the gateway: told when it changes, analysed when it is assembled, its results told.
 * Progress is noted only after the outbox has a message, so whatever a crash cuts short is done again at the next start.
 *
 *   changed -> study-received (a few times)     assembled -> queue -> analyser -> study-analysed (one a model)
 */
export function createStudyFlow(options: FlowOptions): StudyFlow {
  const { store, outbox, progress, setTimer, watch } = options;
  const states = new Map<string, StudyState>();
  const traces = new Map<string, string>();
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  const retries = new Set<() => void>();
  /** Cancelled while they waited: their analysis ends as cancelled when its turn comes. */
  const cancelled = new Set<string>();
  const queue = createAnalysisQueue();
  const teller = createTeller({ tell, setTimer, onDelayed: (code) => watch.delayed('tell', code) });
  let stopping = false;

  /** False when the study's state does not answer the event. */
  function step(studyUid: string, event: StudyEvent): boolean {
    const next = studyMachine.next(states.get(studyUid) ?? 'analysed', event);
    if (next === null) return false;
    states.set(studyUid, next);
    return true;
  }

  function traceOf(studyUid: string): string {
    const trace = traces.get(studyUid) ?? newTraceparent();
    traces.set(studyUid, trace);
    return trace;
  }

  async function tell(studyUid: string): Promise<void> {
    const study = store.study(studyUid);
    if (!study) return;
    const key = `${store.contentKey(studyUid)} ${study.state}`;
    if (progress.of(studyUid).toldKey === key) return;
    await outbox.put({ type: 'study-received', study }, traceOf(studyUid));
    progress.told(studyUid, key);
  }

  function enqueue(studyUid: string): void {
    queue.put(studyUid, store.study(studyUid)?.studyClass ?? null);
    pump();
  }

  function pump(): void {
    while (!stopping && running.size < MOST_AT_ONCE) {
      const studyUid = queue.take();
      if (studyUid === null) return;
      // In analysis already: it comes back to the queue when that ends, if it was overtaken.
      if (running.has(studyUid) || !step(studyUid, 'analysis-started')) continue;
      const abort = new AbortController();
      if (cancelled.delete(studyUid)) abort.abort();
      const done = analyse(studyUid, abort.signal).finally(() => {
        running.delete(studyUid);
        if (states.get(studyUid) === 'assembled' && !stopping) queue.put(studyUid, store.study(studyUid)?.studyClass ?? null);
        pump();
      });
      running.set(studyUid, { abort, done });
    }
  }

  async function analyse(studyUid: string, signal: AbortSignal): Promise<void> {
    const study = store.study(studyUid);
    const key = store.contentKey(studyUid);
    if (!study) return;
    try {
      await teller.now(studyUid);
      const results = await options.analyser.analyse({ study: inputOf(store, study), studyClass: study.studyClass, signal });
      for (const analysis of results) await outbox.put({ type: 'study-analysed', study: store.study(studyUid) ?? study, analysis }, traceOf(studyUid));
      progress.analysed(studyUid, key);
      watch.analysed(results);
      if (step(studyUid, 'analysis-ended')) forget(studyUid);
    } catch (error) {
      if (stopping) return;
      watch.delayed('analyse', isAppError(error) ? error.code : 'unexpected');
      retryLater(studyUid);
    }
  }

  /** Bounded in rate, not in number: a study that is held must be analysed, and the console says what it waits for. */
  function retryLater(studyUid: string): void {
    const cancel = setTimer(() => {
      retries.delete(cancel);
      if (step(studyUid, 'analysis-asked')) enqueue(studyUid);
    }, RETRY_MS);
    retries.add(cancel);
  }

  /** A study with nothing left to do takes no memory. */
  function forget(studyUid: string): void {
    states.delete(studyUid);
    traces.delete(studyUid);
  }

  return {
    name: 'study-flow',
    async start() {
      for (const { studyUid, key, callingAeTitle } of store.contents()) {
        if (progress.of(studyUid).analysedKey === key) continue;
        states.set(studyUid, 'receiving');
        options.resume(studyUid, callingAeTitle);
      }
    },
    async stop() {
      stopping = true;
      retries.forEach((cancel) => cancel());
      await Promise.allSettled([...running.values()].map(({ done }) => done));
      await teller.stop();
    },
    changed(studyUid) {
      step(studyUid, 'instance-stored');
      teller.changed(studyUid);
    },
    assembled(studyUid) {
      if (!step(studyUid, 'assembled')) return;
      teller.changed(studyUid);
      enqueue(studyUid);
    },
    isComplete: (studyUid) => states.get(studyUid) !== 'receiving',
    analyseStudy({ studyUid }) {
      const study = store.study(studyUid);
      if (!study) return 'not-at-edge';
      const modalities = new Set(options.analyser.state().models.flatMap((model) => model.modalities));
      if (!study.series.some((series) => modalities.has(series.modality))) return 'no-model';
      // While images still arrive the study is analysed when it is assembled, as it would have been.
      cancelled.delete(studyUid);
      if (step(studyUid, 'analysis-asked')) enqueue(studyUid);
      return 'queued';
    },
    cancelAnalysis({ studyUid }) {
      const current = running.get(studyUid);
      if (current) current.abort.abort();
      else if (states.get(studyUid) === 'assembled') cancelled.add(studyUid);
    },
    inFlight: () => queue.size() + running.size,
  };
}

function inputOf(store: Store, study: StudySnapshot): Parameters<Analyser['analyse']>[0]['study'] {
  const images = study.series.flatMap((series) => series.instances.map(({ sopInstanceUid }) => ({ sopInstanceUid, modality: series.modality })));
  return { studyUid: study.studyUid, complete: study.state === 'complete', images, read: (uid) => store.read(uid) };
}

/** W3C Trace Context, version 00, sampled: one trace from the PACS to the screen. */
function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
