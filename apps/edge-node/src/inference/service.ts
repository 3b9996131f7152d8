import type { AnalysisReason, AnalysisResult, AnalysisRole } from '@readroom/shared/finding/analysis';
import type { StudyClass } from '@readroom/shared/dicom/study-class';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import { evidenceOf, refusedModelResult, without } from './pipeline.ts';
import type { RefusedModel } from './models.ts';
import type { ModelState } from './process/protocol.ts';
import { WorkerHost } from './process/worker-host.ts';
import type { WorkerHostOptions } from './process/worker-host.ts';
import { WorkerLostError } from './process/worker-process.ts';
import { isReferenceId } from './registry/reference.ts';
import type { RatedModel } from './registry/roles.ts';
import { CancelledError } from './study/study-input.ts';
import type { StudyInput } from './study/study-input.ts';

export type InferenceOptions = WorkerHostOptions & {
  /** Which models count; the others are asked too, in shadow (law PR9). */
  roleOf(model: RatedModel): AnalysisRole;
  /** Studies that may wait. One more is refused with `inference-queue-full`. */
  readonly maxQueued: number;
  readonly jobTimeoutMs: number;
  /** Milliseconds since the Unix epoch. */
  now(): number;
};

export const DEFAULT_INFERENCE_OPTIONS = {
  providers: ['cuda', 'cpu'], decodeThreads: 2, pollMs: 2_000, readyTimeoutMs: 60_000, signers: [], roleOf: () => 'active', onModels: () => undefined, maxQueued: 2_000, jobTimeoutMs: 180_000, recycleAfterJobs: 500, recycleAboveBytes: 2 * 1024 ** 3,
} as const satisfies Partial<InferenceOptions>;

export type AnalysisRequest = { readonly study: StudyInput; readonly studyClass: StudyClass | null; readonly signal?: AbortSignal };

/** A study lost with its process is tried once more in a fresh one; a second loss is its own doing. */
const ATTEMPTS = 2;
const URGENCY = { stat: 0, emergency: 1, inpatient: 2, outpatient: 2 } as const satisfies Record<StudyClass, number>;

type Job = AnalysisRequest & { readonly queuedAt: number; readonly urgency: number; resolve(results: AnalysisResult[]): void; reject(error: Error): void };

/** Analyses studies one at a time in a process of its own, STAT before emergency before the rest, else in order of arrival. */
export class Inference implements Service {
  readonly name = 'inference';
  readonly #options: InferenceOptions;
  readonly #queue: Job[] = [];
  readonly #host: WorkerHost;
  #pump: Promise<void> | undefined;
  #running = false;

  constructor(options: InferenceOptions) {
    this.#options = options;
    this.#host = new WorkerHost(options, () => this.#pump !== undefined);
  }

  /** Starts the process and loads the models. Refused models are no error: they are in `state()`. */
  async start(): Promise<void> {
    this.#running = true;
    try {
      await this.#host.start();
    } catch (cause) {
      await this.stop();
      throw new AppError('inference-unavailable', { class: 'permanent', message: `The inference process did not start from ${this.#options.modelsFolder}.`, cause });
    }
  }

  async stop(): Promise<void> {
    this.#running = false;
    const gone = new AppError('inference-stopped', { class: 'transient', message: 'The edge node is stopping; the study is analysed after its next start.' });
    for (const job of this.#queue.splice(0)) job.reject(gone);
    await this.#host.stop();
    await this.#pump;
  }

  /** What runs, on which provider (law ED5), and what was refused with every reason. */
  state(): { readonly models: readonly (ModelState & { readonly role: AnalysisRole })[]; readonly refused: readonly RefusedModel[]; readonly queued: number; readonly pid: number | null } {
    const { models, refused, pid } = this.#host.state();
    return { models: models.map((model) => ({ ...model, role: this.#options.roleOf(model) })), refused, queued: this.#queue.length, pid };
  }

  /**
   * One result a model that the study is the business of; none where there is no such model. A study that cannot be analysed
   * answers `failed`, `refused` or `cancelled` with a reason. Throws AppError `inference-queue-full` or `inference-stopped` (both transient).
   */
  analyse(request: AnalysisRequest): Promise<AnalysisResult[]> {
    return new Promise((resolve, reject) => {
      if (!this.#running) return reject(new AppError('inference-stopped', { class: 'transient', message: 'Inference is not running.' }));
      if (this.#queue.length >= this.#options.maxQueued) {
        return reject(new AppError('inference-queue-full', { class: 'transient', message: `${this.#queue.length} studies already wait to be analysed.` }));
      }
      const urgency = request.studyClass === null ? URGENCY.outpatient : URGENCY[request.studyClass];
      const job: Job = { ...request, queuedAt: performance.now(), urgency, resolve, reject };
      const behind = this.#queue.findIndex((other) => other.urgency > urgency);
      this.#queue.splice(behind < 0 ? this.#queue.length : behind, 0, job);
      this.#pump ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      const queuedMs = performance.now() - job.queuedAt;
      const results = await this.#perform(job);
      if (this.#running) job.resolve(results.map((result) => ({ ...withQueued(result, queuedMs), role: this.#roleOf(result) })));
      else job.reject(new AppError('inference-stopped', { class: 'transient', message: 'The edge node is stopping.' }));
    }
    // In the same turn as the look at the empty queue: a job that comes next must find no pump, or it waits for ever.
    this.#pump = undefined;
  }

  async #perform(job: Job): Promise<AnalysisResult[]> {
    let reason: AnalysisReason = { code: 'inference-crashed', text: 'The inference process ended while it read this study.' };
    for (let attempt = 1; attempt <= ATTEMPTS && this.#running; attempt++) {
      if (job.signal?.aborted) return this.#ended(job.study, 'cancelled', CANCELLED);
      try {
        const worker = await this.#host.healthy();
        return [...(await worker.run(job.study, this.#options.jobTimeoutMs, job.signal))];
      } catch (error) {
        if (error instanceof CancelledError) return this.#ended(job.study, 'cancelled', CANCELLED);
        const timedOut = error instanceof WorkerLostError && error.kind === 'timeout';
        if (timedOut) reason = { code: 'inference-timeout', text: `The analysis took longer than ${Math.round(this.#options.jobTimeoutMs / 1000)} s.` };
        await this.#host.discard();
      }
    }
    return this.#ended(job.study, 'failed', reason);
  }

  /** A model that was refused counts where it did so before, or came along: only then is its study "not analysed". */
  #roleOf({ model }: AnalysisResult): AnalysisRole {
    const { models } = this.state();
    return models.find(({ id, version }) => id === model.id && version === model.version)?.role ?? this.#options.roleOf({ ...model, sha256: null, reference: isReferenceId(model.id) });
  }

  /** One result a model the study is the business of, all with the same status and reason. */
  #ended(study: StudyInput, status: 'failed' | 'cancelled', reason: AnalysisReason): AnalysisResult[] {
    const { models, refused } = this.state();
    const now = this.#options.now();
    const results = models.flatMap(({ id, version, sha256, modalities, provider }) => {
      const own = study.images.filter(({ modality }) => modalities.includes(modality));
      const about = { studyUid: study.studyUid, evidence: evidenceOf(own.map(({ sopInstanceUid }) => sopInstanceUid)), instanceCount: own.length, model: { id, version, sha256 }, role: 'active' as const };
      return own.length > 0 ? [without(status, about, reason, provider, now)] : [];
    });
    return [...results, ...refused.flatMap((model) => refusedModelResult(model, study, now) ?? [])];
  }
}

function withQueued(result: AnalysisResult, queuedMs: number): AnalysisResult {
  const { timings } = result;
  return timings ? { ...result, timings: { ...timings, queuedMs, totalMs: timings.totalMs + queuedMs } } : result;
}

const CANCELLED: AnalysisReason = { code: 'cancelled', text: 'The analysis was cancelled.' };
