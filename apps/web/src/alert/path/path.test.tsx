// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { canaryStageSchema, type CanaryRun, type CanaryTimes, type PathView } from '@readroom/shared/alert/canary';
import { MINUTE_MS } from '@readroom/shared/clock';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PATH, stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeMe, NOON, uuid } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { PathNotice } from './path-notice.tsx';
import { PathPage } from './path-page.tsx';
import { delayText, pathText } from './path-text.ts';

let world: World;
beforeEach(() => {
  world = stubGateway({ me: makeMe('admin') });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const outage = { since: NOON, stage: 'heard' as const, reason: 'not-heard' };
const times = (reached: number): CanaryTimes => Object.fromEntries(canaryStageSchema.options.map((stage, index) => [stage, index < reached ? NOON + 100 * (index + 1) : null])) as CanaryTimes;
const runs: CanaryRun[] = [
  { id: uuid(1), node: 'CT basement', state: 'broken', begunAt: NOON, endedAt: NOON + 60_000, times: times(9), brokenStage: 'heard', reason: 'not-heard' },
  { id: uuid(2), node: 'CT basement', state: 'passed', begunAt: NOON, endedAt: NOON + 1_000, times: times(10), brokenStage: null, reason: null },
  { id: uuid(3), node: null, state: 'interrupted', begunAt: NOON, endedAt: NOON, times: times(0), brokenStage: null, reason: null },
];

test.each<[Partial<PathView>, RegExp]>([
  [{ provedAt: NOON - 4 * MINUTE_MS }, /^Alert path proved 4 min ago\.$/],
  [{ provedAt: NOON - 1_000 }, /^Alert path proved just now\.$/],
  [{ provedAt: NOON - 180 * MINUTE_MS }, /^Alert path not proved for 3 h 00\.$/],
  [{}, /^Alert path not proved yet: a canary runs every 15 min\.$/],
  [{ everyMs: null }, /^The canary is switched off by Readroom since .*: nothing proves the alert path\.$/],
  [{ everyMs: null, outage }, /^Alert path BROKEN at arriving at a browser since 24 Nov 2026/],
])('[AL6] the path is said in one sentence: %o', (change, text) => {
  expect(pathText({ ...PATH, ...change }, NOON)).toMatch(text);
});

test('[AL6] IT sees what is broken and why, every run with its stages, and proves it now', async () => {
  world.path = { ...PATH, outage };
  world.pathRuns = runs;
  renderScreen(<PathPage />, { me: makeMe('it'), pathname: '/admin/alert-path' });
  expect(await screen.findByText(/^Alert path BROKEN at arriving at a browser/)).toBeDefined();
  expect(await screen.findAllByText(/heard nothing: look at the gateway’s log/)).toHaveLength(2);
  expect(screen.getByText('passed')).toBeDefined();
  expect(screen.getByText(/Its gateway stopped in the middle/)).toBeDefined();
  expect(screen.getAllByText('0.90').length).toBe(2);
  expect(screen.getByText(/An administrator can change this/)).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Prove it now' }));
  expect(await screen.findByText('A canary is on its way')).toBeDefined();
  expect(world.calls.some(({ path }) => path === 'alert.path.prove')).toBe(true);
});

test('[AL6] an administrator sets how often, how long and whom readers call; off is said', async () => {
  renderScreen(<PathPage />, { me: makeMe('admin'), pathname: '/admin/alert-path' });
  const save = await screen.findByRole('button', { name: 'Save' });
  expect(save).toHaveProperty('disabled', true);
  fireEvent.change(screen.getByLabelText('A canary runs'), { target: { value: 'off' } });
  expect(screen.getByText(/nobody is told when alerts no longer arrive/)).toBeDefined();
  fireEvent.change(screen.getByLabelText('Whom readers call while it is broken'), { target: { value: 'IT, ext. 4400' } });
  fireEvent.click(save);
  await waitFor(() => expect(world.calls.find(({ path }) => path === 'alert.path.change')?.input).toEqual({ everyMs: null, limitMs: MINUTE_MS, contact: 'IT, ext. 4400' }));
  expect(await screen.findByText(/^The canary is switched off/)).toBeDefined();
  expect(screen.getByText('No canary has run yet.')).toBeDefined();
});

test('[AL6] readers see a banner only while the path is broken, with whom to call', async () => {
  renderScreen(<PathNotice />, { me: makeMe('resident') });
  await waitFor(() => expect(world.calls.some(({ path }) => path === 'alert.path.view')).toBe(true));
  expect(screen.queryByRole('alert')).toBeNull();
  cleanup();
  world.path = { ...PATH, contact: 'IT, ext. 4400', outage };
  renderScreen(<PathNotice />, { me: makeMe('resident') });
  expect((await screen.findByRole('alert')).textContent).toMatch(/^Alerts may be delayed since \d\d:\d\d\. Call IT, ext\. 4400, and look at the list itself meanwhile\.$/);
  expect(delayText({ contact: '', outage })).toContain('Call hospital IT,');
  expect(delayText({ contact: '', outage: null })).toBe('');
});

test('[AL6] IT is told by the system’s notification where the page is out of sight', async () => {
  const shown: string[] = [];
  class FakeNotification {
    static permission = 'granted';
    onclick: (() => void) | null = null;
    constructor(title: string) {
      shown.push(title);
    }
  }
  vi.stubGlobal('Notification', FakeNotification);
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  world.path = { ...PATH, outage };
  renderScreen(<PathNotice />, { me: makeMe('it') });
  expect(await screen.findByText('What is broken')).toBeDefined();
  await waitFor(() => expect(shown).toEqual(['Readroom: alert path BROKEN']));
});
