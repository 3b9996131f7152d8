import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complianceOf } from './compliance.ts';
import type { ComplianceReport, Measure, ResultFacts } from './compliance.ts';
import type { Communication, Said } from './communication.ts';
import { DEFAULT_ESCALATION } from './escalation-policy.ts';
import { isTimeZone, shiftTeller } from './shift.ts';

const T = Date.UTC(2026, 10, 24, 10, 0);
const MIN = 60_000;
const NOW = T + 600 * MIN;
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const said = (at: number): Said => ({ outcome: 'told', name: 'W', role: 'nurse', means: 'telephone', at, words: 'Bleed', readBack: true, reason: '' });
const record = (what: Said, n = 1, corrects: string | null = null): Communication => ({ id: uuid(n), corrects, by: { id: 'u', name: 'U' }, recordedAt: NOW, said: what });
const result = (change: Partial<ResultFacts> = {}): ResultFacts => ({ severity: 'critical', limit: DEFAULT_ESCALATION[change.severity ?? 'critical'], site: 'North', finding: 'Bleed', raisedAt: T, acknowledgedAt: T + MIN, communications: [record(said(T + 30 * MIN))], ...change });
const counts = ({ within, late, missing, running, exempt }: Measure) => ({ within, late, missing, running, exempt });

test('[AL11] within, late, missing and still running, by the limit of the severity', () => {
  const { total } = complianceOf(
    [
      result(),
      result({ acknowledgedAt: T + 15 * MIN, communications: [record(said(T + 60 * MIN))] }),
      result({ acknowledgedAt: T + 15 * MIN + 1, communications: [record(said(T + 60 * MIN + 1))] }),
      result({ acknowledgedAt: null, communications: [] }),
      result({ raisedAt: NOW - MIN, acknowledgedAt: null, communications: [] }),
    ],
    'UTC',
    NOW,
  );
  expect(counts(total.acknowledged)).toEqual({ within: 2, late: 1, missing: 1, running: 1, exempt: 0 });
  expect(counts(total.communicated)).toEqual({ within: 2, late: 1, missing: 1, running: 1, exempt: 0 });
  expect(total.acknowledged).toMatchObject({ percent: 50, medianMs: 15 * MIN });
});

test('[AL11] what needed no communication is exempt, what was corrected counts as corrected, a typed minute before the alert as at once', () => {
  const wrong = record(said(T + 5 * MIN), 1);
  const { total } = complianceOf(
    [
      result({ communications: [record({ outcome: 'not-needed', reason: 'No bleed' })] }),
      result({ severity: 'urgent', communications: [] }),
      result({ communications: [wrong, record(said(T + 90 * MIN), 2, wrong.id)] }),
      result({ communications: [record(said(T - 40_000))] }),
    ],
    'UTC',
    NOW,
  );
  expect(counts(total.communicated)).toEqual({ within: 1, late: 1, missing: 0, running: 0, exempt: 2 });
});

test('[AL12] each result is measured by the limits that were in force when it was raised', () => {
  const strict = { acknowledgeWithinMs: MIN - 1, communicateWithinMs: 29 * MIN };
  const { total } = complianceOf([result(), result({ limit: strict })], 'UTC', NOW);
  expect([total.acknowledged, total.communicated].map(counts)).toEqual(Array(2).fill({ within: 1, late: 1, missing: 0, running: 0, exempt: 0 }));
});

test('[AL11] an empty period has no percentage, not one hundred', () => {
  expect(complianceOf([], 'UTC', NOW)).toMatchObject({ total: { alerts: 0, acknowledged: { percent: null, medianMs: null } }, sites: [], shifts: [] });
});

test('[AL11] a shift is told by the hospital’s clock, through summer time too', () => {
  const stockholm = shiftTeller('Europe/Stockholm');
  // 25 October 2026 03:00 becomes 02:00: 02:30 occurs twice, 00:30 and 01:30 UTC.
  expect([Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)].map(stockholm)).toEqual(['night', 'night']);
  // 07:00 local is 05:00 UTC the day before the change and 06:00 UTC after it.
  expect([Date.UTC(2026, 9, 24, 4, 59), Date.UTC(2026, 9, 24, 5, 0), Date.UTC(2026, 9, 25, 5, 59), Date.UTC(2026, 9, 25, 6, 0)].map(stockholm)).toEqual(['night', 'day', 'night', 'day']);
  expect([Date.UTC(2026, 2, 29, 4, 59), Date.UTC(2026, 2, 29, 5, 0)].map(stockholm)).toEqual(['night', 'day']);
  expect([T, Date.UTC(2026, 10, 24, 15), Date.UTC(2026, 10, 24, 23), Date.UTC(2026, 10, 24, 0)].map(shiftTeller('UTC'))).toEqual(['day', 'evening', 'night', 'night']);
  expect(shiftTeller('Asia/Kolkata')(Date.UTC(2026, 10, 24, 1, 30))).toBe('day');
  expect([isTimeZone('Europe/Stockholm'), isTimeZone('UTC'), isTimeZone('Mars/Base'), isTimeZone('')]).toEqual([true, true, false, false]);
});

test('[AL11] every alert is counted once in the whole and once in each kind of group', () => {
  const arbResult: fc.Arbitrary<ResultFacts> = fc.record({
    limit: fc.constant(DEFAULT_ESCALATION.critical),
    severity: fc.constantFrom('critical' as const, 'urgent' as const, 'routine' as const),
    site: fc.constantFrom('North', 'South', ''),
    finding: fc.constantFrom('Bleed', 'Pneumonia'),
    raisedAt: fc.integer({ min: T - 40 * 86_400_000, max: NOW }),
    acknowledgedAt: fc.option(fc.integer({ min: T, max: NOW }), { nil: null }),
    communications: fc.option(fc.integer({ min: T, max: NOW }), { nil: null }).map((at) => (at === null ? [] : [record(said(at))])),
  });
  const sizeOf = (measure: Measure) => Object.values(counts(measure)).reduce((sum, count) => sum + count, 0);
  fc.assert(
    fc.property(fc.array(arbResult, { maxLength: 20 }), fc.constantFrom('UTC', 'Europe/Stockholm', 'America/New_York', 'Pacific/Chatham'), (facts, zone) => {
      const report = complianceOf(facts, zone, NOW);
      expect(report.total.alerts).toBe(facts.length);
      for (const kind of ['severities', 'sites', 'shifts', 'findings'] satisfies (keyof ComplianceReport)[]) expect(report[kind].reduce((sum, row) => sum + row.alerts, 0), kind).toBe(facts.length);
      for (const row of [report.total, ...report.sites, ...report.shifts]) expect([sizeOf(row.acknowledged), sizeOf(row.communicated)]).toEqual([row.alerts, row.alerts]);
    }),
  );
});
