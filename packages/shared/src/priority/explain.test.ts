import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE_MS } from '../clock.ts';
import { arbInput, arbPolicy } from '../testing/arbitraries.ts';
import { explain, shownMinutes } from './explain.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { rank } from './rank.ts';

test('[PR6] the parts are integers that sum to the key, and the shown minutes to the shown key', () => {
  fc.assert(
    fc.property(arbInput, arbPolicy, (input, policy) => {
      const ranked = rank(input, policy);
      const reasons = explain(ranked);
      expect(reasons.every((reason) => Number.isSafeInteger(reason.ms) && Number.isSafeInteger(reason.minutes))).toBe(true);
      expect(reasons.reduce((sum, reason) => sum + reason.ms, 0)).toBe(ranked.sortKey);
      expect(reasons.reduce((sum, reason) => sum + reason.minutes, 0)).toBe(shownMinutes(ranked.sortKey));
    }),
    { numRuns: 2_000 },
  );
});

test('[PR6] every part is shown within a minute of the truth, a part of whole minutes exactly', () => {
  fc.assert(
    fc.property(arbInput, arbPolicy, (input, policy) => {
      for (const reason of explain(rank(input, policy))) {
        expect(Math.abs(reason.minutes - reason.ms / MINUTE_MS)).toBeLessThan(1);
        if (reason.ms % MINUTE_MS === 0) expect(reason.minutes * MINUTE_MS).toBeCloseTo(reason.ms, 6);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('[PR6] seconds that would round away separately are carried: 90 s and 90 s are 3 minutes, not 2 or 4', () => {
  const parts = [90_000, 90_000].map((ms) => ({ code: 'x', text: 'x', ms }));
  expect(explain({ parts }).map((reason) => reason.minutes)).toEqual([1, 2]);
});

test('[PR6] an AI credit of two hours reads minus 120 whatever the second of arrival', () => {
  const reasons = explain(
    rank(
      {
        studyUid: '1.2',
        receivedAt: 1_800_000_059_999,
        studyClass: 'inpatient',
        analyses: [
          { modelId: 'cxr', role: 'active', status: 'final', live: true, findings: [{ id: 'f', label: 'Pneumonia', severity: 'urgent', confidence: 0.8, refused: false }] },
        ],
        hasPreliminaryReport: false,
        override: null,
      },
      DEFAULT_POLICY,
    ),
  );
  expect(reasons.map(({ code, minutes }) => [code, minutes])).toEqual([
    ['arrival', 30_000_000],
    ['class.inpatient', 240],
    ['ai.urgent', -120],
  ]);
});
