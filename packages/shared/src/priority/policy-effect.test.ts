import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { arbInput, arbPolicy, arbUnmoved } from '../testing/arbitraries.ts';
import { openCriticals } from './counted.ts';
import { DEFAULT_POLICY } from './policy.ts';
import type { Policy } from './policy.ts';
import { DayEffect, effectAt, fallenAmong, pairsUnder } from './policy-effect.ts';
import type { MomentEffect, Pair } from './policy-effect.ts';
import { compareRanked, rank, RANK_VERSION } from './rank.ts';
import type { RankInput } from './rank.ts';

const NOW = 1_800_000_000_000;
const bleed = { id: 'ich', label: 'Intracranial haemorrhage', severity: 'critical' as const, confidence: 0.97, refused: false };
const analysed = (finding: RankInput['analyses'][number]['findings'][number]) => [{ modelId: 'm', role: 'active' as const, status: 'final' as const, live: true, findings: [finding] }];

function study(n: number, change: Partial<RankInput> = {}): RankInput {
  return { studyUid: `1.${n}`, receivedAt: NOW + n * MINUTE_MS, studyClass: 'inpatient', analyses: [], hasPreliminaryReport: false, override: null, ...change };
}
const row = (input: RankInput | null, policy: Policy = DEFAULT_POLICY) => ({ revision: 1, studyUid: input?.studyUid ?? '9', at: NOW, rankVersion: RANK_VERSION, policy, input });
const pairs = (inputs: readonly RankInput[], after: Policy, before: Policy = DEFAULT_POLICY): Pair[] => pairsUnder(after)(inputs.map((input) => row(input, before)));
const day = (...effects: readonly MomentEffect[]) => {
  const whole = new DayEffect();
  for (const effect of effects) whole.add(effect);
  return whole.summary();
};
const shorter: Policy = { ...DEFAULT_POLICY, version: 2, allowanceMs: { ...DEFAULT_POLICY.allowanceMs, outpatient: 3 * HOUR_MS + 58.5 * MINUTE_MS } };

test('[PR10] who would stand elsewhere, from where to where and why; one that left the list is not on it', () => {
  const waiting = study(3, { studyClass: 'outpatient' });
  const rows = [study(1), study(2), waiting].map((input) => row(input));
  const effect = day(effectAt(pairsUnder(shorter)([...rows, row(null)]), NOW));
  expect(effect).toMatchObject({ studies: 3, moved: 2, fallen: [] });
  expect(effect.most.map(({ studyUid, from, to, reason }) => [studyUid, from, to, reason])).toEqual([
    ['1.3', 3, 2, 'Outpatient: may wait 3 h 58.5 min, until now 24 h'],
    ['1.2', 2, 3, 'Unchanged itself: others pass it'],
  ]);
  const pneumonia = study(1, { analyses: analysed({ ...bleed, label: 'Pneumonia', severity: 'urgent', confidence: 0.8 }) });
  const mild = day(effectAt(pairs([pneumonia, study(0)], { ...DEFAULT_POLICY, creditMs: { critical: 0, urgent: 0, routine: 0 } }), NOW));
  expect(mild.most.find(({ studyUid }) => studyUid === '1.1')?.reason).toBe('AI: Pneumonia, 80 %: counts 0 min, until now 2 h');
});

test('[PR10] the same policy moves nobody', () => {
  fc.assert(fc.property(fc.uniqueArray(arbInput, { selector: (input) => input.studyUid, maxLength: 12 }), arbPolicy, (inputs, policy) => {
    expect(effectAt(pairs(inputs, policy, policy), NOW)).toMatchObject({ moved: [], fallen: [] });
  }));
});

test('[PR10] a study lifted by hand above which critical ones stand must not pass them', () => {
  const critical = study(1, { analyses: analysed(bleed) });
  const lifted = study(2, { studyClass: 'outpatient', override: { tier: 0, offsetMs: -23 * HOUR_MS, criticalSeen: [], author: 'Dr A', reason: 'Transfer', expiresAt: NOW + HOUR_MS } });
  const now = pairs([critical, lifted], DEFAULT_POLICY);
  expect(fallenAmong(now)).toEqual([]);
  expect(effectAt(pairs([critical, lifted], shorter), NOW).fallen).toEqual(['1.1']);
  expect(effectAt(pairs([{ ...critical, hasPreliminaryReport: true }, lifted], shorter), NOW).fallen).toEqual([]);
});

test('[PR10] without a placing by hand no critical study falls, whatever the two policies', () => {
  const arbList = fc.uniqueArray(arbUnmoved, { selector: (input) => input.studyUid, maxLength: 12 });
  fc.assert(fc.property(arbList, arbPolicy, arbPolicy, (inputs, before, after) => {
    expect(fallenAmong(pairs(inputs, after, before))).toEqual([]);
  }), { numRuns: 1_000 });
});

test('[PR10] with placings, exactly those fall whom a study without a critical finding passes, said a second time', () => {
  const arbList = fc.uniqueArray(arbInput, { selector: (input) => input.studyUid, maxLength: 8 });
  fc.assert(
    fc.property(arbList, arbPolicy, arbPolicy, (inputs, before, after) => {
      const place = (input: RankInput, policy: Policy) => ({ ...rank(input, policy), studyUid: input.studyUid });
      const ahead = (a: RankInput, b: RankInput, policy: Policy) => compareRanked(place(a, policy), place(b, policy)) < 0;
      const isCritical = (input: RankInput) => openCriticals(input).length > 0;
      const held = inputs.filter((input) => isCritical(input) && rank(input, before).tier === 0);
      const expected = held.filter((critical) => inputs.some((other) => !isCritical(other) && ahead(critical, other, before) && ahead(other, critical, after)));
      expect(fallenAmong(pairs(inputs, after, before)).map(({ input }) => input.studyUid).toSorted()).toEqual(expected.map(({ studyUid }) => studyUid).toSorted());
    }),
    { numRuns: 2_000 },
  );
});

test('[PR10] over the hours each study counts once, where it would have moved furthest; ten are named', () => {
  const [pair] = pairs([study(1)], shorter);
  const moved = (n: number, from: number, to: number) => ({ pair: { ...pair!, input: study(n) }, from, to });
  const effect = day(
    { at: NOW, studyUids: ['1.1', '1.2'], moved: [moved(1, 5, 4)], fallen: ['1.1'] },
    { at: NOW + HOUR_MS, studyUids: ['1.1', '1.3'], moved: [moved(1, 2, 9), ...Array.from({ length: 20 }, (_, n) => moved(n + 10, n, n + 1))], fallen: ['1.1'] },
  );
  expect(effect).toMatchObject({ studies: 3, moved: 21, fallen: ['1.1'] });
  expect(effect.most).toHaveLength(10);
  expect(effect.most[0]).toMatchObject({ studyUid: '1.1', from: 2, to: 9, at: NOW + HOUR_MS });
});
