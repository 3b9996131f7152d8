import { expect, test } from 'vitest';
import { AppError } from '@readroom/shared/error';
import { studyUidIn } from '../outbox/testing/bodies.ts';
import { fakeTime } from '../testing/fake-time.ts';
import { createRetention } from './retention.ts';

const HOUR_MS = 3_600_000;

function begin(turns: readonly (readonly string[] | AppError)[]): { readonly seen: string[]; readonly time: ReturnType<typeof fakeTime>; readonly retention: ReturnType<typeof createRetention> } {
  const seen: string[] = [];
  const left = [...turns];
  const time = fakeTime();
  const retention = createRetention({
    intake: {
      sweep({ most, needed }) {
        const turn = left.shift() ?? [];
        if (turn instanceof AppError) throw turn;
        needed();
        // A key without images is that of a late result.
        return { deleted: turn, held: turn.filter((uid) => !uid.startsWith('late')), isCut: turn.length >= most };
      },
      held: () => ({ studies: left.length, oldestAt: null }),
    },
    outbox: {
      studies: () => new Set(),
      async put(body) {
        seen.push(`${body.type} ${studyUidIn(body)}`);
        if (studyUidIn(body) === '9.1') throw new AppError('outbox-full', { class: 'transient' });
      },
    },
    records: [{ forget: (studyUid) => void seen.push(`forgot ${studyUid}`) }],
    keepMs: 1,
    clock: time.clock,
    setTimer: time.setTimer,
    watch: { deleted: (count) => void seen.push(`deleted ${count}`), deletionFailed: (error) => void seen.push(error.code) },
  });
  return { seen, time, retention };
}

test('what is due is deleted at the start, turn after turn, and then every hour', async () => {
  const many = Array.from({ length: 16 }, (_, n) => `1.${n}`);
  const { seen, time, retention } = begin([many, ['2.1'], ['3.1']]);
  await retention.start();
  expect(seen.slice(15, 18)).toEqual(['forgot 1.15', 'deleted 16', 'study-deleted 1.0']);
  time.advance(250);
  expect(seen.slice(-3)).toEqual(['forgot 2.1', 'deleted 1', 'study-deleted 2.1']);
  time.advance(HOUR_MS - 1);
  expect(seen.at(-1)).toBe('study-deleted 2.1');
  time.advance(1);
  expect(seen.slice(-3)).toEqual(['forgot 3.1', 'deleted 1', 'study-deleted 3.1']);
  await retention.stop();
  time.advance(2 * HOUR_MS);
  expect(seen).toHaveLength(16 + 1 + 16 + 6);
});

test('a disk that refuses is told, and asked again in an hour; what is held is counted twice a minute at most', async () => {
  const { seen, time, retention } = begin([new AppError('disk-sync', { class: 'transient' }), ['1.1']]);
  await retention.start();
  expect(seen).toEqual(['disk-sync']);
  const held = retention.held();
  time.advance(HOUR_MS);
  expect(seen).toEqual(['disk-sync', 'forgot 1.1', 'deleted 1', 'study-deleted 1.1']);
  expect(retention.held()).not.toEqual(held);
  await retention.stop();
});

test('a key that held no images is no study that was deleted; an outbox that takes nothing is told', async () => {
  const { seen, retention } = begin([['late.1', '9.1']]);
  await retention.start();
  await Promise.resolve();
  expect(seen).toEqual(['forgot late.1', 'forgot 9.1', 'deleted 1', 'study-deleted 9.1', 'outbox-full']);
  await retention.stop();
});
