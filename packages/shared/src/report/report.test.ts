import { expect, test } from 'vitest';
import { isSealed, reportMachine } from './report.ts';
import type { ReportEvent, ReportState } from './report.ts';

/** Written by hand, apart from the machine: what each state answers to each event. */
const EXPECTED: Record<ReportState, Record<ReportEvent, ReportState | null>> = {
  draft: { 'mark-preliminary': 'preliminary', sign: 'final', addend: null },
  preliminary: { 'mark-preliminary': null, sign: 'final', addend: null },
  final: { 'mark-preliminary': null, sign: null, addend: 'appended' },
  appended: { 'mark-preliminary': null, sign: null, addend: 'appended' },
};

test('every state answers every event as the table says', () => {
  for (const [state, events] of Object.entries(EXPECTED)) {
    for (const [event, next] of Object.entries(events)) {
      expect(reportMachine.next(state as ReportState, event as ReportEvent), `${state} ${event}`).toBe(next);
    }
  }
});

test('[RP1] no event leads out of the sealed states', () => {
  for (const state of ['final', 'appended'] as const) {
    for (const event of reportMachine.events(state)) expect(isSealed(reportMachine.next(state, event)!)).toBe(true);
  }
});

test('only final and appended are sealed', () => {
  expect((['draft', 'preliminary', 'final', 'appended'] as const).map(isSealed)).toEqual([false, false, true, true]);
});
