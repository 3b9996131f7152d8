// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Repeat } from '@readroom/shared/quality/repeat';
import { stubGateway, type World } from '../testing/fake-gateway.ts';
import { makeMe, NOON, uuid } from '../testing/make.ts';
import { renderScreen } from '../testing/render.tsx';
import { Frame } from '../shell/app-shell.tsx';
import { Home } from '../worklist/home.tsx';
import { QualityWarnings } from '../worklist/why/quality.tsx';
import { RepeatsPage } from './repeats-page.tsx';

function makeRepeat(n: number, over: Partial<Repeat> = {}): Repeat {
  return {
    id: uuid(n), flaggedAt: NOON, modality: 'CR', station: 'ROOM2', studyDescription: 'Chest PA', seriesNumber: 1, seriesDescription: 'PA', route: 'repeat', reasons: [{ code: 'motion', text: 'Looks blurred, as if the patient moved.' }],
    patient: { name: { alphabetic: `Patient${n}^Test` }, id: `MRN${n}`, birthDate: '1956-04-03', sex: 'F' }, settled: null, ...over,
  };
}
const answered = makeRepeat(2, { route: 'refuse', settled: { outcome: 'not-needed', by: 'Toni', at: NOON, reason: 'Old pictures' } });

class Shown {
  static permission: NotificationPermission = 'granted';
  static readonly all: unknown[] = [];
  static async requestPermission(): Promise<NotificationPermission> {
    Shown.permission = 'granted';
    return 'granted';
  }
  onclick: (() => void) | null = null;
  constructor(title: string, options: NotificationOptions) {
    Shown.all.push({ title, ...options });
  }
  close(): void {}
}

let world: World;
const me = makeMe('technologist');
const told = (...repeats: Repeat[]) => ({ since: NOON, repeats, more: false });
beforeEach(() => {
  Shown.all.length = 0;
  Shown.permission = 'granted';
  vi.stubGlobal('Notification', Shown);
  world = stubGateway({ me });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('a technologist sees what to take again and of whom, and answers that it was', async () => {
  world.repeats = told(makeRepeat(1), answered);
  renderScreen(<RepeatsPage />, { me });
  const row = (await screen.findByText('Patient1, Test')).closest('li')!;
  for (const text of ['CR', 'ROOM2', 'MRN1', 'Chest PA · Series 1 PA', 'Looks blurred, as if the patient moved.', 'Take it again if the patient is still there.']) expect(within(row).getByText(text, { exact: false })).toBeDefined();
  const settled = screen.getByText('Patient2, Test').closest('li')!;
  expect(within(settled).getByText('Old pictures')).toBeDefined();
  expect(within(settled).queryByRole('button')).toBeNull();
  world.repeats = told({ ...makeRepeat(1), settled: { outcome: 'repeated', by: 'Toni', at: NOON, reason: '' } });
  fireEvent.click(within(row).getByRole('button', { name: 'Repeated' }));
  expect(await screen.findByText(/Nothing to repeat/)).toBeDefined();
  expect(world.calls.find(({ path }) => path === 'repeat.settle')?.input).toEqual({ id: uuid(1), outcome: 'repeated', reason: '' });
});

test('that nothing has to be repeated needs a reason; a refusal of the gateway is said and the page is read again', async () => {
  world.repeats = told(makeRepeat(1));
  renderScreen(<RepeatsPage />, { me });
  fireEvent.click(await screen.findByRole('button', { name: 'Not needed' }));
  const dialog = within(screen.getByRole('dialog'));
  fireEvent.click(dialog.getByRole('button', { name: 'Not needed' }));
  expect(dialog.getByText('Say why, in 3 to 300 characters.')).toBeDefined();
  world.failures.set('repeat.settle', { httpStatus: 409, appCode: 'conflict', message: 'Toni has answered this series already.' });
  fireEvent.change(dialog.getByLabelText('Reason'), { target: { value: 'Seen well enough' } });
  const reads = () => world.calls.filter(({ path }) => path === 'repeat.view').length;
  const before = reads();
  fireEvent.click(dialog.getByRole('button', { name: 'Not needed' }));
  expect(await screen.findByText('Toni has answered this series already.')).toBeDefined();
  await waitFor(() => expect(reads()).toBeGreaterThan(before));
});

test('a series flagged while the page is out of sight is told by the system, once and without a patient', async () => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  const { live } = renderScreen(<RepeatsPage />, { me });
  await screen.findByText(/Nothing to repeat/);
  world.repeats = told(makeRepeat(1));
  act(() => live.repeats());
  await waitFor(() => expect(Shown.all).toHaveLength(1));
  act(() => live.repeats());
  expect(Shown.all).toEqual([expect.objectContaining({ title: 'CR to take again', body: 'ROOM2. Looks blurred, as if the patient moved.' })]);
  expect(JSON.stringify(Shown.all)).not.toMatch(/Patient|MRN/);
});

test('permission is asked for by a click; many flags point to the machine; a failed look says that the page may be old', async () => {
  Shown.permission = 'default';
  world.repeats = { ...told(makeRepeat(1)), more: true };
  const { live } = renderScreen(<RepeatsPage />, { me });
  fireEvent.click(await screen.findByRole('button', { name: /Notify me/ }));
  expect(await screen.findByText(/You are notified/)).toBeDefined();
  expect(await screen.findByText(/point to the machine/)).toBeDefined();
  world.failures.set('repeat.view', { httpStatus: 503, appCode: 'unavailable', message: 'The database is away.' });
  act(() => live.repeats());
  expect(await screen.findByText(/may be out of date/)).toBeDefined();
});

test('a technologist has one place, and comes to it; nothing of the list is asked for', async () => {
  const { replaced } = renderScreen(<Frame><Home /></Frame>, { me });
  expect(replaced).toEqual(['/repeats']);
  const places = within(screen.getByRole('navigation', { name: 'Places' }));
  expect(places.getAllByRole('link').map((link) => link.textContent)).toEqual(['Repeats']);
  expect(world.calls.filter(({ path }) => /^(worklist|lists|alert)\./.test(path))).toEqual([]);
});

test('an administrator looks and does not answer; a reader has no such page', async () => {
  world.repeats = told(makeRepeat(1));
  renderScreen(<RepeatsPage />, { me: makeMe('admin') });
  expect(within((await screen.findByText('Patient1, Test')).closest('li')!).queryByRole('button')).toBeNull();
  cleanup();
  renderScreen(<RepeatsPage />, { me: makeMe('attending') });
  expect(screen.getByText('Repeats are not part of your role')).toBeDefined();
});

test('a reader is told when not to rely on AI, when to read with care, and when nobody looked', () => {
  const series = { seriesUid: '1.2', modality: 'CR', images: 1, score: 0.1, flaws: [], reasons: [{ code: 'not-assessed', text: 'Quality not assessed: there was no time.' }], model: null };
  const warnings = [{ code: 'motion', text: 'Looks blurred.' }];
  const textOf = (quality: Parameters<typeof QualityWarnings>[0]['quality']): string | null => {
    const { container } = renderScreen(<QualityWarnings quality={quality} />);
    const text = container.textContent;
    cleanup();
    return text;
  };
  expect(textOf({ score: 0.1, warnings, series: [{ ...series, route: 'repeat' }] })).toBe('Do not rely on AI here. Looks blurred. Flagged for a repeat.');
  expect(textOf({ score: 0.5, warnings, series: [{ ...series, route: 'warn' }] })).toBe('Read with care. Looks blurred.');
  expect(textOf({ score: 1, warnings: [], series: [{ ...series, route: null }] })).toBe(' Quality not assessed: there was no time.');
  expect(textOf({ score: 1, warnings: [] })).toBe('');
  expect(textOf(null)).toBe('');
});
