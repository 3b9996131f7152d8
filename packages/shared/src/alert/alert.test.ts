import { expect, test } from 'vitest';
import { alertMachine, alertStateSchema, proofReportSchema } from './alert.ts';

test('[AL5] an alert is never closed unacknowledged, and nothing leads back', () => {
  // The whole table a second time, by hand.
  const expected = {
    open: { acknowledge: 'acknowledged', close: null },
    acknowledged: { acknowledge: null, close: 'closed' },
    closed: { acknowledge: null, close: null },
  } as const;
  for (const state of alertStateSchema.options) {
    for (const event of ['acknowledge', 'close'] as const) expect(alertMachine.next(state, event), `${state} + ${event}`).toBe(expected[state][event]);
  }
});

test('[AL2] a browser can report only what happens in a browser', () => {
  const report = { alertId: '6f1b4c9e-0d3e-4d86-9f61-0b5a1f3f2a11', at: 1 };
  for (const step of ['delivered', 'painted', 'sounded']) expect(proofReportSchema.safeParse({ ...report, step }).success).toBe(true);
  for (const step of ['raised', 'emitted', 'acknowledged']) expect(proofReportSchema.safeParse({ ...report, step }).success).toBe(false);
});
