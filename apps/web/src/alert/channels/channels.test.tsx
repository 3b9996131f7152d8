// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Delivery } from '@readroom/shared/alert/notification';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeAlert, makeMe, NOON, uuid } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { AlertPanel } from '../chain/alert-panel.tsx';
import { channelText, errorText, outcomeText } from './channel-text.ts';
import { ChannelsPage } from './channels-page.tsx';

const delivery = (over: Partial<Delivery> = {}): Delivery => ({ id: uuid(1), channel: 'Night desk', step: 'primary', isTest: false, state: 'sent', attempts: 1, lastError: null, createdAt: NOON, settledAt: NOON, ...over });
const channel = { id: uuid(8), kind: 'email' as const, name: 'Night desk', host: '', addresses: ['desk@h.test'], toAsked: true, levels: ['primary' as const], severities: ['critical' as const], path: true, enabled: false };
let world: World;
beforeEach(() => {
  world = stubGateway({ me: makeMe('admin') });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const called = (path: string) => world.calls.filter((call) => call.path === path).map(({ input }) => input);

test('[AL14] a webhook is added, and the key that signs is shown once', async () => {
  renderScreen(<ChannelsPage />, { me: makeMe('admin') });
  expect(await screen.findByText('None yet: a call reaches open browsers only.')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Add a channel' }));
  const dialog = within(screen.getByRole('dialog'));
  const add = dialog.getByRole('button', { name: 'Add the channel' });
  expect(add).toHaveProperty('disabled', true);
  fireEvent.change(dialog.getByLabelText('Name'), { target: { value: 'SMS provider' } });
  fireEvent.change(dialog.getByLabelText('Address'), { target: { value: 'https://hooks.test/token' } });
  fireEvent.click(dialog.getByLabelText('First call'));
  fireEvent.click(add);
  expect(await screen.findByText('KEY-ONCE')).toBeDefined();
  expect(called('alert.channels.add')).toEqual([{ kind: 'webhook', name: 'SMS provider', url: 'https://hooks.test/token', levels: ['backup', 'end'], severities: ['critical'], path: true }]);
  expect(await screen.findByText('Webhook (SMS, voice, any) · hooks.test · critical · backup, everybody · alert path')).toBeDefined();
});

test('each kind asks for what it needs', async () => {
  renderScreen(<ChannelsPage />, { me: makeMe('admin') });
  fireEvent.click(await screen.findByRole('button', { name: 'Add a channel' }));
  const dialog = within(await screen.findByRole('dialog'));
  fireEvent.change(dialog.getByLabelText('Kind'), { target: { value: 'email' } });
  expect(dialog.getByText(/READROOM_SMTP_URL_FILE/)).toBeDefined();
  fireEvent.change(dialog.getByLabelText('Always to these addresses'), { target: { value: 'a@h.test, b@h.test' } });
  fireEvent.click(dialog.getByLabelText('To the people the call asks'));
  fireEvent.change(dialog.getByLabelText('Name'), { target: { value: 'Mail' } });
  fireEvent.click(dialog.getByRole('button', { name: 'Add the channel' }));
  await waitFor(() => expect(called('alert.channels.add')).toMatchObject([{ addresses: ['a@h.test', 'b@h.test'], toAsked: false }]));
  fireEvent.click(screen.getByRole('button', { name: 'Add a channel' }));
  fireEvent.change(screen.getByLabelText('Kind'), { target: { value: 'pagerduty' } });
  expect(screen.getByLabelText('Integration key (Events API v2)')).toBeDefined();
});

test('[AL14] a channel is tested, switched and removed; what was given up is in sight and sent again', async () => {
  world.channels = { mail: true, channels: [channel], deliveries: [delivery({ state: 'dead', attempts: 9, lastError: 'timed-out' }), delivery({ id: uuid(2), step: 'test', isTest: true, state: 'pending', settledAt: null })] };
  renderScreen(<ChannelsPage />, { me: makeMe('admin') });
  fireEvent.click(await screen.findByRole('button', { name: 'Send a test' }));
  expect(await screen.findByText('A test is on its way')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Switch on' }));
  expect(screen.getByText('given up after 9 tries: no answer in time')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Send again' }));
  world.failures.set('alert.channels.remove', { httpStatus: 404, appCode: 'not-found', message: 'It was removed.' });
  fireEvent.click(screen.getByRole('button', { name: 'Remove' }));
  fireEvent.click(screen.getByRole('button', { name: 'Remove the channel' }));
  expect(await screen.findByText('It was removed.')).toBeDefined();
  await waitFor(() => expect([called('alert.channels.test'), called('alert.channels.switch'), called('alert.channels.sendAgain')]).toEqual([[{ id: channel.id }], [{ id: channel.id, enabled: true }], [{ id: uuid(1) }]]));
});

test('[AL14] the alert’s chain shows what was sent with each call; nobody but an administrator sees channels', async () => {
  world.deliveries = [delivery(), delivery({ id: uuid(3), channel: 'Pager', state: 'dead', attempts: 1, lastError: 'http-404' })];
  renderScreen(<AlertPanel alert={makeAlert(1)} />);
  expect(await screen.findByText('Night desk')).toBeDefined();
  expect(screen.getByText('given up after 1 try: the other side answered 404')).toBeDefined();
  expect(screen.getByText('residents and attendings')).toBeDefined();
  cleanup();
  renderScreen(<ChannelsPage />, { me: makeMe('attending') });
  expect(screen.getByText('Channels: not part of your role')).toBeDefined();
});

test('texts of channels and outcomes', () => {
  expect(channelText(channel)).toBe('E-mail · the people asked, desk@h.test · critical · first call · alert path');
  expect(channelText({ ...channel, levels: [] })).toBe('E-mail · the people asked, desk@h.test · alert path');
  expect([errorText('smtp-550'), errorText('unreachable'), errorText('odd')]).toEqual(['the other side answered 550', 'no connection', 'odd']);
  expect([outcomeText(delivery()), outcomeText(delivery({ attempts: 3, state: 'pending', lastError: 'unreachable' })), outcomeText(delivery({ state: 'not-needed' }))]).toEqual(['sent', 'on its way after 3 tries: no connection', 'not needed any more']);
});
