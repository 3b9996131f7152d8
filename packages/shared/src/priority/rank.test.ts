import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { arbFinding, arbInput, arbPolicy, arbReceivedAt, arbUid, arbUnmoved } from '../testing/arbitraries.ts';
import { countedFindings } from './counted.ts';
import { DEFAULT_POLICY, overdue, overtakingBoundMs } from './policy.ts';
import { compareRanked, rank } from './rank.ts';
import type { Rank, RankFinding, RankInput } from './rank.ts';

const CRITICAL: RankFinding = { id: 'ich', label: 'Intracranial haemorrhage', severity: 'critical', confidence: 0.97, refused: false };
const URGENT: RankFinding = { id: 'pn', label: 'Pneumonia', severity: 'urgent', confidence: 0.8, refused: false };

function study(change: Partial<RankInput> = {}): RankInput {
  return { studyUid: '1.2.3', receivedAt: 1_800_000_000_000, studyClass: null, analyses: [], hasPreliminaryReport: false, override: null, ...change };
}

function analysed(findings: RankFinding[], change: Partial<RankInput['analyses'][number]> = {}): RankInput['analyses'][number] {
  return { modelId: 'head_ct', role: 'active', status: 'final', live: true, findings, ...change };
}

function place(input: RankInput, given: Rank): { tier: number; sortKey: number; studyUid: string } {
  return { ...given, studyUid: input.studyUid };
}

const codes = (input: RankInput): string[] => rank(input, DEFAULT_POLICY).parts.map((part) => part.code);

describe('[PR1] AI never lowers a study', () => {
  test('[PR1] under any policy, whatever a person has done to it', () => {
    fc.assert(
      fc.property(arbInput, arbPolicy, (input, policy) => {
        const withAi = place(input, rank(input, policy));
        const withoutAi = place(input, rank({ ...input, analyses: [] }, policy));
        expect(compareRanked(withAi, withoutAi)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('[PR1] one more finding never moves it back', () => {
    fc.assert(
      fc.property(arbUnmoved, arbFinding, arbPolicy, (input, finding, policy) => {
        const before = place(input, rank(input, policy));
        const after = place(input, rank({ ...input, analyses: [...input.analyses, analysed([finding])] }, policy));
        expect(compareRanked(after, before)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('[PR1] a critical finding beside an urgent one that earns more keeps the larger credit', () => {
    const policy = { ...DEFAULT_POLICY, creditMs: { critical: HOUR_MS, urgent: 3 * HOUR_MS, routine: 0 } };
    const reported = study({ hasPreliminaryReport: true, analyses: [analysed([CRITICAL, URGENT])] });
    expect(rank(reported, policy).sortKey).toBe(reported.receivedAt + policy.allowanceMs.unclassed - 3 * HOUR_MS);
  });

  test('[PR1] a failed analysis leaves the study where it would be without AI', () => {
    const failed = study({ analyses: [analysed([CRITICAL], { status: 'failed' })] });
    expect(rank(failed, DEFAULT_POLICY).sortKey).toBe(rank(study(), DEFAULT_POLICY).sortKey);
  });
});

describe('[PR3] tiers', () => {
  test('[PR3] the tier of every study nobody has moved, said a second time', () => {
    fc.assert(
      fc.property(arbUnmoved, arbPolicy, (input, policy) => {
        const openCritical = input.analyses.some(
          ({ live, role, status, findings }) =>
            live && role === 'active' && ['final', 'provisional'].includes(status) && findings.some((finding) => finding.severity === 'critical' && !finding.refused),
        );
        const byClass = ['stat', 'emergency'].includes(input.studyClass ?? '') ? 1 : 2;
        expect(rank(input, policy).tier).toBe(openCritical && !input.hasPreliminaryReport ? 0 : byClass);
      }),
      { numRuns: 2_000 },
    );
  });

  test('[PR3] a preliminary report or a refusal ends tier 0', () => {
    const open = study({ analyses: [analysed([CRITICAL])] });
    expect(rank(open, DEFAULT_POLICY).tier).toBe(0);
    expect(rank({ ...open, hasPreliminaryReport: true }, DEFAULT_POLICY).tier).toBe(2);
    expect(rank(study({ analyses: [analysed([{ ...CRITICAL, refused: true }])] }), DEFAULT_POLICY).tier).toBe(2);
  });

  test('[PR3] an override that was made before the critical finding does not hold the study down', () => {
    const override = { tier: 2 as const, offsetMs: 5 * HOUR_MS, criticalSeen: [], author: 'Dr A', reason: 'Can wait', expiresAt: 1_900_000_000_000 };
    const later = rank(study({ override, analyses: [analysed([CRITICAL])] }), DEFAULT_POLICY);
    expect(later.tier).toBe(0);
    expect(later.parts.at(-1)).toMatchObject({ code: 'override.set-aside', ms: 0 });
  });

  test('[PR3] a study without a class waits with tier 2', () => {
    expect(rank(study(), DEFAULT_POLICY).tier).toBe(2);
    expect(rank(study({ studyClass: 'emergency' }), DEFAULT_POLICY).tier).toBe(1);
  });
});

describe('[PR4] the bound', () => {
  test('[PR4] inside a tier nobody is overtaken by a study received more than W later', () => {
    fc.assert(
      fc.property(arbUnmoved, arbUnmoved, fc.integer({ min: 1, max: 100 * HOUR_MS }), arbPolicy, (early, other, extraMs, policy) => {
        const late = { ...other, receivedAt: early.receivedAt + overtakingBoundMs(policy) + extraMs };
        const [a, b] = [place(early, rank(early, policy)), place(late, rank(late, policy))];
        fc.pre(a.tier === b.tier);
        expect(compareRanked(a, b)).toBeLessThan(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('[PR4] W is tight: one received exactly W later can still tie', () => {
    const early = study({ studyUid: '1.2.9', studyClass: 'outpatient' });
    const late = study({ studyClass: 'inpatient', analyses: [analysed([CRITICAL])], hasPreliminaryReport: true });
    const policy = { ...DEFAULT_POLICY, allowanceMs: { ...DEFAULT_POLICY.allowanceMs, stat: 4 * HOUR_MS, emergency: 4 * HOUR_MS } };
    const lateRank = rank({ ...late, receivedAt: early.receivedAt + overtakingBoundMs(policy) }, policy);
    expect(lateRank.sortKey).toBe(rank(early, policy).sortKey);
  });

  test('[PR4] past the hard limit an unreported study calls, a reported one does not', () => {
    const limit = DEFAULT_POLICY.hardLimitMs;
    expect(overdue(study(), DEFAULT_POLICY, study().receivedAt + limit)).toBe(false);
    expect(overdue(study(), DEFAULT_POLICY, study().receivedAt + limit + 1)).toBe(true);
    expect(overdue(study({ hasPreliminaryReport: true }), DEFAULT_POLICY, study().receivedAt + 2 * limit)).toBe(false);
  });
});

describe('[PR5] ties', () => {
  test('[PR5] the order of analyses and findings changes nothing', () => {
    const arbShuffled = arbInput.chain((input) =>
      fc.tuple(
        fc.constant(input),
        fc.shuffledSubarray(input.analyses, { minLength: input.analyses.length }).map((analyses) => ({
          ...input,
          analyses: analyses.map((analysis) => ({ ...analysis, findings: analysis.findings.toReversed() })),
        })),
      ),
    );
    fc.assert(
      fc.property(arbShuffled, arbPolicy, ([input, shuffled], policy) => {
        expect(JSON.stringify(rank(shuffled, policy))).toBe(JSON.stringify(rank(input, policy)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('[PR5] any arrival order sorts to the same list', () => {
    const arbPlace = fc.record({ tier: fc.integer({ min: 0, max: 2 }), sortKey: fc.integer({ min: 0, max: 3 }), studyUid: arbUid });
    const arbList = fc.uniqueArray(arbPlace, { selector: (row) => row.studyUid, maxLength: 12 });
    fc.assert(
      fc.property(arbList.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))), ([list, shuffled]) => {
        expect(shuffled.toSorted(compareRanked)).toEqual(list.toSorted(compareRanked));
      }),
    );
  });

  test('[PR5] equal keys are told apart by the UID alone', () => {
    const [a, b] = [study({ studyUid: '1.2.3' }), study({ studyUid: '1.2.4' })];
    expect(compareRanked(place(a, rank(a, DEFAULT_POLICY)), place(b, rank(b, DEFAULT_POLICY)))).toBe(-1);
    expect(compareRanked(place(b, rank(b, DEFAULT_POLICY)), place(a, rank(a, DEFAULT_POLICY)))).toBe(1);
  });
});

describe('[PR7] not analysed', () => {
  test.each(['failed', 'refused', 'cancelled'] as const)('[PR7] %s says not analysed, and its findings weigh nothing', (status) => {
    expect(codes(study({ analyses: [analysed([CRITICAL], { status })] }))).toEqual(['arrival', 'class.unclassed', 'ai.not-analysed']);
  });

  test('[PR7] no analysis at all says the same', () => {
    expect(codes(study())).toContain('ai.not-analysed');
  });

  test('[PR7] a failed model stays visible beside the answer of another', () => {
    const parts = rank(study({ analyses: [analysed([]), analysed([], { modelId: 'cxr', status: 'failed' })] }), DEFAULT_POLICY).parts;
    expect(parts.map((part) => part.text)).toEqual(['Arrived', 'No class given: may wait', 'AI: nothing found', 'AI: cxr failed, not analysed']);
  });

  test('[PR7] a provisional answer without a finding is not yet "nothing found"', () => {
    expect(codes(study({ analyses: [analysed([], { status: 'provisional' })] }))).toContain('ai.pending');
    expect(codes(study({ analyses: [analysed([]), analysed([], { modelId: 'cxr', status: 'running' })] }))).toContain('ai.pending');
  });

  test('[PR7] nothing found is said by final answers alone', () => {
    fc.assert(
      fc.property(arbUnmoved, arbPolicy, (input, policy) => {
        const said = rank(input, policy).parts.some((part) => part.code === 'ai.clear');
        const counting = input.analyses.filter((analysis) => analysis.live && analysis.role === 'active');
        const allDone = counting.every(({ status }) => ['final', 'failed', 'refused', 'cancelled'].includes(status));
        const anyFinal = counting.some(({ status }) => status === 'final');
        expect(said).toBe(countedFindings(input).length === 0 && allDone && anyFinal);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('[PR9] results that do not exist for the list', () => {
  test('[PR9] shadow, withdrawn and switched-off analyses change neither rank nor words', () => {
    fc.assert(
      fc.property(arbInput, arbPolicy, (input, policy) => {
        const counting = input.analyses.filter((analysis) => analysis.live && analysis.role === 'active');
        expect(JSON.stringify(rank(input, policy))).toBe(JSON.stringify(rank({ ...input, analyses: counting }, policy)));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([{ role: 'shadow' as const }, { live: false }])('[PR9] a critical finding of %o stays out of tier 0', (change) => {
    const out = study({ analyses: [analysed([CRITICAL], change)] });
    expect(rank(out, DEFAULT_POLICY)).toEqual(rank(study(), DEFAULT_POLICY));
  });
});

test('a study is due when its allowance ends, whatever AI says', () => {
  fc.assert(
    fc.property(arbInput, arbReceivedAt, (input, receivedAt) => {
      const { dueAt } = rank({ ...input, receivedAt }, DEFAULT_POLICY);
      expect(dueAt - receivedAt).toBe(DEFAULT_POLICY.allowanceMs[input.studyClass ?? 'unclassed']);
      expect((dueAt - receivedAt) % MINUTE_MS).toBe(0);
    }),
  );
});
