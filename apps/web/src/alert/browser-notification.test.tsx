// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubGateway } from '../testing/fake-gateway.ts';
import { makeAlert } from '../testing/make.ts';
import { renderScreen } from '../testing/render.tsx';
import { SoundButton } from './screens/sound-button.tsx';

class Shown {
  static permission: NotificationPermission = 'granted';
  static readonly all: Shown[] = [];
  static async requestPermission(): Promise<NotificationPermission> {
    Shown.permission = 'granted';
    return 'granted';
  }
  onclick: (() => void) | null = null;
  readonly title: string;
  readonly options: NotificationOptions;
  constructor(title: string, options: NotificationOptions) {
    this.title = title;
    this.options = options;
    Shown.all.push(this);
  }
  close(): void {}
}

beforeEach(() => {
  Shown.all.length = 0;
  Shown.permission = 'granted';
  vi.stubGlobal('Notification', Shown);
  vi.stubGlobal('focus', () => undefined);
  stubGateway();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('an alert that calls while the page is out of sight is shown by the system, once, without a patient, and opens its study', async () => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  const { live, pushed } = renderScreen(<SoundButton />);
  act(() => live.alert(makeAlert(1)));
  await waitFor(() => expect(Shown.all).toHaveLength(1));
  act(() => live.alert(makeAlert(1, { level: 'backup', revision: 2 })));
  act(() => live.alert(makeAlert(2, { calls: [{ name: 'primary', level: 'primary', at: 0, asked: [{ id: 'another', name: 'Ann' }] }] })));
  expect(Shown.all).toHaveLength(1);
  expect(Shown.all[0]).toMatchObject({ title: 'Critical: Intracranial haemorrhage', options: { requireInteraction: true } });
  expect(JSON.stringify(Shown.all[0])).not.toMatch(/Patient|MRN/);
  act(() => Shown.all[0]?.onclick?.());
  expect(pushed).toEqual([`/studies/${makeAlert(1).studyId}`]);
});

test('in sight nothing is shown; the menu beside the sound asks for the permission', async () => {
  Shown.permission = 'default';
  const { live } = renderScreen(<SoundButton />);
  act(() => live.alert(makeAlert(1)));
  fireEvent.keyDown(screen.getByRole('button', { name: 'Alert sound' }), { key: 'Enter' });
  fireEvent.click(await screen.findByText('Also notify me when this page is out of sight'));
  await waitFor(() => expect(Shown.permission).toBe('granted'));
  fireEvent.keyDown(screen.getByRole('button', { name: 'Alert sound' }), { key: 'Enter' });
  expect(await screen.findByText(/You are notified/)).toBeDefined();
  expect(Shown.all).toEqual([]);
});
