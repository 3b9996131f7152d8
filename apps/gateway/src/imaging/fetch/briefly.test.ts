import { expect, test } from 'vitest';
import { briefly } from './briefly.ts';

test('asks once for a while, again afterwards, and keeps no failure', async () => {
  let now = 0;
  const asked: string[] = [];
  const answer = briefly(() => now, 2_000, (key) => {
    asked.push(key);
    return key === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve(key.toUpperCase());
  });
  expect(await Promise.all([answer('a'), answer('a'), answer('b')])).toEqual(['A', 'A', 'B']);
  expect(asked).toEqual(['a', 'b']);
  now = 2_000;
  await answer('a');
  expect(asked).toEqual(['a', 'b', 'a']);
  await expect(answer('bad')).rejects.toThrow('no');
  await expect(answer('bad')).rejects.toThrow('no');
  expect(asked.filter((key) => key === 'bad')).toHaveLength(2);
});

test('forgets the oldest rather than growing', async () => {
  const asked: string[] = [];
  const answer = briefly(() => 0, 2_000, (key) => Promise.resolve(asked.push(key)));
  for (let i = 0; i <= 2_000; i++) await answer(String(i));
  await answer('0');
  expect(asked.filter((key) => key === '0')).toHaveLength(2);
});
