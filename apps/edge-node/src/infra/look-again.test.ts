import { expect, test } from 'vitest';
import { fakeTime } from '../testing/fake-time.ts';
import { lookAgain } from './look-again.ts';

test('it looks again after the last look ended, also one that failed, and after a stop no more', async () => {
  const time = fakeTime();
  let count = 0;
  const looks = lookAgain(
    async () => {
      count += 1;
      if (count === 2) throw new Error('away');
    },
    time.setTimer,
    1_000,
  );
  await looks.start();
  for (let n = 0; n < 3; n += 1) {
    time.advance(1_000);
    await expect.poll(() => time.pending()).toBe(1);
  }
  expect(count).toBe(3);
  await looks.stop();
  time.advance(10_000);
  expect([count, time.pending()]).toEqual([3, 0]);
});

test('two who ask at once have one look', async () => {
  let count = 0;
  const looks = lookAgain(() => Promise.resolve(void (count += 1)), () => () => undefined, 1_000);
  await Promise.all([looks.look(), looks.look()]);
  expect(count).toBe(1);
});
