import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { problemOf } from './problem.ts';
import { restProblem } from './rest.ts';
import { ideographicTitle, patientTitle } from './person.ts';
import { safeNextPath } from '../session/next-path.ts';

function answered(httpStatus: number, appCode: string, message: string): unknown {
  return TRPCClientError.from({ error: { message, code: -32603, data: { httpStatus, appCode } } } as never);
}

test('the server’s own words are shown when they are written for people, and only then', () => {
  expect(problemOf(answered(409, 'conflict', 'Dr B was first.'))).toEqual({ kind: 'conflict', text: 'Dr B was first.' });
  expect(problemOf(answered(400, 'BAD_REQUEST', '[{"path":"x"}]')).text).not.toContain('path');
  expect(problemOf(answered(401, 'unauthenticated', 'no cookie'))).toMatchObject({ kind: 'unauthenticated', text: expect.stringContaining('Sign in again') });
  expect(problemOf(answered(404, 'not-found', 'There is no such study here.')).kind).toBe('not-found');
});

test('no answer at all is offline', () => {
  expect(problemOf(TRPCClientError.from(new TypeError('Failed to fetch'))).kind).toBe('offline');
  expect(problemOf(new TypeError('Failed to fetch')).kind).toBe('offline');
  expect(problemOf(new Error('a defect')).kind).toBe('failed');
});

test('REST errors are read the same way', () => {
  expect(problemOf(restProblem(403, '{"error":{"code":"forbidden","message":"No."}}'))).toEqual({ kind: 'forbidden', text: 'No.' });
  expect(problemOf(restProblem(502, '<html>')).kind).toBe('failed');
});

test('names: withheld, ideographic beside alphabetic, missing', () => {
  const facts = { patientId: null, birthDate: null };
  expect(patientTitle({ ...facts, patientName: null })).toBe('Name withheld');
  expect(patientTitle({ ...facts, patientName: { alphabetic: '' } })).toBe('Name missing');
  expect(ideographicTitle({ ...facts, patientName: { alphabetic: 'Yamada^Tarou', ideographic: '山田^太郎' } })).toBe('山田 太郎');
  expect(ideographicTitle({ ...facts, patientName: { alphabetic: '', ideographic: '山田^太郎' } })).toBeNull();
});

test('signing in leads to pages of ours alone', () => {
  expect(safeNextPath('/studies/00000000-0000-4000-8000-000000000001')).toBe('/studies/00000000-0000-4000-8000-000000000001');
  for (const hostile of ['//evil.example', '/\\evil.example', 'https://evil.example', '/sign-in', '/a?b=//c', null]) expect(safeNextPath(hostile)).toBe('/');
});
