import type { Provider } from '@readroom/shared/finding/analysis';
import { realTimer } from '../../infra/timers.ts';
import type { RefusedModel } from '../models.ts';
import { watchFolder } from '../registry/folder-watch.ts';
import type { FolderWatch } from '../registry/folder-watch.ts';
import type { ModelState } from './protocol.ts';
import { startWorker } from './start.ts';
import type { WorkerProcess } from './worker-process.ts';

export type WorkerHostOptions = {
  /** The folder with `<id>/manifest.json` and its model, looked at again every `pollMs`. */
  readonly modelsFolder: string;
  readonly pollMs: number;
  /** Public keys (PEM) of whoever may sign models; none: models need no signature. */
  readonly signers: readonly string[];
  /** Tried in this order, one by one. */
  readonly providers: readonly Provider[];
  readonly decodeThreads: number;
  /** For each model: what is slower to open and to try than this is not used. */
  readonly readyTimeoutMs: number;
  /** The process is replaced after so many studies, or once it holds so much memory (sessions are known to grow). */
  readonly recycleAfterJobs: number;
  readonly recycleAboveBytes: number;
  /** Hears what changed after the models folder did. */
  onModels(change: ModelsChange): void;
};

type NamedVersion = { readonly id: string; readonly version: string };
/** Models that were taken up, refused and given up; `fault` where the new models could not be loaded and the old ones go on. */
export type ModelsChange = { readonly loaded: readonly NamedVersion[]; readonly refused: readonly RefusedModel[]; readonly retired: readonly NamedVersion[]; readonly fault: string | null };

const DECODE_TIMEOUT_MS = 30_000;

/** The one inference process that takes studies, and what replaces it: when it died, when it is old, and when the models folder changed. */
export class WorkerHost {
  readonly #options: WorkerHostOptions;
  /** Whether a study is in the process. */
  readonly #isBusy: () => boolean;
  /** Model folders that ended a process or held one up, with the reason. */
  readonly #excluded = new Map<string, string>();
  readonly #watch: FolderWatch;
  #worker: WorkerProcess | undefined;
  /** Has loaded the models that the folder now holds, and takes over before the next study. */
  #next: WorkerProcess | undefined;
  #loading: WorkerProcess | undefined;
  #isRunning = false;

  constructor(options: WorkerHostOptions, isBusy: () => boolean) {
    this.#options = options;
    this.#isBusy = isBusy;
    this.#watch = watchFolder({ folder: options.modelsFolder, pollMs: options.pollMs, setTimer: realTimer, onChanged: (names) => this.#reload(names) });
  }

  /** @throws WorkerLostError */
  async start(): Promise<void> {
    this.#isRunning = true;
    // Before the models are read: what changes meanwhile is seen at the next look.
    await this.#watch.start();
    await this.#fresh();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all([this.#worker?.stop(), this.#next?.stop(), this.#loading?.stop()]);
    await this.#watch.stop();
    this.#worker = this.#next = undefined;
  }

  state(): { readonly models: readonly ModelState[]; readonly refused: readonly RefusedModel[]; readonly pid: number | null } {
    const { models = [], refused = [] } = this.#next ?? this.#worker ?? {};
    return { models, refused, pid: this.#worker?.pid ?? null };
  }

  /** The process for the next study. @throws WorkerLostError */
  async healthy(): Promise<WorkerProcess> {
    if (this.#next) await this.#takeOver();
    const worker = this.#worker;
    if (worker?.alive && worker.jobs < this.#options.recycleAfterJobs && worker.rssBytes < this.#options.recycleAboveBytes) return worker;
    await worker?.stop();
    return this.#fresh();
  }

  /** The process lost a study: the next one gets another. */
  async discard(): Promise<void> {
    await this.#worker?.stop();
  }

  /** The models folder changed: a second process loads it while the first goes on, and takes over between two studies. */
  async #reload(names: readonly string[]): Promise<boolean> {
    if (!this.#isRunning) return false;
    for (const name of names) this.#excluded.delete(name);
    const before = this.#next ?? this.#worker;
    try {
      const next = await this.#start((worker) => (this.#loading = worker));
      await this.#next?.stop();
      this.#next = next;
      if (!this.#isBusy()) await this.#takeOver();
      this.#options.onModels({ ...difference(before, next), fault: null });
      return true;
    } catch (error) {
      if (this.#isRunning) this.#options.onModels({ loaded: [], refused: [], retired: [], fault: error instanceof Error ? error.message : String(error) });
      return false;
    } finally {
      this.#loading = undefined;
    }
  }

  async #takeOver(): Promise<void> {
    const old = this.#worker;
    this.#worker = this.#next;
    this.#next = undefined;
    await old?.stop();
  }

  async #fresh(): Promise<WorkerProcess> {
    const last = this.#worker;
    return await this.#start((worker) => {
      // Until the new process has said what it runs, the last one's word stands.
      worker.models = last?.models ?? [];
      worker.refused = last?.refused ?? [];
      this.#worker = worker;
    });
  }

  #start(onMade: (worker: WorkerProcess) => void): Promise<WorkerProcess> {
    const { modelsFolder, signers, providers, decodeThreads, readyTimeoutMs } = this.#options;
    return startWorker({ modelsFolder, signers, providers, decodeThreads, decodeTimeoutMs: DECODE_TIMEOUT_MS }, this.#excluded, readyTimeoutMs, onMade);
  }
}

function difference(before: Pick<WorkerProcess, 'models' | 'refused'> | undefined, { models, refused }: WorkerProcess): Omit<ModelsChange, 'fault'> {
  const isIn = (list: readonly ModelState[] | undefined, one: ModelState): boolean => list?.some(({ id, sha256, version }) => id === one.id && version === one.version && sha256 === one.sha256) ?? false;
  const isKnown = (one: RefusedModel): boolean => before?.refused.some((old) => old.id === one.id && old.reasons.join() === one.reasons.join()) ?? false;
  return { loaded: models.filter((one) => !isIn(before?.models, one)), refused: refused.filter((one) => !isKnown(one)), retired: (before?.models ?? []).filter((one) => !isIn(models, one)) };
}
