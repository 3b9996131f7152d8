import type { AnalysisResult } from '@readroom/shared/finding/analysis';

/** What the pipeline is given of a study: which images it has and a way to read one. Bytes are Part 10 files. */
export type StudyInput = {
  readonly studyUid: string;
  /** Still receiving images: results are provisional. */
  readonly complete: boolean;
  readonly images: readonly { readonly sopInstanceUid: string; readonly modality: string }[];
  read(sopInstanceUid: string): Promise<Uint8Array>;
};

/** A study cancelled while it was analysed. */
export class CancelledError extends Error {
  constructor() {
    super('the analysis was cancelled');
    this.name = 'CancelledError';
  }
}

/** The parts of a result that do not depend on what the model said. */
export type ResultBase = Pick<AnalysisResult, 'studyUid' | 'evidence' | 'instanceCount' | 'model' | 'role'>;
