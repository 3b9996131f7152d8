// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_VIEW, type ListView } from '@readroom/shared/worklist/list-view';
import { setDensity } from '../../lib/density.ts';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeAnalysis, makeCritical, makeItem } from '../../testing/make.ts';
import { NO_FILTERS } from '../filter/filters.ts';
import { setListState } from '../order/list-store.ts';
import { openList, press, rowOf } from '../testing/open-list.tsx';
import { layoutOf } from './layout.ts';

let world: World;
beforeEach(() => {
  localStorage.clear();
  setDensity('dense');
  setListState({ selected: null, filters: NO_FILTERS, reveal: false });
  world = stubGateway({ items: [makeCritical(1), makeItem(2), makeItem(3)], analyses: [makeAnalysis()] });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const heads = () => screen.getAllByRole('columnheader').map((head) => head.textContent).filter(Boolean);
const change = (id: string, over: object): ListView => ({ ...DEFAULT_VIEW, columns: DEFAULT_VIEW.columns.map((column) => (column.id === id ? { ...column, ...over } : column)) });

test('a key opens the columns: one is hidden, moved and given a width, and each is kept by the gateway', async () => {
  await openList();
  press('v');
  const dialog = within(await screen.findByRole('dialog', { name: 'Columns' }));
  expect(dialog.getByRole('checkbox', { name: /Patient/ }).hasAttribute('disabled')).toBe(true);
  fireEvent.click(dialog.getByRole('checkbox', { name: 'Site' }));
  await waitFor(() => expect(world.view?.columns.find(({ id }) => id === 'site')?.shown).toBe(false));
  fireEvent.click(dialog.getByRole('button', { name: 'Status: further left' }));
  await waitFor(() => expect(world.view?.columns.map(({ id }) => id).slice(-2)).toEqual(['status', 'assigned']));
  const width = dialog.getByLabelText('Width of AI, px');
  fireEvent.change(width, { target: { value: '9000' } });
  fireEvent.blur(width);
  await waitFor(() => expect(world.view?.columns.find(({ id }) => id === 'ai')?.width).toBe(640));
  press('Escape');
  expect(screen.getAllByRole('columnheader', { hidden: true }).map((head) => head.textContent).filter(Boolean)).toEqual(['Severity', 'Due', 'Patient', 'Study', 'Arrived', 'AI', 'Status', 'Assigned']);
  expect(within(rowOf(2)).getAllByRole('gridcell', { hidden: true })).toHaveLength(8);
  expect(document.querySelector<HTMLElement>('[data-columns="own"]')?.style.getPropertyValue('--list-columns')).toContain('640px');
});

test('what a reader set is found again, density too, and the default is a button away', async () => {
  world.view = { ...change('due', { shown: false }), density: 'comfortable' };
  await openList();
  await waitFor(() => expect(heads()).not.toContain('Due'));
  fireEvent.click(screen.getByRole('button', { name: 'Columns' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Columns' }));
  fireEvent.click(dialog.getByRole('radio', { name: '15 px, comfortable' }));
  await waitFor(() => expect(rowOf(2).style.height).toBe('52px'));
  fireEvent.click(dialog.getByRole('button', { name: 'Back to the default' }));
  await waitFor(() => expect(world.view).toBeNull());
  expect(document.querySelector('[data-columns="usual"]')).not.toBeNull();
});

test('a gateway that does not keep it says so', async () => {
  world.failures.set('lists.setView', { httpStatus: 503, appCode: 'unavailable', message: 'The gateway is busy.' });
  await openList();
  press('v');
  fireEvent.click(within(await screen.findByRole('dialog', { name: 'Columns' })).getByRole('checkbox', { name: 'AI' }));
  expect(await screen.findByText('The columns were not kept')).toBeDefined();
});

test('on a phone rows are stacked, and a touched row is explained over the list', async () => {
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: query.includes('699px'), addEventListener: () => undefined, removeEventListener: () => undefined }));
  await openList();
  expect(rowOf(2).style.height).toBe('88px');
  expect(within(rowOf(2)).getAllByRole('gridcell')).toHaveLength(6);
  fireEvent.click(rowOf(2));
  expect(await screen.findByText('Why it is here')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Back to the list' }));
  await waitFor(() => expect(screen.queryByText('Why it is here')).toBeNull());
});

test('widths that were set stay; the others share what is left, and the table is never squeezed below them', () => {
  const { kind, ids, style } = layoutOf(change('due', { width: 100 }), false);
  expect([kind, ids.length]).toEqual(['own', 9]);
  expect(style).toMatchObject({ '--list-columns': expect.stringMatching(/^118px 100px minmax\(140px, 1.6fr\)/), '--list-min': '1046px' });
  expect(layoutOf(DEFAULT_VIEW, false).kind).toBe('usual');
});
