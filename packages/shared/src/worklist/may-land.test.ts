import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roleSchema } from '../access/role.ts';
import { countedFindings } from '../priority/counted.ts';
import { explain } from '../priority/explain.ts';
import { landing, mayOverride, placeAbove, placeBelow } from '../priority/override.ts';
import { lowers, naturalTier, overrideHolds, rank } from '../priority/rank.ts';
import { arbInput, arbPolicy } from '../testing/arbitraries.ts';
import { mayLand } from './may-land.ts';
import { ownTier } from './own-tier.ts';

test('[PR2] [PR3] what a row on a screen says may be placed is what the gateway says', () => {
  const counts = { yes: 0, no: 0 };
  fc.assert(
    fc.property(arbInput, arbInput, arbPolicy, fc.constantFrom('above' as const, 'below' as const), fc.constantFrom(...roleSchema.options), (input, other, policy, side, role) => {
      fc.pre(input.studyUid !== other.studyUid);
      const ranked = rank(input, policy);
      const [worst] = countedFindings(input);
      const { override } = input;
      const row = {
        studyUid: input.studyUid,
        tier: ranked.tier,
        sortKey: ranked.sortKey,
        reasons: explain(ranked),
        topFinding: worst ? { ...worst, uncertainty: null } : null,
        status: input.hasPreliminaryReport ? ('preliminary' as const) : ('unread' as const),
        override: override && { id: '', author: { id: '', name: '' }, reason: 'other' as const, note: '', direction: lowers(input, override) ? ('down' as const) : ('up' as const), holds: overrideHolds(input), placedAt: 0, expiresAt: 0 },
      };
      expect(ownTier({ ...row, class: input.studyClass })).toBe(naturalTier(input));
      const target = { studyUid: other.studyUid, ...rank(other, policy) };
      const place = side === 'above' ? placeAbove : placeBelow;
      const may = mayOverride(role, input, place(target, input, policy));
      counts[may ? 'yes' : 'no'] += 1;
      expect(mayLand(role, row, landing(target, side, input.studyUid))).toBe(may);
    }),
    { numRuns: 3_000 },
  );
  expect(counts.no).toBeGreaterThan(100);
});
