import fc from 'fast-check';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { analysisRoleSchema, analysisStatusSchema } from '../finding/analysis.ts';
import { severitySchema } from '../finding/finding.ts';
import { studyClassSchema } from '../dicom/study-class.ts';
import type { Policy } from '../priority/policy.ts';
import { POLICY_FIELD, policyFields, termsOf } from '../priority/policy-change.ts';
import type { PolicyField, PolicyTerms } from '../priority/policy-change.ts';
import type { Override, RankFinding, RankInput } from '../priority/rank.ts';

/** Random studies, policies and overrides for the laws of ranking. Small pools on purpose, so that ties and clashes happen. */

const NOON = Date.UTC(2026, 0, 15, 12);

export const arbUid: fc.Arbitrary<string> = fc.integer({ min: 1, max: 9_999 }).map((n) => `1.2.826.0.1.3680043.${n}`);

const arbAmountMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 72 * HOUR_MS }), fc.integer({ min: 0, max: 72 }).map((n) => n * HOUR_MS));

/** Any policy, the foolish ones too: a STAT study that may wait longest, an urgent finding that earns more than a critical one. */
export const arbPolicy: fc.Arbitrary<Policy> = fc.record({
  version: fc.integer({ min: 1, max: 1_000 }),
  allowanceMs: fc.record({ stat: arbAmountMs, emergency: arbAmountMs, inpatient: arbAmountMs, outpatient: arbAmountMs, unclassed: arbAmountMs }),
  creditMs: fc.record({ critical: arbAmountMs, urgent: arbAmountMs, routine: arbAmountMs }),
  hardLimitMs: arbAmountMs,
});

/** A policy that may stand (PR10): every amount drawn from its bounds and put in its order. */
export const arbValidTerms: fc.Arbitrary<PolicyTerms> = fc
  .tuple(...policyFields.map((field) => fc.integer({ min: POLICY_FIELD[field].bounds[0] / MINUTE_MS, max: POLICY_FIELD[field].bounds[1] / MINUTE_MS })))
  .map((minutes) => {
    const drawn = Object.fromEntries(policyFields.map((field, index) => [field, (minutes[index] ?? 0) * MINUTE_MS])) as { [F in PolicyField]: number };
    const emergency = Math.max(drawn.stat, drawn.emergency);
    const inpatient = Math.max(emergency, drawn.inpatient);
    const unclassed = Math.max(drawn.stat, drawn.unclassed);
    const outpatient = Math.max(inpatient, unclassed, drawn.outpatient);
    const urgent = Math.max(drawn.routine, drawn.urgent);
    const critical = Math.max(urgent, drawn.critical);
    const allowances = { emergency, inpatient, unclassed, outpatient };
    const bound = outpatient - drawn.stat + critical;
    return termsOf({ ...drawn, ...allowances, urgent, critical, hardLimit: Math.max(drawn.hardLimit, outpatient, bound) });
  });

export const arbFinding: fc.Arbitrary<RankFinding> = fc.record({
  id: fc.constantFrom('f1', 'f2', 'f3', 'f4'),
  label: fc.constantFrom('Pneumonia', 'Intracranial haemorrhage', 'Nodule'),
  severity: fc.constantFrom(...severitySchema.options),
  confidence: fc.constantFrom(0, 0.25, 0.5, 0.9, 0.999, 1),
  refused: fc.boolean(),
});

export const arbAnalysis: fc.Arbitrary<RankInput['analyses'][number]> = fc.record({
  modelId: fc.constantFrom('cxr', 'head_ct', 'brain_mr'),
  role: fc.constantFrom(...analysisRoleSchema.options),
  status: fc.constantFrom(...analysisStatusSchema.options),
  live: fc.boolean(),
  findings: fc.array(arbFinding, { maxLength: 4 }),
});

export const arbOverride: fc.Arbitrary<Override> = fc.record({
  tier: fc.constantFrom(0 as const, 1 as const, 2 as const),
  offsetMs: fc.integer({ min: -100 * HOUR_MS, max: 100 * HOUR_MS }),
  criticalSeen: fc.subarray(['f1', 'f2', 'f3', 'f4']),
  author: fc.constantFrom('Dr A', 'Dr B'),
  reason: fc.constantFrom('Surgeon waits', 'Transfer'),
  expiresAt: fc.integer({ min: NOON, max: NOON + 48 * HOUR_MS }),
});

export const arbReceivedAt: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: NOON - 96 * HOUR_MS, max: NOON }),
  fc.integer({ min: 0, max: 50 }).map((n) => NOON - n * MINUTE_MS),
);

export const arbInput: fc.Arbitrary<RankInput> = fc.record({
  studyUid: arbUid,
  receivedAt: arbReceivedAt,
  studyClass: fc.option(fc.constantFrom(...studyClassSchema.options)),
  analyses: fc.array(arbAnalysis, { maxLength: 4 }),
  hasPreliminaryReport: fc.boolean(),
  override: fc.option(arbOverride),
});

/** A study nobody has moved. */
export const arbUnmoved: fc.Arbitrary<RankInput> = arbInput.map((input) => ({ ...input, override: null }));
