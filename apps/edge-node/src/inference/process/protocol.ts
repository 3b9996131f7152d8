import type { AnalysisResult, Provider } from '@readroom/shared/finding/analysis';
import type { RefusedModel } from '../models.ts';

/**
 * The conversation between the edge node and its inference process (node:child_process IPC, structured clone).
 *
 *   edge node                        inference process
 *      | ---- settings (argv) ------------> |  loads models, opens sessions
 *      | <------------- opening (each) ---- |  so that a model that ends the process is known
 *      | <---------------------- ready ---- |
 *      | ---- analyse(job) ---------------> |
 *      | <------------ read(instance) ----- |  files travel one at a time: the main process never holds a study
 *      | ---- file ------------------------> |
 *      | <------- done | cancelled -------- |
 */
/** A model folder that is not opened again until it changes: it ended a process, or held one up. */
export type Excluded = { readonly folder: string; readonly reason: string };
export type WorkerSettings = { readonly modelsFolder: string; readonly signers: readonly string[]; readonly excluded: readonly Excluded[]; readonly providers: readonly Provider[]; readonly decodeThreads: number; readonly decodeTimeoutMs: number };

export type ToWorker =
  | { readonly type: 'analyse'; readonly jobId: number; readonly study: StudyDescription }
  | { readonly type: 'file'; readonly requestId: number; readonly bytes: Uint8Array | null }
  | { readonly type: 'cancel'; readonly jobId: number };

export type FromWorker =
  | { readonly type: 'opening'; readonly folder: string }
  | { readonly type: 'ready'; readonly models: readonly ModelState[]; readonly refused: readonly RefusedModel[] }
  | { readonly type: 'read'; readonly requestId: number; readonly jobId: number; readonly sopInstanceUid: string }
  | { readonly type: 'done'; readonly jobId: number; readonly results: readonly AnalysisResult[]; readonly rssBytes: number }
  | { readonly type: 'cancelled'; readonly jobId: number }
  | { readonly type: 'failed'; readonly jobId: number; readonly message: string };

export type StudyDescription = {
  readonly studyUid: string;
  readonly complete: boolean;
  readonly images: readonly { readonly sopInstanceUid: string; readonly modality: string }[];
};
/** A model that runs, and on what (law ED5). */
export type ModelState = { readonly id: string; readonly version: string; readonly sha256: string; readonly reference: boolean; readonly modalities: readonly string[]; readonly provider: Provider };
