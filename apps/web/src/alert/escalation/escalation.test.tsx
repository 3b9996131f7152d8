// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_ESCALATION } from '@readroom/shared/alert/escalation-policy';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeMe } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { EscalationPage } from './escalation-page.tsx';
import { draftOf, policyOf } from './policy-form.ts';

let world: World;
beforeEach(() => {
  const reach = { alerts: 12, backup: 5, end: 2, late: 3 };
  world = stubGateway({ me: makeMe('admin'), preview: { days: 30, before: reach, after: { ...reach, backup: 1 } } });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const backup = () => screen.getByLabelText('Critical (ACR category 1): Call the backup after');

test('[AL12] the policy in force is shown, a change says what it would do before it is made, and stands in the history', async () => {
  renderScreen(<EscalationPage />, { me: makeMe('admin') });
  expect(await screen.findByText('288 times')).toBeDefined();
  expect(screen.getByText('in force')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Change the policy' }));
  expect(screen.getByText('Nothing is changed yet.')).toBeDefined();
  fireEvent.change(backup(), { target: { value: '3' } });
  expect(await screen.findByText(/the backup is called after 3 min, until now 2 min/)).toBeDefined();
  expect((await screen.findByTestId('preview')).textContent).toContain('the backup called for 1 (was 5)');
  const save = screen.getByRole('button', { name: 'Make it policy 2' });
  expect(save).toHaveProperty('disabled', true);
  fireEvent.change(screen.getByLabelText(/Why it is changed/), { target: { value: 'Agreed' } });
  fireEvent.click(save);
  expect(await screen.findByText('Agreed')).toBeDefined();
  expect(world.calls.find(({ path }) => path === 'alert.escalation.change')?.input).toMatchObject({ basedOn: 1, reason: 'Agreed', policy: { critical: { backupAfterMs: 180_000 } } });
  expect(screen.getByRole('button', { name: 'Change the policy' })).toBeDefined();
});

test('[AL12] what may not stand says why and can’t be saved', async () => {
  renderScreen(<EscalationPage />, { me: makeMe('admin') });
  fireEvent.click(await screen.findByRole('button', { name: 'Change the policy' }));
  fireEvent.change(screen.getByLabelText('Critical (ACR category 1): At most'), { target: { value: '50' } });
  expect(screen.getByText(/has to call for 24 hours at least/)).toBeDefined();
  fireEvent.change(backup(), { target: { value: 'soon' } });
  expect(screen.getByText('Critical (ACR category 1): Type a number.')).toBeDefined();
  expect(screen.queryByRole('button', { name: /Make it policy/ })).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Keep the policy as it is' }));
  expect(screen.getByText('288 times')).toBeDefined();
});

test('an attending reads it; a refusal of the gateway is shown', async () => {
  renderScreen(<EscalationPage />, { me: makeMe('attending') });
  expect(await screen.findByText('288 times')).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Change the policy' })).toBeNull();
  cleanup();
  world.failures.set('alert.escalation.change', { httpStatus: 409, appCode: 'conflict', message: 'Somebody else has changed the policy meanwhile.' });
  renderScreen(<EscalationPage />, { me: makeMe('admin') });
  fireEvent.click(await screen.findByRole('button', { name: 'Change the policy' }));
  fireEvent.change(backup(), { target: { value: '4' } });
  fireEvent.change(await screen.findByLabelText(/Why it is changed/), { target: { value: 'Agreed' } });
  fireEvent.click(screen.getByRole('button', { name: 'Make it policy 2' }));
  await waitFor(() => expect(screen.getByText('Somebody else has changed the policy meanwhile.')).toBeDefined());
});

test('what is typed and the policy are the same; an empty communication is none, an empty number no number', () => {
  expect(policyOf(draftOf(DEFAULT_ESCALATION))).toEqual(DEFAULT_ESCALATION);
  const draft = draftOf(DEFAULT_ESCALATION);
  expect(policyOf({ ...draft, urgent: { ...draft.urgent, maxRepeats: '', endAfterMs: '-1' } })).toEqual([{ severity: 'urgent', field: 'endAfterMs' }, { severity: 'urgent', field: 'maxRepeats' }]);
});
