// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { useLayoutEffect, useState } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HelpDialog } from '../keys/help-dialog.tsx';
import { matchEntries, Palette } from '../keys/palette.tsx';
import { useKeys } from '../keys/keys.tsx';
import { setDensity } from '../lib/density.ts';
import { json, stubGateway, type World } from '../testing/fake-gateway.ts';
import { makeAlert, makeMe } from '../testing/make.ts';
import { renderScreen } from '../testing/render.tsx';
import { Frame } from './app-shell.tsx';
import { LinkBadge } from './link-badge.tsx';
import { TopBar } from './top-bar.tsx';

let world: World;
beforeEach(() => {
  localStorage.clear();
  setDensity('dense');
  world = stubGateway();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const press = (key: string, over: object = {}) => fireEvent.keyDown(document.body, { key, ...over });

test('the frame offers the places of a role, its keys, and the palette', async () => {
  world.alerts = [makeAlert(1)];
  const { pushed } = renderScreen(<Frame>page</Frame>, { pathname: '/alerts' });
  const places = within(screen.getByRole('navigation', { name: 'Places' }));
  expect(places.getByText('Alerts').closest('a')?.getAttribute('aria-current')).toBe('page');
  expect(places.queryByText('Administration')).toBeNull();
  expect(screen.getByText('Demo')).toBeDefined();
  press('g');
  press('l');
  press('g');
  press('a');
  expect(pushed).toEqual(['/', '/alerts']);
  await screen.findByRole('region', { name: 'Alert' });
  press('a');
  expect(screen.getByRole('dialog', { name: 'Acknowledge alert' })).toBeDefined();
});

test('typed letters are text, not commands; Ctrl+K opens everything even then', () => {
  const { pushed } = renderScreen(
    <Frame>
      <input aria-label="free text" />
    </Frame>,
  );
  const input = screen.getByLabelText('free text');
  fireEvent.keyDown(input, { key: 'g' });
  fireEvent.keyDown(input, { key: 'l' });
  expect(pushed).toEqual([]);
  fireEvent.keyDown(input, { key: 'k', ctrlKey: true });
  const combobox = screen.getByRole('combobox', { name: 'What do you want to do?' });
  fireEvent.change(combobox, { target: { value: 'go alerts' } });
  fireEvent.keyDown(combobox, { key: 'ArrowDown' });
  fireEvent.keyDown(combobox, { key: 'ArrowUp' });
  fireEvent.keyDown(combobox, { key: 'Enter' });
  expect(pushed).toEqual(['/alerts']);
});

test('an administrator and IT have their own places', () => {
  renderScreen(<TopBar onHelp={() => undefined} onPalette={() => undefined} />, { me: makeMe('admin') });
  expect(screen.getByText('Administration').closest('a')?.getAttribute('href')).toBe('/admin/members');
  cleanup();
  renderScreen(<TopBar onHelp={() => undefined} onPalette={() => undefined} />, { me: makeMe('it') });
  expect(screen.getByText('Administration').closest('a')?.getAttribute('href')).toBe('/admin/nodes');
  expect(screen.queryByText('Alerts')).toBeNull();
});

test('how old the screen is stands in words: live, stale since, offline since', async () => {
  const { live } = renderScreen(<LinkBadge />);
  expect(await screen.findByText('Live')).toBeDefined();
  act(() => live.setFacts({ lastHeadAt: Date.now() - 7_000 }));
  expect(await screen.findByText(/Stale since \d\d:\d\d/)).toBeDefined();
  act(() => live.setFacts({ connected: false, changedAt: Date.now() - 9_000 }));
  expect(await screen.findByText(/Offline since \d\d:\d\d/)).toBeDefined();
});

test('the user menu signs out, changes the density and shows the keys', async () => {
  world.rest.set('POST /api/auth/sign-out', json(200, {}));
  const left = vi.fn();
  window.addEventListener('readroom:signed-out', left);
  renderScreen(<Frame>page</Frame>);
  const open = () => fireEvent.keyDown(screen.getByRole('button', { name: /Menu of Dr Attending/ }), { key: 'Enter' });
  open();
  fireEvent.click(await screen.findByText('Larger text (15 px)'));
  await waitFor(() => expect(document.querySelector('[data-density="comfortable"]')).not.toBeNull());
  open();
  fireEvent.click(await screen.findByText('Keys'));
  expect(await screen.findByText('Keys that work here')).toBeDefined();
});

test('a refused socket makes the page ask who is signed in', async () => {
  const { live, queryClient } = renderScreen(<Frame>page</Frame>);
  queryClient.setQueryData(['me'], makeMe());
  act(() => live.refuse());
  expect(queryClient.getQueryState(['me'])?.isInvalidated).toBe(true);
});

function WithKeys({ onRun }: { onRun(): void }) {
  useKeys([{ context: 'list', id: 'test.deed', keys: ['x'], label: 'Do the deed', run: onRun }]);
  return null;
}

function KeysOnAsking({ onRun }: { onRun(): void }) {
  const [shown, setShown] = useState(false);
  useLayoutEffect(() => {
    if (shown) press('x');
  }, [shown]);
  return shown ? <WithKeys onRun={onRun} /> : <button onClick={() => setShown(true)}>Show</button>;
}

test('what is painted answers its key in the same commit, before any later effect', () => {
  const run = vi.fn();
  renderScreen(<KeysOnAsking onRun={run} />);
  fireEvent.click(screen.getByText('Show'));
  expect(run).toHaveBeenCalledTimes(1);
});

test('a key is changed by pressing another, kept on this computer, and restored', () => {
  const run = vi.fn();
  renderScreen(
    <>
      <WithKeys onRun={run} />
      <HelpDialog open onOpenChange={() => undefined} />
    </>,
  );
  const key = () => screen.getByRole('button', { name: /Do the deed/ });
  fireEvent.click(key());
  fireEvent.keyDown(key(), { key: 'Shift' });
  fireEvent.keyDown(key(), { key: 'Escape' });
  fireEvent.click(key());
  fireEvent.keyDown(key(), { key: 'y' });
  expect(JSON.parse(localStorage.getItem('readroom.keys') ?? '{}')).toEqual({ 'test.deed': ['y'] });
  expect(key().textContent).toBe('y');
  fireEvent.click(screen.getByRole('button', { name: 'Restore all keys' }));
  expect(key().textContent).toBe('x');
});

test('the palette finds by words in any place and says when there is nothing', () => {
  const entries = [{ id: 'a', label: 'Müller, Jürgen', detail: 'CT head', run: () => undefined }];
  expect(matchEntries(entries, 'head mül')).toHaveLength(1);
  expect(matchEntries(entries, 'chest')).toEqual([]);
  const run = vi.fn();
  renderScreen(<Palette open onOpenChange={() => undefined} extra={[{ id: 's', label: 'Patient1, Test', detail: 'CT', run }]} />);
  fireEvent.change(screen.getByRole('combobox'), { target: { value: 'zzz' } });
  expect(screen.getByText(/Nothing of that name/)).toBeDefined();
  fireEvent.change(screen.getByRole('combobox'), { target: { value: 'patient1' } });
  fireEvent.click(screen.getByRole('option'));
  expect(run).toHaveBeenCalledOnce();
});
