import { expect, test } from 'vitest';
import type { Service } from '@readroom/shared/service';
import { startAll, stopAll } from './services.ts';

function recorded(log: string[], name: string, fails: { start?: boolean; stop?: boolean } = {}): Service {
  const step = (what: 'start' | 'stop') => (): Promise<void> => {
    log.push(`${what} ${name}`);
    return fails[what] ? Promise.reject(new Error(`${name} cannot ${what}`)) : Promise.resolve();
  };
  return { name, start: step('start'), stop: step('stop') };
}

test('services start in order and stop in reverse', async () => {
  const log: string[] = [];
  const services = [recorded(log, 'a'), recorded(log, 'b')];
  await startAll(services);
  await stopAll(services, () => undefined);
  expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
});

test('when one cannot start, those before it are stopped and its error is thrown', async () => {
  const log: string[] = [];
  await expect(startAll([recorded(log, 'a'), recorded(log, 'b', { start: true }), recorded(log, 'c')])).rejects.toThrow('b cannot start');
  expect(log).toEqual(['start a', 'start b', 'stop a']);
});

test('one that cannot stop is reported and holds none of the others', async () => {
  const log: string[] = [];
  const failed: string[] = [];
  await stopAll([recorded(log, 'a'), recorded(log, 'b', { stop: true })], (name) => failed.push(name));
  expect([log, failed]).toEqual([['stop b', 'stop a'], ['b']]);
});
