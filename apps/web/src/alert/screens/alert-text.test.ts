import { expect, test } from 'vitest';
import { makeAlert } from '../../testing/make.ts';
import { alertPatient, alertSpeech, alertTitle, communicationText } from './alert-text.ts';

test('an alert is never without two identifiers', () => {
  expect(alertPatient(makeAlert(1))).toBe('Patient1, Test · MRN MRN1 · born 3 Apr 1956');
  expect(alertPatient(makeAlert(1, { patientId: '', birthDate: null }))).toBe('Patient1, Test · MRN missing');
});

test('a screen reader hears severity, finding, patient, and that it was withdrawn', () => {
  const speech = alertSpeech(makeAlert(1, { side: 'left', withdrawn: true }));
  expect(speech).toBe('critical alert: Intracranial haemorrhage, left, 93 %. Patient1, Test · MRN MRN1 · born 3 Apr 1956. Withdrawn by a later analysis; please look.');
  expect(alertTitle(makeAlert(1))).toBe('Intracranial haemorrhage');
});

test('what was communicated in one line', () => {
  const said = { to: 'Dr R', how: 'phone' as const, at: new Date(2026, 10, 24, 14, 2).getTime(), readBack: true, note: '' };
  expect(communicationText(makeAlert(1))).toBe('');
  expect(communicationText(makeAlert(1, { communication: said }))).toBe('Dr R, by phone, 24 Nov 2026 14:02:00, read back');
  expect(communicationText(makeAlert(1, { communication: { ...said, how: 'not-yet' } }))).toBe('Nobody told yet');
  expect(communicationText(makeAlert(1, { communication: { ...said, how: 'not-needed' } }))).toBe('No communication needed');
});
