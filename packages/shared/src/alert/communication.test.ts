import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertMachine, awaitsCommunication } from './alert.ts';
import { firstToldAt, knownSince, saidProblem, standing } from './communication.ts';
import type { Communication, Said } from './communication.ts';

const RAISED = Date.UTC(2026, 10, 24, 14, 2, 40);
const NOW = RAISED + 600_000;
type Told = Extract<Said, { outcome: 'told' }>;
const told = (change: Partial<Told> = {}): Told => ({ outcome: 'told', name: 'Dr Ward', role: 'nurse', means: 'telephone', at: NOW, words: 'Haemorrhage, left', readBack: true, reason: '', ...change });
const fieldOf = (said: Said) => saidProblem(said, RAISED, NOW)?.field ?? null;

test('[AL9] a record names the person told, what was said, and why it was not read back', () => {
  expect(fieldOf(told())).toBeNull();
  expect(fieldOf(told({ name: '' }))).toBe('name');
  expect(fieldOf(told({ words: '' }))).toBe('words');
  expect(fieldOf(told({ readBack: false }))).toBe('reason');
  expect(fieldOf(told({ readBack: false, reason: 'Line was cut' }))).toBeNull();
  expect(fieldOf({ outcome: 'not-needed', reason: '' })).toBe('reason');
  expect(fieldOf({ outcome: 'not-needed', reason: 'No bleed on the images' })).toBeNull();
});

test('[AL9] its time is neither before the alert nor in the future, to the minute that people type', () => {
  expect(fieldOf(told({ at: Date.UTC(2026, 10, 24, 14, 2) }))).toBeNull();
  expect(fieldOf(told({ at: Date.UTC(2026, 10, 24, 14, 1, 59) }))).toBe('at');
  expect(fieldOf(told({ at: NOW + 60_000 }))).toBeNull();
  expect(fieldOf(told({ at: NOW + 60_001 }))).toBe('at');
});

test('[AL9] a communication closes an acknowledged alert and never an open one; only a critical one waits for it', () => {
  expect(alertMachine.next('open', 'close')).toBeNull();
  expect(alertMachine.next('acknowledged', 'close')).toBe('closed');
  const waits = (state: 'open' | 'acknowledged' | 'closed', severity: 'critical' | 'urgent') => awaitsCommunication({ state, severity });
  expect([waits('acknowledged', 'critical'), waits('open', 'critical'), waits('closed', 'critical'), waits('acknowledged', 'urgent')]).toEqual([true, false, false, false]);
});

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const record = (n: number, corrects: number | null, said: Said): Communication => ({ id: uuid(n), corrects: corrects === null ? null : uuid(corrects), by: { id: 'u', name: 'U' }, recordedAt: NOW + n, said });

test('[AL9] a correction takes the place of what it names; the record it corrects is kept and no longer stands', () => {
  const wrong = record(1, null, told({ name: 'Dr Wrong' }));
  const right = record(2, 1, told({ name: 'Dr Right', at: NOW - 60_000 }));
  expect(standing([wrong, right])).toEqual([right]);
  expect(firstToldAt([wrong, right])).toBe(NOW - 60_000);
  expect(firstToldAt([wrong, record(3, 1, { outcome: 'not-needed', reason: 'Wrong patient' })])).toBeNull();
});

test('[AL9] however long the corrections run, one record of each run stands: its last', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 6 }), (lengths) => {
      let n = 0;
      const runs = lengths.map((length) => Array.from({ length }, (_, i) => record(++n, i === 0 ? null : n - 1, told())));
      expect(standing(runs.flat()).map(({ id }) => id)).toEqual(runs.map((run) => run.at(-1)!.id));
    }),
  );
});

test('[AL7] what was said at the hospital’s own page lies before the alert here, and may be corrected', () => {
  expect(knownSince({ raisedAt: RAISED, acknowledgedAt: null })).toBe(RAISED);
  expect(knownSince({ raisedAt: RAISED, acknowledgedAt: RAISED + 1 })).toBe(RAISED);
  const since = knownSince({ raisedAt: RAISED, acknowledgedAt: RAISED - 300_000 });
  expect(saidProblem(told({ at: RAISED - 240_000 }), since, NOW)).toBeNull();
  expect(saidProblem(told({ at: RAISED - 400_000 }), since, NOW)?.field).toBe('at');
});
