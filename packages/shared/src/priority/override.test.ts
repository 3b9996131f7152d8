import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertsOf } from '../alert/reconcile.ts';
import { HOUR_MS } from '../clock.ts';
import { arbInput, arbOverride, arbPolicy, arbUnmoved } from '../testing/arbitraries.ts';
import { openCriticals } from './counted.ts';
import { mayOverride, mayTakeBack, overrideAt, placeAbove, placeBelow } from './override.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { compareRanked, overrideSchema, rank } from './rank.ts';
import type { Override, RankInput } from './rank.ts';

const BY = { author: 'Dr A', reason: 'Surgeon waits', expiresAt: 1_900_000_000_000 };

const bleeding: RankInput = {
  studyUid: '1.2.3',
  receivedAt: 1_800_000_000_000,
  studyClass: 'inpatient',
  analyses: [
    {
      modelId: 'head_ct',
      role: 'active',
      status: 'final',
      live: true,
      findings: [{ id: 'ich', label: 'Intracranial haemorrhage', severity: 'critical', confidence: 0.97, refused: false }],
    },
  ],
  hasPreliminaryReport: false,
  override: null,
};
const plain: RankInput = { ...bleeding, studyUid: '1.2.4', analyses: [] };

function row(input: RankInput, policy = DEFAULT_POLICY): { studyUid: string; tier: 0 | 1 | 2; sortKey: number } {
  const { tier, sortKey } = rank(input, policy);
  return { studyUid: input.studyUid, tier, sortKey };
}

test('[PR2] an override is tier and signed milliseconds, with author, reason and expiry, none of them left out', () => {
  const whole: Override = { tier: 1, offsetMs: -HOUR_MS, criticalSeen: [], ...BY };
  expect(overrideSchema.safeParse(whole).success).toBe(true);
  for (const key of ['tier', 'offsetMs', 'author', 'reason', 'expiresAt'] as const) {
    expect(overrideSchema.safeParse({ ...whole, [key]: undefined }).success, key).toBe(false);
  }
  expect(overrideSchema.safeParse({ ...whole, offsetMs: 0.5 }).success).toBe(false);
  expect(overrideSchema.safeParse({ ...whole, reason: '' }).success).toBe(false);
});

test('[PR2] an override that holds moves the study by its tier and its amount', () => {
  fc.assert(
    fc.property(arbUnmoved, arbOverride, arbPolicy, (input, given, policy) => {
      const override = { ...given, criticalSeen: openCriticals(input).map((finding) => finding.id) };
      const moved = rank({ ...input, override }, policy);
      expect(moved.tier).toBe(override.tier);
      expect(moved.sortKey).toBe(rank(input, policy).sortKey + override.offsetMs);
    }),
  );
});

test('[PR2] it counts until the millisecond of its expiry, and is out from then on', () => {
  fc.assert(
    fc.property(arbOverride, fc.integer({ min: -HOUR_MS, max: HOUR_MS }), (override, sinceMs) => {
      expect(overrideAt(override, override.expiresAt + sinceMs)).toBe(sinceMs < 0 ? override : null);
    }),
  );
  expect(overrideAt(null, 0)).toBeNull();
});

test('[PR2] a dragged row lands above its target, and nothing more than a millisecond away comes between', () => {
  fc.assert(
    fc.property(arbUnmoved, arbInput, fc.array(arbInput, { maxLength: 6 }), arbPolicy, (target, dragged, others, policy) => {
      fc.pre(target.studyUid !== dragged.studyUid);
      const goal = row(target, policy);
      const moved = row({ ...dragged, override: { ...BY, ...placeAbove(goal, dragged, policy) } }, policy);
      expect(compareRanked(moved, goal)).toBe(moved.sortKey === goal.sortKey ? -1 : moved.sortKey - goal.sortKey);
      expect(compareRanked(moved, goal)).toBeLessThan(0);
      const between = others.map((other) => row(other, policy)).filter((other) => compareRanked(moved, other) < 0 && compareRanked(other, goal) < 0);
      for (const other of between) expect(goal.sortKey - other.sortKey).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2_000 },
  );
});

test('[PR2] a resident may place any study above a critical one', () => {
  const placing = placeAbove(row(bleeding), plain, DEFAULT_POLICY);
  expect(mayOverride('resident', plain, placing)).toBe(true);
  expect(compareRanked(row({ ...plain, override: { ...BY, ...placing } }), row(bleeding))).toBeLessThan(0);
});

test('[PR2] placing an open critical study lower needs an attending', () => {
  const lower = placeAbove(row(plain), bleeding, DEFAULT_POLICY);
  expect(mayOverride('resident', bleeding, lower)).toBe(false);
  expect(mayOverride('attending', bleeding, lower)).toBe(true);
  expect(mayOverride('resident', { ...bleeding, hasPreliminaryReport: true }, lower)).toBe(true);
  expect(mayOverride('resident', bleeding, { tier: 0, offsetMs: 1 })).toBe(false);
  expect(mayOverride('resident', bleeding, { tier: 0, offsetMs: -1 })).toBe(true);
});

test('[PR2] only readers move studies', () => {
  const lift = { tier: 0 as const, offsetMs: -HOUR_MS };
  expect(mayOverride('admin', plain, lift)).toBe(false);
  expect(mayOverride('it', plain, lift)).toBe(false);
});

test('[PR2] an attending who saw the finding holds it lower; a finding nobody saw lifts it again', () => {
  const override: Override = { ...BY, ...placeAbove(row(plain), bleeding, DEFAULT_POLICY) };
  expect(rank({ ...bleeding, override }, DEFAULT_POLICY).tier).toBe(2);
  const [analysis] = bleeding.analyses;
  const second = { ...analysis!, findings: [...analysis!.findings, { ...analysis!.findings[0]!, id: 'ich-left' }] };
  expect(rank({ ...bleeding, analyses: [second], override }, DEFAULT_POLICY).tier).toBe(0);
});

test('[PR2] a critical study placed lower still has its alert', () => {
  const placed = { ...bleeding, override: { ...BY, ...placeAbove(row(plain), bleeding, DEFAULT_POLICY) } };
  expect(rank(placed, DEFAULT_POLICY).tier).toBe(2);
  const analyses = placed.analyses.map((analysis) => ({
    ...analysis,
    findings: analysis.findings.map((finding) => ({ ...finding, code: 'intracranial-haemorrhage', side: null, alert: true })),
  }));
  expect(alertsOf(analyses)).toHaveLength(1);
});

test('[PR2] a row placed below its target lands just below it', () => {
  fc.assert(
    fc.property(arbUnmoved, arbInput, fc.array(arbInput, { maxLength: 6 }), arbPolicy, (target, dragged, others, policy) => {
      fc.pre(target.studyUid !== dragged.studyUid);
      const goal = row(target, policy);
      const moved = row({ ...dragged, override: { ...BY, ...placeBelow(goal, dragged, policy) } }, policy);
      expect(compareRanked(moved, goal)).toBeGreaterThan(0);
      const between = others.map((other) => row(other, policy)).filter((other) => compareRanked(goal, other) < 0 && compareRanked(other, moved) < 0);
      for (const other of between) expect(other.sortKey - goal.sortKey).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2_000 },
  );
});

test('[PR2] a resident does not undo what lifts an open critical study, by another lift or by taking it back; their own they may', () => {
  const lifted: RankInput = { ...bleeding, override: { ...BY, tier: 0, offsetMs: -HOUR_MS, criticalSeen: ['ich'] } };
  expect(mayOverride('resident', lifted, { tier: 0, offsetMs: -1 })).toBe(false);
  expect(mayOverride('resident', lifted, { tier: 0, offsetMs: -2 * HOUR_MS })).toBe(true);
  expect(mayOverride('attending', lifted, { tier: 0, offsetMs: -1 })).toBe(true);
  expect(mayTakeBack('resident', lifted, false)).toBe(false);
  expect(mayTakeBack('resident', lifted, true)).toBe(true);
  expect(mayTakeBack('attending', lifted, false)).toBe(true);
  const lowered: RankInput = { ...bleeding, override: { ...BY, tier: 2, offsetMs: 0, criticalSeen: ['ich'] } };
  expect(mayTakeBack('resident', lowered, false)).toBe(true);
  expect(mayTakeBack('resident', { ...plain, override: { ...BY, tier: 1, offsetMs: 0, criticalSeen: [] } }, false)).toBe(true);
  for (const role of ['admin', 'it'] as const) expect(mayTakeBack(role, lowered, true)).toBe(false);
});
