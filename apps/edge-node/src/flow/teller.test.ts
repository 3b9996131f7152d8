import { expect, test } from 'vitest';
import { AppError } from '@readroom/shared/error';
import { fakeTime } from '../testing/fake-time.ts';
import { until } from '../testing/until.ts';
import { createTeller } from './teller.ts';

test('a study that changes all the time is told at once, then every two seconds', () => {
  const time = fakeTime();
  const told: number[] = [];
  const teller = createTeller({ tell: () => Promise.resolve(void told.push(time.clock())), setTimer: time.setTimer, onDelayed: () => undefined });
  const began = time.clock();
  for (let i = 0; i < 50; i += 1) {
    teller.changed('S');
    time.advance(100);
  }
  time.advance(10_000);
  expect(told.map((at) => at - began)).toEqual([0, 2_000, 4_000, 6_000]);
  expect(time.pending()).toBe(0);
});

test('what could not be told is told later, and the delay is reported', async () => {
  const time = fakeTime();
  const delays: string[] = [];
  let tries = 0;
  const tell = (): Promise<void> => {
    tries += 1;
    return tries === 1 ? Promise.reject(new AppError('outbox-full', { class: 'transient' })) : Promise.resolve();
  };
  const teller = createTeller({ tell, setTimer: time.setTimer, onDelayed: (code) => delays.push(code) });
  teller.changed('S');
  await until('the delay', () => delays.length === 1);
  time.advance(5_000);
  expect([tries, delays]).toEqual([2, ['outbox-full']]);
  await teller.stop();
  expect(time.pending()).toBe(0);
});
