import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../priority/policy.ts';
import { rank } from '../priority/rank.ts';
import { arbAnalysis } from '../testing/arbitraries.ts';
import { alertsOf, identityKey, reconcileAlerts } from './reconcile.ts';
import type { AlertAnalysis, AlertFinding, ExistingAlert } from './reconcile.ts';

const BLEED: AlertFinding = {
  id: 'f-ich', code: 'intracranial-haemorrhage', label: 'Intracranial haemorrhage', side: null, severity: 'critical', confidence: 0.97, alert: true, refused: false,
};

function analysis(findings: AlertFinding[], change: Partial<AlertAnalysis> = {}): AlertAnalysis {
  return { modelId: 'head_ct', role: 'active', status: 'final', live: true, findings, ...change };
}

const arbAlertAnalysis: fc.Arbitrary<AlertAnalysis> = arbAnalysis.chain((given) =>
  fc
    .array(
      fc.record({
        code: fc.constantFrom('intracranial-haemorrhage', 'pneumonia'),
        side: fc.constantFrom('left' as const, 'right' as const, null),
        alert: fc.boolean(),
      }),
      { minLength: given.findings.length, maxLength: given.findings.length },
    )
    .map((marks) => ({ ...given, findings: given.findings.map((finding, i) => ({ ...finding, ...marks[i]! })) })),
);
const arbAnalyses = fc.array(arbAlertAnalysis, { maxLength: 3 });

/** What a store does with a reconciliation. */
function apply(existing: readonly ExistingAlert[], analyses: readonly AlertAnalysis[]): ExistingAlert[] {
  const { raise, update, withdraw } = reconcileAlerts(existing, analyses);
  const drafts = new Map(update.map(({ alertId, draft }) => [alertId, draft]));
  const kept = existing.map((alert) => {
    const draft = drafts.get(alert.alertId);
    if (draft) return { ...alert, ...draft, findingId: draft.id, withdrawn: false };
    return withdraw.includes(alert.alertId) ? { ...alert, withdrawn: true } : alert;
  });
  return [...kept, ...raise.map((draft) => ({ ...draft, alertId: identityKey(draft), findingId: draft.id, withdrawn: false }))];
}

describe('[AL8] identity', () => {
  test('[AL8] one alert for each code and side, however many findings and models say it', () => {
    fc.assert(
      fc.property(arbAnalyses, (analyses) => {
        const keys = alertsOf(analyses).map(identityKey);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test('[AL8] through any run of revisions no identity is raised twice and none disappears', () => {
    fc.assert(
      fc.property(fc.array(arbAnalyses, { minLength: 1, maxLength: 8 }), (revisions) => {
        let alerts: ExistingAlert[] = [];
        for (const analyses of revisions) {
          const before = alerts.map((alert) => alert.alertId);
          alerts = apply(alerts, analyses);
          const ids = alerts.map((alert) => alert.alertId);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids).toEqual(expect.arrayContaining(before));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('[AL8] the same revision twice changes nothing the second time', () => {
    fc.assert(
      fc.property(arbAnalyses, arbAnalyses, (first, second) => {
        const alerts = apply(apply([], first), second);
        expect(reconcileAlerts(alerts, second)).toEqual({ raise: [], update: [], withdraw: [] });
      }),
      { numRuns: 1_000 },
    );
  });

  test('[AL8] a revision with another confidence updates the alert and raises none', () => {
    const alerts = apply([], [analysis([BLEED])]);
    const later = reconcileAlerts(alerts, [analysis([{ ...BLEED, id: 'f-ich-2', confidence: 0.99 }])]);
    expect(later).toMatchObject({ raise: [], withdraw: [], update: [{ draft: { id: 'f-ich-2', confidence: 0.99 } }] });
  });

  test('[AL8] the other side is another alert', () => {
    const alerts = apply([], [analysis([{ ...BLEED, side: 'left' }])]);
    expect(reconcileAlerts(alerts, [analysis([{ ...BLEED, side: 'left' }, { ...BLEED, id: 'r', side: 'right' }])]).raise).toMatchObject([{ side: 'right' }]);
  });
});

describe('[AL8] withdrawal', () => {
  test('[AL8] a finding that a later revision no longer has is withdrawn once, and comes back without ringing', () => {
    const raised = apply([], [analysis([BLEED])]);
    const gone = apply(raised, [analysis([])]);
    expect(gone).toMatchObject([{ withdrawn: true }]);
    expect(reconcileAlerts(gone, [analysis([])]).withdraw).toEqual([]);
    const back = reconcileAlerts(gone, [analysis([BLEED])]);
    expect(back.raise).toEqual([]);
    expect(back.update).toHaveLength(1);
  });

  test('[AL8] below the alert threshold, or refused by a person, it is updated and not withdrawn', () => {
    const raised = apply([], [analysis([BLEED])]);
    expect(reconcileAlerts(raised, [analysis([{ ...BLEED, alert: false, confidence: 0.6 }])])).toMatchObject({ withdraw: [], update: [{ draft: { confidence: 0.6 } }] });
    expect(reconcileAlerts(raised, [analysis([{ ...BLEED, refused: true }])])).toEqual({ raise: [], update: [], withdraw: [] });
  });

  test('[AL8] an analysis switched off withdraws its alerts, and they are kept', () => {
    expect(apply(apply([], [analysis([BLEED])]), [analysis([BLEED], { live: false })])).toMatchObject([{ withdrawn: true }]);
  });
});

describe('what alerts', () => {
  test('[AL8] the alert threshold is its own: a critical finding below it takes tier 0 and calls nobody', () => {
    const quiet = [analysis([{ ...BLEED, alert: false }])];
    expect(alertsOf(quiet)).toEqual([]);
    const analyses = quiet.map((given) => ({ ...given, findings: [...given.findings] }));
    const input = { studyUid: '1.2', receivedAt: 0, studyClass: null, analyses, hasPreliminaryReport: false, override: null };
    expect(rank(input, DEFAULT_POLICY).tier).toBe(0);
  });

  test('critical and urgent findings above their threshold call; routine ones do not', () => {
    expect(alertsOf([analysis([BLEED])])).toHaveLength(1);
    expect(alertsOf([analysis([{ ...BLEED, severity: 'urgent' }])])).toHaveLength(1);
    expect(alertsOf([analysis([{ ...BLEED, severity: 'routine' }])])).toEqual([]);
    expect(alertsOf([analysis([{ ...BLEED, refused: true }])])).toEqual([]);
  });

  test('[PR9] a shadow, withdrawn or unfinished analysis raises nothing', () => {
    const changes: Partial<AlertAnalysis>[] = [{ role: 'shadow' }, { live: false }, { status: 'failed' }, { status: 'refused' }, { status: 'running' }];
    for (const change of changes) expect(alertsOf([analysis([BLEED], change)])).toEqual([]);
  });
});
