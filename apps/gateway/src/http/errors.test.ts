import { AppError } from '@readroom/shared/error';
import { expect, test } from 'vitest';
import { isDatabaseDown, publicError } from './errors.ts';
import { originAllowed } from './origin.ts';

test('our own errors keep code and sentence; the status follows the code, then the class', () => {
  expect(publicError(new AppError('not-at-edge', { class: 'permanent', message: 'Gone.' }))).toEqual({ status: 409, code: 'not-at-edge', message: 'Gone.' });
  expect(publicError(new AppError('something-new', { class: 'transient' }))).toMatchObject({ status: 503, code: 'something-new' });
  expect(publicError(new AppError('something-new', { class: 'permanent' }))).toMatchObject({ status: 422 });
});

test('a foreign error says nothing of itself', () => {
  expect(publicError(new Error('Key (patient_id)=(4711) already exists'))).toMatchObject({ status: 500, code: 'internal', message: expect.not.stringContaining('4711') });
  expect(publicError('text')).toMatchObject({ status: 500 });
});

test.each([
  [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), true],
  [Object.assign(new Error('terminating connection'), { code: '57P01' }), true],
  [new Error('timeout exceeded when trying to connect'), true],
  [new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]), true],
  [new Error('wrapped', { cause: { code: 'P1001' } }), true],
  [Object.assign(new Error('duplicate key'), { code: '23505' }), false],
  [null, false],
])('the database is away: %o is %s', (error, down) => {
  expect(isDatabaseDown(error)).toBe(down);
  if (down) expect(publicError(error)).toMatchObject({ status: 503, code: 'database-unavailable' });
});

test('a character the database can not keep is the request’s fault', () => {
  for (const error of [{ code: '22021' }, new Error('wrapped', { cause: { code: '22P05' } }), new Error('invalid byte sequence for encoding "UTF8": 0x00')]) {
    expect(publicError(error)).toMatchObject({ status: 400, code: 'bad-input', message: expect.stringContaining('U+0000') });
  }
  expect(publicError(new Error('invalid byte sequence for encoding "UTF8": 0xff'))).toMatchObject({ status: 500 });
});

test('an origin is ours when it is the public one or the very host that was asked', () => {
  expect(originAllowed({ host: 'h:1' }, null)).toBe(true);
  expect(originAllowed({ host: 'h:1', origin: 'http://h:1' }, null)).toBe(true);
  expect(originAllowed({ host: 'inner:3000', origin: 'https://readroom.test' }, 'https://readroom.test')).toBe(true);
  for (const origin of ['https://evil.example', 'null', 'http://h:2', 'http://h:1.evil.example']) expect(originAllowed({ host: 'h:1', origin }, 'https://readroom.test')).toBe(false);
});
