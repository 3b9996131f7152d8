import { expect, test } from 'vitest';
import { makeAlert } from '../../testing/make.ts';
import { inputMoment } from '../../lib/time.ts';
import { saidOf, startOf, type CommunicationForm } from './communication-form.ts';

const alert = makeAlert(1, { side: 'left' });
const now = alert.raisedAt + 600_000;
const filled: CommunicationForm = { ...startOf(alert, null, now), name: ' Dr Ward ', role: 'nurse', means: 'telephone', readBack: 'yes' };

test('[AL9] it begins with the finding’s words and the time now, and claims nothing that did not happen', () => {
  expect(startOf(alert, null, now)).toMatchObject({ outcome: 'told', name: '', role: '', means: '', readBack: '', words: 'Intracranial haemorrhage, left', at: inputMoment(now) });
});

test('[AL9] what is missing is said at its field, one after the other', () => {
  const fieldOf = (change: Partial<CommunicationForm>) => {
    const said = saidOf({ ...filled, ...change }, alert, now);
    return 'field' in said ? said.field : null;
  };
  expect(fieldOf({})).toBeNull();
  expect(fieldOf({ name: ' ' })).toBe('name');
  expect(fieldOf({ role: '' })).toBe('role');
  expect(fieldOf({ means: '' })).toBe('means');
  expect(fieldOf({ at: '' })).toBe('at');
  expect(fieldOf({ at: inputMoment(alert.raisedAt - 120_000) })).toBe('at');
  expect(fieldOf({ at: inputMoment(now + 180_000) })).toBe('at');
  expect(fieldOf({ words: ' ' })).toBe('words');
  expect(fieldOf({ readBack: '' })).toBe('readBack');
  expect(fieldOf({ readBack: 'no' })).toBe('reason');
  expect(fieldOf({ outcome: 'not-needed' })).toBe('reason');
});

test('a correction begins with what the record says and gives the same record back', () => {
  const said = { outcome: 'told', name: 'Dr Ward', role: 'other', means: 'in-person', at: momentBefore(now), words: 'Bleed', readBack: false, reason: 'In a hurry' } as const;
  const record = { id: makeAlert(9).id, corrects: null, by: { id: 'u', name: 'U' }, recordedAt: now, said };
  expect(saidOf(startOf(alert, record, now), alert, now)).toEqual(said);
  const none = { ...record, said: { outcome: 'not-needed', reason: 'No bleed' } as const };
  expect(saidOf(startOf(alert, none, now), alert, now)).toEqual(none.said);
});

/** To the minute, as a field has it. */
function momentBefore(at: number): number {
  return at - (at % 60_000);
}
