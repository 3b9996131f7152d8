/** A graph answered what its manifest does not say. The message is for a radiologist; no patient data. */
export class ModelAnswerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModelAnswerError';
  }
}
