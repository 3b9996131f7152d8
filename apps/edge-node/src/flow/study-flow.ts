import { randomBytes } from 'node:crypto';
import type { StudyClass } from '@readroom/shared/dicom/study-class';
import { isAppError } from '@readroom/shared/error';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import type { Service } from '@readroom/shared/service';
import { snapshotState, studyMachine } from '@readroom/shared/study/study-state';
import type { StudyEvent, StudyState } from '@readroom/shared/study/study-state';
import type { StudySnapshot } from '@readroom/shared/study/study';
import type { AnalyseAnswer, AnalyseStudy, CancelAnalysis } from '@readroom/shared/wire/edge-down';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import type { SetTimer } from '../infra/timers.ts';
import type { Store } from '../intake/store.ts';
import type { Provenance } from '../prior/provenance.ts';
import { createAnalysisQueue, isUrgent } from './analysis-queue.ts';
import type { Progress } from './progress.ts';
import { createTeller } from './teller.ts';
import type { Teller } from './teller.ts';

/** The inference of a study, as the flow needs it. */
export interface Analyser {
  analyse(request: {
    readonly study: { readonly studyUid: string; readonly complete: boolean; readonly images: readonly { readonly sopInstanceUid: string; readonly modality: string }[]; read(uid: string): Promise<Uint8Array> };
    readonly studyClass: StudyClass | null;
    readonly signal: AbortSignal;
  }): Promise<AnalysisResult[]>;
  state(): { readonly models: readonly { readonly id: string; readonly modalities: readonly string[]; readonly role?: 'active' | 'shadow' }[] };
}

export interface FlowOptions {
  readonly store: Store;
  readonly outbox: { put(body: EdgeUpBody, traceparent?: string | null): Promise<void> };
  readonly analyser: Analyser;
  readonly progress: Progress;
  readonly setTimer: SetTimer;
  readonly watch: FlowWatch;
  /** What was fetched as a prior (PS3). */
  readonly retrieves: Provenance;
  /** Hears when a study's priors are wanted: at once for what is urgent, else after its own analysis. May hear of one twice. */
  readonly onPriorsWanted: (studyUid: string) => void;
  /** Asks assembly to decide about a study of an earlier life. */
  readonly resume: (studyUid: string, sender: string) => void;
}

export interface FlowWatch {
  analysed(results: readonly AnalysisResult[]): void;
  /** Something of the flow waits to be tried again. `code` is an AppError's. */
  delayed(step: 'tell' | 'analyse', code: string): void;
}

const MOST_AT_ONCE = 2;
const RETRY_MS = 5_000;

/**
 * A study from its first image to the gateway: told when it changes, analysed when it is assembled, its results told.
 * Progress is noted only after the outbox has a message, so whatever a crash cuts short is done again at the next start.
 *
 *   changed -> study-received (a few times)     assembled -> queue -> analyser -> study-analysed (one a model)
 */
export class StudyFlow implements Service {
  readonly name = 'study-flow';
  readonly #options: FlowOptions;
  readonly #teller: Teller;
  readonly #queue = createAnalysisQueue();
  readonly #states = new Map<string, StudyState>();
  readonly #traces = new Map<string, string>();
  readonly #running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  readonly #retries = new Set<() => void>();
  /** Cancelled while they waited: their analysis ends as cancelled when its turn comes. */
  readonly #cancelled = new Set<string>();
  #stopping = false;

  constructor(options: FlowOptions) {
    this.#options = options;
    this.#teller = createTeller({ tell: (studyUid) => this.#tell(studyUid), setTimer: options.setTimer, onDelayed: (code) => options.watch.delayed('tell', code) });
  }

  /** Takes up what an earlier life stored and did not finish. */
  async start(): Promise<void> {
    for (const { studyUid, key, callingAeTitle } of this.#options.store.contents()) {
      if (this.#options.retrieves.isPrior(studyUid)) {
        this.#teller.changed(studyUid);
        continue;
      }
      if (this.#options.progress.of(studyUid).analysedKey === key) continue;
      this.#states.set(studyUid, 'receiving');
      this.#options.resume(studyUid, callingAeTitle);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#retries.forEach((cancel) => cancel());
    // What is cut short here is not noted as analysed, so the next start takes it up.
    this.#running.forEach(({ abort }) => abort.abort());
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
    await this.#teller.stop();
  }

  /** An instance was stored. */
  changed(studyUid: string): void {
    this.#options.retrieves.cameIn(studyUid);
    this.#step(studyUid, 'instance-stored');
    this.#teller.changed(studyUid);
  }

  /** An instance came again. A prior that is sent by itself is a study to read, though nothing of it is new. */
  repeated(studyUid: string): void {
    const { retrieves, store, resume } = this.#options;
    if (!retrieves.cameIn(studyUid)) return;
    this.#states.set(studyUid, 'receiving');
    this.#teller.changed(studyUid);
    resume(studyUid, store.study(studyUid)?.callingAeTitle ?? '');
  }

  assembled(studyUid: string): void {
    if (!this.#step(studyUid, 'assembled')) return;
    this.#teller.changed(studyUid);
    // PS3: to be looked at, not to be read.
    if (this.#options.retrieves.isPrior(studyUid)) return this.#forget(studyUid);
    if (isUrgent(this.#options.store.study(studyUid)?.studyClass ?? null)) this.#options.onPriorsWanted(studyUid);
    this.#enqueue(studyUid);
  }

  isComplete(studyUid: string): boolean {
    return snapshotState(this.#states.get(studyUid) ?? 'analysed') === 'complete';
  }

  /** Every model is asked again, named or not: a result that has not changed is known by its evidence and applied once. */
  analyseStudy({ studyUid, modelId }: AnalyseStudy): AnalyseAnswer['outcome'] {
    const study = this.#options.store.study(studyUid);
    if (!study) return 'not-at-edge';
    const models = this.#options.analyser.state().models.filter(({ id, role }) => role !== 'shadow' && (modelId === null || id === modelId));
    const modalities = new Set(models.flatMap((model) => model.modalities));
    if (!study.series.some((series) => modalities.has(series.modality))) return 'no-model';
    this.#cancelled.delete(studyUid);
    // While images still arrive the study is analysed when it is assembled, as it would have been.
    if (this.#step(studyUid, 'analysis-asked')) this.#enqueue(studyUid);
    return 'queued';
  }

  cancelAnalysis({ studyUid }: CancelAnalysis): void {
    const current = this.#running.get(studyUid);
    if (current) current.abort.abort();
    else if (this.#states.get(studyUid) === 'assembled') this.#cancelled.add(studyUid);
  }

  /** Studies waiting for or in analysis. */
  inFlight(): number {
    return this.#queue.size() + this.#running.size;
  }

  /** False when the study's state does not answer the event. */
  #step(studyUid: string, event: StudyEvent): boolean {
    const next = studyMachine.next(this.#states.get(studyUid) ?? 'analysed', event);
    if (next === null) return false;
    this.#states.set(studyUid, next);
    return true;
  }

  #traceOf(studyUid: string): string {
    const trace = this.#traces.get(studyUid) ?? newTraceparent();
    this.#traces.set(studyUid, trace);
    return trace;
  }

  async #tell(studyUid: string): Promise<void> {
    const { store, outbox, progress, retrieves } = this.#options;
    const study = store.study(studyUid);
    if (!study) return;
    const type = retrieves.isPrior(studyUid) ? 'prior-received' : 'study-received';
    const key = `${store.contentKey(studyUid)} ${study.state}${type === 'prior-received' ? ' prior' : ''}`;
    if (progress.of(studyUid).toldKey === key) return;
    await outbox.put({ type, study }, this.#traceOf(studyUid));
    progress.told(studyUid, key);
  }

  #enqueue(studyUid: string): void {
    this.#queue.put(studyUid, this.#options.store.study(studyUid)?.studyClass ?? null);
    this.#pump();
  }

  #pump(): void {
    while (!this.#stopping && this.#running.size < MOST_AT_ONCE) {
      const studyUid = this.#queue.take();
      if (studyUid === null) return;
      // In analysis already: it comes back to the queue when that ends, as it was overtaken.
      if (this.#running.has(studyUid) || !this.#step(studyUid, 'analysis-started')) continue;
      const abort = new AbortController();
      if (this.#cancelled.delete(studyUid)) abort.abort();
      const done = this.#analyse(studyUid, abort.signal).finally(() => this.#ended(studyUid));
      this.#running.set(studyUid, { abort, done });
    }
  }

  #ended(studyUid: string): void {
    this.#running.delete(studyUid);
    if (this.#states.get(studyUid) === 'assembled' && !this.#stopping) this.#enqueue(studyUid);
    this.#pump();
  }

  async #analyse(studyUid: string, signal: AbortSignal): Promise<void> {
    const { store, outbox, progress, analyser, watch } = this.#options;
    const study = store.study(studyUid);
    const key = store.contentKey(studyUid);
    if (!study) return;
    try {
      await this.#teller.now(studyUid);
      const results = await analyser.analyse({ study: inputOf(store, study), studyClass: study.studyClass, signal });
      if (this.#stopping) return;
      for (const analysis of results) await outbox.put({ type: 'study-analysed', study: store.study(studyUid) ?? study, analysis }, this.#traceOf(studyUid));
      progress.analysed(studyUid, key);
      watch.analysed(results);
      this.#options.onPriorsWanted(studyUid);
      if (this.#step(studyUid, 'analysis-ended')) this.#forget(studyUid);
    } catch (error) {
      if (this.#stopping) return;
      watch.delayed('analyse', isAppError(error) ? error.code : 'unexpected');
      this.#retryLater(studyUid);
    }
  }

  /** Bounded in rate, not in number: a study that is held must be analysed, and the console says what it waits for. */
  #retryLater(studyUid: string): void {
    const cancel = this.#options.setTimer(() => {
      this.#retries.delete(cancel);
      if (this.#step(studyUid, 'analysis-asked')) this.#enqueue(studyUid);
    }, RETRY_MS);
    this.#retries.add(cancel);
  }

  /** A study with nothing left to do takes no memory. */
  #forget(studyUid: string): void {
    this.#states.delete(studyUid);
    this.#traces.delete(studyUid);
  }
}

function inputOf(store: Store, study: StudySnapshot): Parameters<Analyser['analyse']>[0]['study'] {
  const images = study.series.flatMap((series) => series.instances.map(({ sopInstanceUid }) => ({ sopInstanceUid, modality: series.modality })));
  return { studyUid: study.studyUid, complete: study.state === 'complete', images, read: (uid) => store.read(uid) };
}

/** W3C Trace Context, version 00, sampled: one trace from the PACS to the screen. */
function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
