import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, RECONNECT_BACKOFF } from './backoff.ts';

test('waits grow, stay between half and all of the step, and never pass the cap', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
      const waitMs = backoffMs(attempt, () => random);
      expect(waitMs).toBeLessThanOrEqual(RECONNECT_BACKOFF.capMs);
      expect(waitMs).toBeGreaterThanOrEqual(RECONNECT_BACKOFF.firstMs / 2);
      expect(backoffMs(attempt + 1, () => random)).toBeGreaterThanOrEqual(waitMs);
    }),
  );
});
