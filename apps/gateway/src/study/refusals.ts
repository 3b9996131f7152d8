import { AppError } from '@readroom/shared/error';

export function notFound(): AppError {
  return new AppError('not-found', { class: 'permanent', message: 'There is no such study on your list.' });
}

/** What stands in the way now; the text says what to do. */
export function conflict(message: string): AppError {
  return new AppError('conflict', { class: 'permanent', message });
}

export function forbidden(message: string): AppError {
  return new AppError('forbidden', { class: 'permanent', message });
}

export function hasLeftTheList(): AppError {
  return conflict('The report is signed: the study has left the list.');
}
