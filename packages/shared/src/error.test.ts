import { expect, test } from 'vitest';
import { AppError, isAppError, isTransient } from './error.ts';

test('carries code, class, message and cause; the code stands in for a missing message', () => {
  const cause = new Error('socket hang up');
  const error = new AppError('pacs-unreachable', { class: 'transient', cause });
  expect(error).toMatchObject({ name: 'AppError', code: 'pacs-unreachable', class: 'transient', message: 'pacs-unreachable', cause });
  expect(new AppError('x', { class: 'permanent', message: 'What to do.' }).message).toBe('What to do.');
});

test('is known by its code, not by its text', () => {
  const error = new AppError('a', { class: 'permanent' });
  expect(isAppError(error)).toBe(true);
  expect(isAppError(error, 'a')).toBe(true);
  expect(isAppError(error, 'b')).toBe(false);
  expect(isAppError(new Error('a'), 'a')).toBe(false);
});

test('only an AppError of class transient may be tried again', () => {
  expect(isTransient(new AppError('a', { class: 'transient' }))).toBe(true);
  expect(isTransient(new AppError('a', { class: 'ambiguous' }))).toBe(false);
  expect(isTransient(new Error('ECONNRESET'))).toBe(false);
});
