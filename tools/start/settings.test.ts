import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('without any setting it is the documented default', () => {
  expect(readSettings('/r', {}, [])).toEqual({ root: '/r', home: '/r/.readroom', port: 3000, dicomPort: 11_112, consolePort: 8088, databaseUrl: null, redisUrl: null, demo: true });
});

test('reads every variable, and an empty one is one not set', () => {
  const environment = { READROOM_HOME: '/data', READROOM_PORT: '80', READROOM_DICOM_PORT: '104', READROOM_CONSOLE_PORT: '', DATABASE_URL: 'postgres://h/d', REDIS_URL: 'redis://h' };
  expect(readSettings('/r', environment, ['--no-demo'])).toMatchObject({ home: '/data', port: 80, dicomPort: 104, consolePort: 8088, databaseUrl: 'postgres://h/d', redisUrl: 'redis://h', demo: false });
});

test.each([
  [{ READROOM_PORT: 'web' }, [], 'READROOM_PORT is not usable: it must be a port number between 1 and 65535.'],
  [{ READROOM_DICOM_PORT: '70000' }, [], 'READROOM_DICOM_PORT is not usable'],
  [{ DATABASE_URL: 'mysql://h' }, [], 'DATABASE_URL is not usable: it must begin with postgresql://.'],
  [{ REDIS_URL: 'h:6379' }, [], 'REDIS_URL is not usable'],
  [{ READROOM_PORT: '8088' }, [], 'must be three different ports'],
  [{}, ['--demo=no'], 'Unknown option --demo=no. Known: --no-demo.'],
])('says what is wrong with %o %o', (environment, args, sentence) => {
  expect(() => readSettings('/r', environment, args)).toThrow(sentence);
});

test('a password in a bad DATABASE_URL is not repeated', () => {
  expect(() => readSettings('/r', { DATABASE_URL: 'mysql://user:hunter2@h' }, [])).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hunter2') as string }));
});
