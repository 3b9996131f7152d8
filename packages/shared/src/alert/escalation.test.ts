import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { calls } from './alert.ts';
import { calledBy, dueSteps, rungOf, stepNamed } from './escalation.ts';
import { DEFAULT_ESCALATION } from './escalation-policy.ts';
import type { Escalating } from './escalation.ts';

const RAISED = 1_800_000_000_000;
const open: Escalating = { id: 'a', severity: 'critical', state: 'open', raisedAt: RAISED };
const keysAfter = (ms: number, alert = open): string[] => dueSteps(alert, DEFAULT_ESCALATION, RAISED + ms).map((step) => step.key);

test('[AL3] primary at once, then backup, then the end, each at its time', () => {
  expect(keysAfter(0)).toEqual(['a:primary']);
  expect(keysAfter(2 * MINUTE_MS - 1)).toEqual(['a:primary']);
  expect(keysAfter(2 * MINUTE_MS)).toEqual(['a:primary', 'a:backup']);
  expect(keysAfter(5 * MINUTE_MS)).toEqual(['a:primary', 'a:backup', 'a:end']);
  expect(keysAfter(10 * MINUTE_MS)).toEqual(['a:primary', 'a:backup', 'a:end', 'a:end:1']);
});

test('[AL3] urgent findings climb more slowly', () => {
  const urgent = { ...open, severity: 'urgent' as const };
  expect(keysAfter(14 * MINUTE_MS, urgent)).toEqual(['a:primary']);
  expect(keysAfter(HOUR_MS, urgent)).toEqual(['a:primary', 'a:backup', 'a:end']);
});

test('[AL3] after a day of silence the end is called once, by its latest repeat, and never past the bound', () => {
  expect(keysAfter(24 * HOUR_MS)).toEqual(['a:primary', 'a:backup', 'a:end', 'a:end:287']);
  expect(keysAfter(1_000 * HOUR_MS)).toEqual(['a:primary', 'a:backup', 'a:end', 'a:end:288']);
});

test('[AL3] who is called: readers or the assigned one, then attendings, then everybody who may see alerts', () => {
  const steps = [stepNamed('a', 'primary', ['u1']), stepNamed('a', 'backup', null), stepNamed('a', 'end', null)];
  const called = (person: { id: string; role: 'resident' | 'attending' | 'admin' | 'it' }): string[] =>
    steps.filter((step) => calls(step, person)).map((step) => step.level);
  expect(called({ id: 'u1', role: 'resident' })).toEqual(['primary', 'end']);
  expect(called({ id: 'u2', role: 'resident' })).toEqual(['end']);
  expect(called({ id: 'u3', role: 'attending' })).toEqual(['backup', 'end']);
  expect(called({ id: 'u4', role: 'admin' })).toEqual(['end']);
  expect(called({ id: 'u5', role: 'it' })).toEqual([]);
  expect(calls(stepNamed('a', 'primary', null), { id: 'u2', role: 'resident' })).toBe(true);
});

test('[AL3] a call stands while the alert climbs: readers from the first, admins from the end, IT never', () => {
  const levels = ['primary', 'backup', 'end'] as const;
  const climbed = (level: (typeof levels)[number]) => levels.slice(0, levels.indexOf(level) + 1).map((reached) => ({ level: reached, asked: null }));
  const who = (role: 'resident' | 'attending' | 'admin' | 'it'): string[] => levels.filter((level) => calledBy(climbed(level), { id: 'u', role }));
  expect(who('resident')).toEqual(['primary', 'backup', 'end']);
  expect(who('attending')).toEqual(['primary', 'backup', 'end']);
  expect(who('admin')).toEqual(['end']);
  expect(who('it')).toEqual([]);
});

test('[AL13] who is named is called and no other, until the end, which names nobody', () => {
  const asked = [{ id: 'u1', name: 'Ann' }];
  const calls = [{ level: 'primary' as const, asked }];
  expect([calledBy(calls, { id: 'u1', role: 'resident' }), calledBy(calls, { id: 'u2', role: 'attending' })]).toEqual([true, false]);
  expect(calledBy([...calls, { level: 'end', asked: null }], { id: 'u2', role: 'attending' })).toBe(true);
  expect(stepNamed('a', 'backup', ['u1'])).toEqual({ key: 'a:backup', level: 'backup', roles: ['resident', 'attending'], userIds: ['u1'] });
  expect(stepNamed('a', 'end:3', ['u1'])).toEqual({ key: 'a:end:3', level: 'end', roles: ['resident', 'attending', 'admin'], userIds: null });
});

test('[AL5] an acknowledged alert has no further step', () => {
  expect(keysAfter(HOUR_MS, { ...open, state: 'acknowledged' })).toEqual([]);
  expect(keysAfter(HOUR_MS, { ...open, state: 'closed' })).toEqual([]);
});

const arbAlert = fc.record({
  id: fc.uuid(),
  severity: fc.constantFrom('critical' as const, 'urgent' as const, 'routine' as const),
  state: fc.constant('open' as const),
  raisedAt: fc.integer({ min: RAISED - HOUR_MS, max: RAISED + HOUR_MS }),
});
const arbMs = fc.integer({ min: 1, max: 4 * HOUR_MS });
const arbLadder = fc.record({ backupAfterMs: arbMs, endAfterMs: arbMs, repeatEveryMs: arbMs, maxRepeats: fc.integer({ min: 0, max: 20 }), acknowledgeWithinMs: arbMs, communicateWithinMs: fc.option(arbMs) });
const arbEscalation = fc.record({ critical: arbLadder, urgent: arbLadder, routine: arbLadder });

test('[AL3] however often and however late it is asked, every recorded key is recorded once and their number is bounded', () => {
  fc.assert(
    fc.property(arbAlert, arbEscalation, fc.array(fc.integer({ min: -HOUR_MS, max: 100 * HOUR_MS }), { maxLength: 30 }), (alert, policy, moments) => {
      const recorded = new Map<string, number>();
      for (const sinceMs of moments) {
        for (const step of dueSteps(alert, policy, alert.raisedAt + sinceMs)) {
          expect(step.dueAt).toBeLessThanOrEqual(alert.raisedAt + sinceMs);
          // The same key is always due at the same time: what was recorded stays true.
          expect(recorded.get(step.key) ?? step.dueAt).toBe(step.dueAt);
          recorded.set(step.key, step.dueAt);
        }
      }
      expect(recorded.size).toBeLessThanOrEqual(3 + policy[alert.severity].maxRepeats);
    }),
  );
});

test('[AL3] time only adds steps: what was due stays due, but for repeats that a later one replaces', () => {
  fc.assert(
    fc.property(arbAlert, arbEscalation, arbMs, arbMs, (alert, policy, firstMs, laterMs) => {
      const names = (sinceMs: number) => dueSteps(alert, policy, alert.raisedAt + sinceMs).map((step) => step.key).filter((key) => !/:end:\d+$/.test(key));
      expect(names(firstMs + laterMs)).toEqual(expect.arrayContaining(names(firstMs)));
    }),
  );
});

test('[AL3] the ladder has an order of its own, whatever order its steps are read in', () => {
  const names = ['primary', 'backup', 'end', 'end:1', 'end:2', 'end:10', 'end:287'];
  expect(names.toReversed().toSorted((a, b) => rungOf(a) - rungOf(b))).toEqual(names);
});
