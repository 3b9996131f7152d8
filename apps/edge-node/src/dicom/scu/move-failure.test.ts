import { expect, test } from 'vitest';
import { moveFailure } from './move-failure.ts';

const counts = (completed: number | null, failed: number | null, warning: number | null = null) => ({ remaining: null, completed, failed, warning });

test('a study that was sent, with warnings or without, is no failure', () => {
  expect(moveFailure(0, counts(30, 0), 'READROOM')).toBeNull();
  expect(moveFailure(0, counts(null, null), 'READROOM')).toBeNull();
});

test.each([
  [0xb000, counts(10, 18, 2), 'move-partial', /sent 12 of 30 images; 18 failed/],
  [0xb000, counts(null, null), 'move-partial', /could not send every image/],
  // Some say success and count failures.
  [0, counts(0, 3), 'move-partial', /sent 0 of 3/],
  [0xa801, counts(null, null), 'move-destination-unknown', /does not know READROOM.*C-MOVE destination/],
  [0xa702, counts(0, 3), 'move-out-of-resources', /address and port it has for READROOM/],
  [0xa701, counts(null, null), 'move-out-of-resources', /out of resources \(0xA701\)/],
  [0xa700, counts(null, null), 'move-out-of-resources', /out of resources \(0xA700\)/],
  [0xa900, counts(null, null), 'move-failed', /does not take the identifier\. /],
  [0xfe00, counts(4, 0), 'move-failed', /cancelled \(4 sent, 0 failed\)/],
  [0xc123, counts(null, null), 'move-failed', /0xC123/],
  [null, counts(null, null), 'move-failed', /0xC000/],
])('status %j with %j is %s, and says what to do', (status, told, code, words) => {
  const failure = moveFailure(status, told, 'READROOM');
  expect(failure).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(failure?.message).toMatch(/Hospital IT|hospital IT/);
  expect(failure?.message.length).toBeLessThan(280);
});
