// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import type { FollowUp } from '@readroom/shared/alert/follow-up';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeAlert, makeMe, NOON, uuid } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { AlertsPage } from '../screens/alerts-page.tsx';

const task = (n: number, over: Partial<FollowUp> = {}): FollowUp => ({ id: uuid(n), alert: makeAlert(n, { severity: 'urgent', state: 'acknowledged', acknowledgedBy: { id: 'x', name: 'Dr First' } }), status: 'requested', authoredAt: NOON, dueAt: Date.now() + 7_300_000, closed: null, ...over });
let world: World;
beforeEach(() => {
  world = stubGateway();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('[AL15] open tasks say when they are due, and one is closed with what was done', async () => {
  world.followUps = { open: [task(1, { dueAt: Date.now() - 7_300_000 }), task(2)], closed: [] };
  renderScreen(<AlertsPage />);
  expect(await screen.findByText('overdue by 2 h 01')).toBeDefined();
  expect(screen.getByText(/^due in 2 h 0\d$/)).toBeDefined();
  fireEvent.click(screen.getAllByRole('button', { name: 'Close' })[0]!);
  const dialog = within(await screen.findByRole('dialog'));
  const submit = dialog.getByRole('button', { name: 'Close the task' });
  expect(submit).toHaveProperty('disabled', true);
  fireEvent.change(dialog.getByLabelText('What was done, with whom'), { target: { value: 'CT ordered with Dr Hill' } });
  fireEvent.click(submit);
  expect(await screen.findByText('Closed lately (1)')).toBeDefined();
  expect(screen.getByText('CT ordered with Dr Hill')).toBeDefined();
  expect(screen.queryByText('overdue by 2 h 01')).toBeNull();
  expect(world.calls.find(({ path }) => path === 'alert.followUp.close')?.input).toEqual({ id: uuid(1), status: 'completed', note: 'CT ordered with Dr Hill' });
});

test('[AL15] a refusal is shown; who may not close sees no button', async () => {
  world.followUps = { open: [task(1)], closed: [] };
  world.failures.set('alert.followUp.close', { httpStatus: 409, appCode: 'conflict', message: 'Dr Other has closed this task already.' });
  renderScreen(<AlertsPage />);
  fireEvent.click(await screen.findByRole('button', { name: 'Close' }));
  const dialog = within(await screen.findByRole('dialog'));
  fireEvent.click(dialog.getByLabelText('Nothing has to be done'));
  fireEvent.change(dialog.getByLabelText('Why nothing has to be done'), { target: { value: 'Known before' } });
  fireEvent.click(dialog.getByRole('button', { name: 'Close the task' }));
  expect(await screen.findByText('Dr Other has closed this task already.')).toBeDefined();
  cleanup();
  world.me = makeMe('admin');
  renderScreen(<AlertsPage />, { me: makeMe('admin') });
  expect(await screen.findByText(/^due in 2 h 0\d$/)).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
});

test('[AL15] with nothing to follow up the page says what comes there', async () => {
  renderScreen(<AlertsPage />);
  expect(await screen.findByText(/^Nothing to follow up\./)).toBeDefined();
});
