import { WorkerLostError, WorkerProcess } from './worker-process.ts';
import type { WorkerSettings } from './protocol.ts';

/** For a new process to begin, on a machine that is busy. */
const START_TIMEOUT_MS = 60_000;

/**
 * An inference process that has loaded its models. One that ends, or hangs, while it opens a model is started again without that
 * model, whose folder and reason go into `excluded`; so one bad model never takes the others along. `onMade` hears of every process
 * made. Throws WorkerLostError where no model is to blame.
 */
export async function startWorker(settings: Omit<WorkerSettings, 'excluded'>, excluded: Map<string, string>, readyTimeoutMs: number, onMade: (worker: WorkerProcess) => void): Promise<WorkerProcess> {
  for (;;) {
    const worker = new WorkerProcess({ ...settings, excluded: [...excluded].map(([folder, reason]) => ({ folder, reason })) });
    onMade(worker);
    try {
      await worker.ready(START_TIMEOUT_MS, readyTimeoutMs);
      return worker;
    } catch (error) {
      const folder = worker.opening;
      const isOwn = worker.wasStopped;
      await worker.stop();
      if (!(error instanceof WorkerLostError) || isOwn || folder === undefined || excluded.has(folder)) throw error;
      excluded.set(folder, error.kind === 'timeout' ? `it was not ready after ${readyTimeoutMs / 1000} s` : 'the inference process ended while it opened this model');
    }
  }
}
