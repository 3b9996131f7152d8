/** The image has no contrast at all: there is nothing a model could look at. */
export class BlankImageError extends Error {
  constructor() {
    super('the image is blank');
    this.name = 'BlankImageError';
  }
}
