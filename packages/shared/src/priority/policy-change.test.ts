import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { arbInput, arbUnmoved, arbValidTerms } from '../testing/arbitraries.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { boundOf, policyOf, rankPolicyChangeSchema, rankPolicyChanges, rankPolicyProblems, termsOf, valuesOf } from './policy-change.ts';
import type { PolicyValues } from './policy-change.ts';
import { explain } from './explain.ts';
import { compareRanked, rank } from './rank.ts';
import type { RankInput } from './rank.ts';

const { version: _version, ...DEFAULT_TERMS } = DEFAULT_POLICY;
const changed = (over: Partial<PolicyValues>) => termsOf({ ...valuesOf(DEFAULT_TERMS), ...over });
const problems = (over: Partial<PolicyValues>) => rankPolicyProblems(changed(over)).map(({ field, text }) => `${field}: ${text}`);
const place = (input: RankInput, terms: typeof DEFAULT_TERMS) => ({ ...rank(input, policyOf(2, terms)), studyUid: input.studyUid });

test('[PR10] the first policy and every one drawn from the bounds may stand; terms and fields are the same', () => {
  expect(problems({})).toEqual([]);
  fc.assert(
    fc.property(arbValidTerms, (terms) => {
      expect(rankPolicyProblems(terms)).toEqual([]);
      expect(termsOf(valuesOf(terms))).toEqual(terms);
      expect(boundOf(terms)).toBeLessThanOrEqual(terms.hardLimitMs);
    }),
  );
});

test('[PR10] every reason is said at once, in the order of the form', () => {
  expect(problems({ stat: 2 * HOUR_MS, emergency: 5 * MINUTE_MS, critical: 25 * HOUR_MS, urgent: 26 * HOUR_MS, hardLimit: 3 * HOUR_MS })).toEqual([
    'emergency: Choose 10 min to 12 h.',
    'emergency: An emergency study can’t be due before a STAT one.',
    'critical: Choose 0 min to 24 h.',
    'critical: A critical finding can’t count less than an urgent one.',
    'urgent: Choose 0 min to 24 h.',
    'hardLimit: No sooner than the last study is due: 24 h or more.',
    'hardLimit: No shorter than the bound W, within which a study can be overtaken: 49 h 55 min or more.',
  ]);
});

test('[PR10] a class is due no sooner than a more urgent one, a finding counts no less than a milder one', () => {
  fc.assert(
    fc.property(arbValidTerms, ({ allowanceMs, creditMs }) => {
      const due = [allowanceMs.stat, allowanceMs.emergency, allowanceMs.inpatient, allowanceMs.outpatient];
      expect(due).toEqual(due.toSorted((a, b) => a - b));
      const credits = [creditMs.routine, creditMs.urgent, creditMs.critical];
      expect(credits).toEqual(credits.toSorted((a, b) => a - b));
    }),
  );
});

test('[PR10] under every policy that may stand AI lowers nobody (PR1), W bounds overtaking (PR4), and the parts sum (PR6)', () => {
  fc.assert(
    fc.property(arbInput, arbUnmoved, arbUnmoved, arbValidTerms, fc.integer({ min: 1, max: HOUR_MS }), (moved, early, other, terms, extraMs) => {
      expect(compareRanked(place(moved, terms), place({ ...moved, analyses: [] }, terms))).toBeLessThanOrEqual(0);
      const ranked = place(moved, terms);
      expect(explain(ranked).reduce((sum, { ms }) => sum + ms, 0)).toBe(ranked.sortKey);
      const [a, b] = [place(early, terms), place({ ...other, receivedAt: early.receivedAt + boundOf(terms) + extraMs }, terms)];
      if (a.tier === b.tier) expect(compareRanked(a, b)).toBeLessThan(0);
    }),
    { numRuns: 1_000 },
  );
});

test('a change is said in words, and needs a reason', () => {
  expect(rankPolicyChanges(DEFAULT_TERMS, changed({ inpatient: 2 * HOUR_MS, urgent: HOUR_MS, hardLimit: 72 * HOUR_MS }))).toEqual([
    'Inpatient: may wait 2 h, until now 4 h.',
    'Urgent finding: counts 1 h, until now 2 h.',
    'Call the attendings after 72 h, until now 48 h.',
  ]);
  expect(rankPolicyChangeSchema.safeParse({ basedOn: 1, terms: DEFAULT_TERMS, reason: ' a ' }).success).toBe(false);
});
