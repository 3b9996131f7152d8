import { expect, test } from 'vitest';
import { makeAlert } from '../../testing/make.ts';
import { alertPatient, alertSpeech, alertTitle, outcomeText, saidText } from './alert-text.ts';

test('an alert is never without two identifiers', () => {
  expect(alertPatient(makeAlert(1))).toBe('Patient1, Test · MRN MRN1 · born 3 Apr 1956');
  expect(alertPatient(makeAlert(1, { patientId: '', birthDate: null }))).toBe('Patient1, Test · MRN missing');
});

test('a screen reader hears severity, finding, patient, and that it was withdrawn', () => {
  const speech = alertSpeech(makeAlert(1, { side: 'left', withdrawn: true }));
  expect(speech).toBe('critical alert: Intracranial haemorrhage, left, 93 %. Patient1, Test · MRN MRN1 · born 3 Apr 1956. Withdrawn by a later analysis; please look.');
  expect(alertTitle(makeAlert(1))).toBe('Intracranial haemorrhage');
});

test('[AL9] what was communicated in one line', () => {
  const said = { outcome: 'told', name: 'Dr R', role: 'nurse', means: 'telephone', at: new Date(2026, 10, 24, 14, 2).getTime(), words: 'Bleed', readBack: true, reason: '' } as const;
  expect(saidText(said)).toBe('Dr R (nurse), by telephone, 24 Nov 2026 14:02:00: “Bleed”, read back');
  expect(saidText({ ...said, readBack: false, reason: 'Line was cut' })).toMatch(/not read back \(Line was cut\)$/);
  expect(saidText({ outcome: 'not-needed', reason: 'No bleed' })).toBe('Nobody has to be told: No bleed');
  expect(outcomeText(makeAlert(1, { state: 'acknowledged' }))).toBe('Not yet communicated');
  expect(outcomeText(makeAlert(1, { state: 'acknowledged', severity: 'urgent' }))).toBe('No communication recorded');
  const record = { id: makeAlert(9).id, corrects: null, by: { id: 'u', name: 'U' }, recordedAt: 0, said };
  expect(outcomeText(makeAlert(1, { state: 'closed', communications: [record] }))).toBe(saidText(said));
});
