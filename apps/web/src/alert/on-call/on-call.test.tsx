// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_ROTA } from '@readroom/shared/alert/rota';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeMe } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { OnCallPage } from './on-call-page.tsx';
import { minutesOf, seatText, shiftText } from './rota-text.ts';

const ann = { id: 'ann', name: 'Ann Attending' };
const ben = { id: 'ben', name: 'Ben Resident' };
let world: World;
beforeEach(() => {
  world = stubGateway({ me: makeMe('admin'), onCall: { timeZone: 'Europe/Stockholm', version: 0, rota: NO_ROTA, history: [], now: { primary: null, backup: [ann] }, candidates: [ann, ben] } });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('[AL13] who is called now is shown; a week of shifts is written, says what it leaves open, and stands in the history', async () => {
  renderScreen(<OnCallPage />, { me: makeMe('admin') });
  expect(await screen.findByText('every resident and attending')).toBeDefined();
  expect(screen.getByText('Ann Attending')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Change the rota' }));
  const primary = within(screen.getByRole('region', { name: 'Primary' }));
  fireEvent.click(primary.getByLabelText('Weekly shifts'));
  const save = screen.getByRole('button', { name: 'Put this rota in force' });
  expect(save).toHaveProperty('disabled', true);
  expect(screen.getByText(/Name at least one person/)).toBeDefined();
  fireEvent.change(primary.getByLabelText('Primary, shift 1: add a person'), { target: { value: 'ben' } });
  expect(screen.getByText(/For 128 h of the week nobody is named: every resident and attending is called then/)).toBeDefined();
  fireEvent.click(primary.getByRole('button', { name: 'Add a shift' }));
  fireEvent.click(primary.getByLabelText('Remove shift 2'));
  fireEvent.click(primary.getByLabelText('Sat'));
  fireEvent.change(primary.getByLabelText('To'), { target: { value: '18:30' } });
  fireEvent.click(save);
  expect(await screen.findByText('Mon Tue Wed Thu Fri Sat 08:00–18:30: Ben Resident')).toBeDefined();
  expect(world.calls.find(({ path }) => path === 'alert.onCall.change')?.input).toMatchObject({ basedOn: 0, rota: { primary: { shifts: [{ days: [1, 2, 3, 4, 5, 6], from: 480, to: 1110 }] }, backup: { kind: 'role' } } });
});

test('people are named and taken off; an attending only looks', async () => {
  renderScreen(<OnCallPage />, { me: makeMe('admin') });
  fireEvent.click(await screen.findByRole('button', { name: 'Change the rota' }));
  const backup = within(screen.getByRole('region', { name: 'Backup' }));
  fireEvent.click(backup.getByLabelText('Named people'));
  fireEvent.change(backup.getByLabelText('Backup: add a person'), { target: { value: 'ann' } });
  expect(screen.getByText('Backup now: Ann Attending.')).toBeDefined();
  fireEvent.click(backup.getByLabelText('Take Ann Attending off'));
  fireEvent.click(backup.getByLabelText('By role'));
  fireEvent.click(screen.getByRole('button', { name: 'Keep the rota as it is' }));
  cleanup();
  renderScreen(<OnCallPage />, { me: makeMe('attending') });
  expect(await screen.findByText('every resident and attending')).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Change the rota' })).toBeNull();
});

test('shifts and seats as text', () => {
  expect(shiftText({ days: [7, 6, 5, 4, 3, 2, 1], from: 23 * 60, to: 7 * 60, people: [ann, ben] })).toBe('every day 23:00–07:00: Ann Attending, Ben Resident');
  expect([seatText('backup', { kind: 'role' }), seatText('primary', { kind: 'people', people: [ann] })]).toEqual(['every attending', 'Ann Attending']);
  expect([minutesOf('07:30'), minutesOf('')]).toEqual([450, null]);
});
