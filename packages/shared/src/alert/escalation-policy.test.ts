import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { dueSteps } from './escalation.ts';
import { CRITICAL_CALLS_FOR_MS, DEFAULT_ESCALATION, escalationPolicySchema, LADDER_BOUNDS, ladderFields, policyChanges, policyProblems, reachOf } from './escalation-policy.ts';
import type { EscalationPolicy, Ladder } from './escalation-policy.ts';

const withCritical = (change: Partial<Ladder>): EscalationPolicy => ({ ...DEFAULT_ESCALATION, critical: { ...DEFAULT_ESCALATION.critical, ...change } });
const problemsOf = (change: Partial<Ladder>): string[] => policyProblems(withCritical(change)).map(({ field }) => field);

test('[AL12] the database begins with the policy the program calls the default, and it may stand', () => {
  const sql = readFileSync(new URL('../../../../prisma/hospital/migrations/0011_escalation/migration.sql', import.meta.url), 'utf8');
  expect(escalationPolicySchema.parse(JSON.parse(/VALUES \(1, '(\{.*\})'/.exec(sql)?.[1] ?? ''))).toEqual(DEFAULT_ESCALATION);
  expect(policyProblems(DEFAULT_ESCALATION)).toEqual([]);
});

test('[AL12] a critical alert can’t be silenced, delayed past its bounds, or spared its communication', () => {
  expect(problemsOf({ maxRepeats: 0 })).toEqual(['maxRepeats']);
  expect(problemsOf({ repeatEveryMs: MINUTE_MS })).toEqual(['maxRepeats']);
  expect(policyProblems(withCritical({ repeatEveryMs: MINUTE_MS }))[0]?.text).toContain('1440 repeats or more');
  expect(problemsOf({ repeatEveryMs: MINUTE_MS, maxRepeats: 1_440 })).toEqual([]);
  expect(problemsOf({ communicateWithinMs: null })).toEqual(['communicateWithinMs']);
  expect(problemsOf({ backupAfterMs: 16 * MINUTE_MS, endAfterMs: 31 * MINUTE_MS, acknowledgeWithinMs: 2 * HOUR_MS })).toEqual(['backupAfterMs', 'endAfterMs', 'acknowledgeWithinMs']);
  expect(problemsOf({ backupAfterMs: 10 * MINUTE_MS })).toEqual(['endAfterMs']);
  const quiet = { ...DEFAULT_ESCALATION, urgent: { ...DEFAULT_ESCALATION.urgent, maxRepeats: 0, communicateWithinMs: 24 * HOUR_MS } };
  expect(policyProblems(quiet)).toEqual([]);
});

const arbMinutes = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max }).map((minutes) => minutes * MINUTE_MS);
const arbLadder: fc.Arbitrary<Ladder> = fc.record({
  backupAfterMs: arbMinutes(20), endAfterMs: arbMinutes(35), repeatEveryMs: arbMinutes(35), maxRepeats: fc.integer({ min: 40, max: 1_500 }),
  acknowledgeWithinMs: arbMinutes(70), communicateWithinMs: fc.option(arbMinutes(70), { freq: 20 }),
});

test('[AL12] whatever policy is let through, an unanswered critical alert reaches everybody within half an hour and calls again for a day', () => {
  const alert = { id: 'a', severity: 'critical' as const, state: 'open' as const, raisedAt: 0 };
  const { critical: bounds } = LADDER_BOUNDS;
  fc.assert(
    fc.property(arbLadder, fc.integer({ min: 0, max: CRITICAL_CALLS_FOR_MS - 1 }), (ladder, sinceMs) => {
      const policy = withCritical(ladder);
      fc.pre(policyProblems(policy).length === 0);
      const names = (ms: number) => dueSteps(alert, policy, ms).map((step) => step.name);
      expect(names(bounds.endAfterMs[1])).toEqual(expect.arrayContaining(['primary', 'backup', 'end']));
      // Half an hour later there is another call that was not there before.
      const at = ladder.endAfterMs + sinceMs;
      expect(names(at + ladder.repeatEveryMs)).not.toEqual(names(at));
    }),
    { maxSkipsPerRun: 1_000 },
  );
});

test('[AL12] what a change would do is said field by field, and nothing where nothing changes', () => {
  expect(policyChanges(DEFAULT_ESCALATION, DEFAULT_ESCALATION)).toEqual([]);
  const after = withCritical({ backupAfterMs: 90_000, maxRepeats: 300 });
  expect(policyChanges(DEFAULT_ESCALATION, after)).toEqual([
    'Critical (ACR category 1): the backup is called after 1.5 min, until now 2 min.',
    'Critical (ACR category 1): the last call is repeated at most 300 times, until now 288 times.',
  ]);
  expect(policyChanges(DEFAULT_ESCALATION, { ...DEFAULT_ESCALATION, routine: { ...DEFAULT_ESCALATION.routine, communicateWithinMs: 90 * MINUTE_MS } })).toEqual(['Routine (ACR category 3): it has to be communicated within 1 h 30 min, until now not asked for.']);
  expect(ladderFields).toHaveLength(6);
});

test('[AL12] how far past alerts would have climbed under another policy', () => {
  const past = [60_000, 150_000, 400_000, null].map((waited) => ({ severity: 'critical' as const, raisedAt: 0, acknowledgedAt: waited }));
  expect(reachOf(past, DEFAULT_ESCALATION, HOUR_MS)).toEqual({ alerts: 4, backup: 3, end: 2, late: 1 });
  expect(reachOf(past, withCritical({ backupAfterMs: 60_000, endAfterMs: 150_000, acknowledgeWithinMs: 60_000 }), HOUR_MS)).toEqual({ alerts: 4, backup: 4, end: 3, late: 3 });
  expect(reachOf([], DEFAULT_ESCALATION, 0)).toEqual({ alerts: 0, backup: 0, end: 0, late: 0 });
});
