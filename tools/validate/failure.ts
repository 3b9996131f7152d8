/** What a validation cannot go on from, in words for who started it. */
export class ValidationFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ValidationFailure';
  }
}
