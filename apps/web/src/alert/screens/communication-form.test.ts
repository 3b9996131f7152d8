import { expect, test } from 'vitest';
import { communicationOf, prefill } from './communication-form.ts';

const now = new Date(2026, 10, 24, 14, 2, 30).getTime();

test('prefilled it claims nothing that did not happen', () => {
  expect(communicationOf(prefill('', '14:02'), now)).toEqual({ to: '', how: 'not-yet', at: now, readBack: false, note: '' });
});

test('[AL5] who, how, when and whether it was read back', () => {
  const form = { ...prefill('Dr Referrer', '13:58'), how: 'phone' as const, readBack: true, note: ' called twice ' };
  expect(communicationOf(form, now)).toEqual({ to: 'Dr Referrer', how: 'phone', at: new Date(2026, 10, 24, 13, 58).getTime(), readBack: true, note: 'called twice' });
});

test('a time just after midnight of the evening before was yesterday', () => {
  const midnight = new Date(2026, 10, 24, 0, 3).getTime();
  expect(communicationOf({ ...prefill('A', '23:58'), how: 'phone' }, midnight)).toMatchObject({ at: new Date(2026, 10, 23, 23, 58).getTime() });
});

test('what is missing is said at its field', () => {
  expect(communicationOf({ ...prefill('A', '25:00'), how: 'phone' }, now)).toMatchObject({ field: 'time' });
  expect(communicationOf({ ...prefill('A', '14:00'), how: 'in-person', to: ' ' }, now)).toMatchObject({ field: 'to' });
});
