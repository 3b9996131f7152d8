import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { CancelledError } from '../study/study-input.ts';
import type { StudyInput } from '../study/study-input.ts';
import type { FromWorker, ModelState, ToWorker, WorkerSettings } from './protocol.ts';
import type { RefusedModel } from '../models.ts';

/** Why a job ended without results: the caller decides whether another process gets a try. */
export class WorkerLostError extends Error {
  readonly kind: 'crashed' | 'timeout';

  constructor(kind: 'crashed' | 'timeout', message: string) {
    super(message);
    this.name = 'WorkerLostError';
    this.kind = kind;
  }
}

type Running = { readonly id: number; readonly study: StudyInput; resolve(results: readonly AnalysisResult[]): void; reject(error: Error): void };

/** One inference process from fork to end. Runs one job at a time. */
export class WorkerProcess {
  models: readonly ModelState[] = [];
  refused: readonly RefusedModel[] = [];
  /** The folder of the model it opens, or opened last. */
  opening: string | undefined;
  /** Jobs finished, and the memory (bytes) it held after the last. */
  jobs = 0;
  rssBytes = 0;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #ready: Promise<void>;
  #running: Running | undefined;
  #lastJobId = 0;
  #alive = true;
  #stopped = false;
  #onOpening: (() => void) | undefined;

  constructor(settings: WorkerSettings) {
    this.#child = fork(new URL('./worker.ts', import.meta.url), [JSON.stringify(settings)], {
      serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ready = Promise.withResolvers<void>();
    this.#ready = ready.promise;
    this.#ready.catch(() => undefined);
    this.#ended = new Promise((resolve) => {
      const ended = (): void => {
        this.#alive = false;
        const error = new WorkerLostError('crashed', 'the inference process ended');
        ready.reject(error);
        this.#settle()?.reject(error);
        resolve();
      };
      this.#child.once('exit', ended);
      this.#child.once('error', ended);
    });
    this.#child.on('message', (message: FromWorker) => this.#hear(message, ready.resolve));
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves once models are loaded: the first is begun within `startMs`, each is ready within `modelMs`. Throws WorkerLostError. */
  async ready(startMs: number, modelMs: number): Promise<void> {
    let isReady = false;
    const all = this.#ready.then(() => (isReady = true));
    while (!isReady) {
      const next = new Promise<void>((resolve) => (this.#onOpening = resolve));
      await this.#within(Promise.race([all, next]), this.opening === undefined ? startMs : modelMs, 'loading a model');
    }
  }

  /** Throws WorkerLostError, or CancelledError once the process has let go of the job. */
  async run(study: StudyInput, timeoutMs: number, signal: AbortSignal | undefined): Promise<readonly AnalysisResult[]> {
    const id = ++this.#lastJobId;
    const results = new Promise<readonly AnalysisResult[]>((resolve, reject) => {
      this.#running = { id, study, resolve, reject };
    });
    const { studyUid, complete, images } = study;
    const cancel = (): void => this.#send({ type: 'cancel', jobId: id });
    this.#send({ type: 'analyse', jobId: id, study: { studyUid, complete, images } });
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    try {
      return await this.#within(results, timeoutMs, 'the analysis');
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** It was told to end, and did not end by itself. */
  get wasStopped(): boolean {
    return this.#stopped;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #hear(message: FromWorker, ready: () => void): void {
    switch (message.type) {
      case 'opening':
        this.opening = message.folder;
        return this.#onOpening?.();
      case 'ready':
        this.models = message.models;
        this.refused = message.refused;
        return ready();
      case 'read':
        return void this.#answerRead(message.requestId, message.jobId, message.sopInstanceUid);
      case 'done':
        this.rssBytes = message.rssBytes;
        return this.#settle()?.resolve(message.results);
      case 'cancelled':
        return this.#settle()?.reject(new CancelledError());
      case 'failed':
        return this.#settle()?.reject(new WorkerLostError('crashed', message.message));
      default:
        return message satisfies never;
    }
  }

  async #answerRead(requestId: number, jobId: number, sopInstanceUid: string): Promise<void> {
    const study = this.#running?.id === jobId ? this.#running.study : undefined;
    const bytes = await study?.read(sopInstanceUid).catch(() => null);
    this.#send({ type: 'file', requestId, bytes: bytes ?? null });
  }

  #settle(): Running | undefined {
    const running = this.#running;
    this.#running = undefined;
    if (running) this.jobs += 1;
    return running;
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message);
  }

  /** A process that is late is killed: a session that hangs never comes back by itself. */
  async #within<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new WorkerLostError('timeout', `${what} took longer than ${timeoutMs} ms`));
      this.#child.kill('SIGKILL');
    }, timeoutMs);
    try {
      return await Promise.race([work, promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
