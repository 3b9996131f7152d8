// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeAnalysis, makeCritical, makeItem, makeMe } from '../../testing/make.ts';
import { setListState } from '../order/list-store.ts';
import { openList, order, press } from '../testing/open-list.tsx';
import { NO_FILTERS } from './filters.ts';

let world: World;
beforeEach(() => {
  setListState({ selected: null, filters: NO_FILTERS, reveal: false });
  world = stubGateway({ items: [makeCritical(1), makeItem(2, { class: 'stat', tier: 1 }), makeItem(3), makeItem(4, { ai: 'not-analysed', analyses: [] })], analyses: [makeAnalysis()] });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('search and filters narrow the list, say when nothing is left, and are cleared', async () => {
  await openList();
  press('/');
  const search = screen.getByRole('searchbox', { name: 'Search the list' });
  expect(document.activeElement).toBe(search);
  fireEvent.change(search, { target: { value: 'patient3' } });
  expect(order()).toEqual(['1.2.3.3']);
  fireEvent.change(search, { target: { value: 'nobody of that name' } });
  expect(screen.getByText('No study matches')).toBeDefined();
  fireEvent.keyDown(search, { key: 'Escape' });
  expect(order()).toHaveLength(4);
  fireEvent.click(screen.getByRole('button', { name: /Not analysed/ }));
  expect(order()).toEqual(['1.2.3.4']);
  press('Escape');
  expect(order()).toHaveLength(4);
  expect(window.location.search).toBe('');
});

test('a key opens the filters, typing finds one, Enter chooses it; its chip takes it away; nothing that matches says the ways out', async () => {
  await openList();
  press('f');
  const box = await screen.findByRole('combobox', { name: 'Filter by' });
  fireEvent.change(box, { target: { value: 'modality ct' } });
  expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['ModalityCT1']);
  fireEvent.keyDown(box, { key: 'Enter' });
  expect(screen.getByRole('option').getAttribute('aria-selected')).toBe('true');
  fireEvent.change(box, { target: { value: 'last hour' } });
  fireEvent.keyDown(box, { key: 'Enter' });
  fireEvent.change(box, { target: { value: 'zebra' } });
  expect(screen.getByText(/No filter of that name/)).toBeDefined();
  fireEvent.keyDown(box, { key: 'Escape' });
  expect(screen.getByText('No study matches')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Without Arrived: 1' }));
  expect(order()).toEqual(['1.2.3.1']);
  fireEvent.click(screen.getByRole('button', { name: /^Modality:\s*CT\s*, remove/ }));
  expect(order()).toHaveLength(4);
});

test('a span of arrival from one moment to another narrows the list', async () => {
  await openList();
  press('f');
  fireEvent.change(await screen.findByLabelText('Arrived from'), { target: { value: '2026-11-25T00:00' } });
  fireEvent.change(screen.getByLabelText('Arrived before'), { target: { value: '2026-11-24T00:00' } });
  expect(screen.getByText(/choose a later end/)).toBeDefined();
  fireEvent.change(screen.getByLabelText('Arrived from'), { target: { value: '' } });
  fireEvent.keyDown(screen.getByRole('combobox'), { key: 'Escape' });
  expect(screen.getByText('No study matches')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Show everything' }));
  expect(order()).toHaveLength(4);
});

test('[LF2] under a filter a pushed row that begins to match takes its place, one that no longer matches leaves', async () => {
  const { live } = await openList();
  fireEvent.click(within(screen.getByRole('list', { name: 'Modality' })).getByRole('button', { name: /^CR/ }));
  expect(order()).toEqual(['1.2.3.2', '1.2.3.3', '1.2.3.4']);
  act(() => live.patch({ upserts: [makeItem(3, { modality: 'MR', revision: 2 }), makeItem(9, { sortKey: makeItem(3).sortKey, revision: 2 })] }));
  await waitFor(() => expect(order()).toEqual(['1.2.3.2', '1.2.3.9', '1.2.3.4']));
});

test('[LF3] a critical study outside the filter is counted in the bar, also one that arrives, and one key shows it', async () => {
  const { live } = await openList();
  fireEvent.click(within(screen.getByRole('list', { name: 'Modality' })).getByRole('button', { name: /^CR/ }));
  expect(order()).toEqual(['1.2.3.2', '1.2.3.3', '1.2.3.4']);
  expect(screen.getByRole('button', { name: /1 critical outside this filter/ })).toBeDefined();
  act(() => live.patch({ upserts: [makeCritical(8, { revision: 2 })] }));
  expect(await screen.findByRole('button', { name: /2 critical outside this filter/ })).toBeDefined();
  press('!');
  expect(order()).toEqual(['1.2.3.1', '1.2.3.8', '1.2.3.2', '1.2.3.3', '1.2.3.4']);
  fireEvent.click(screen.getByRole('button', { name: /2 critical shown from outside/ }));
  expect(order()).toEqual(['1.2.3.2', '1.2.3.3', '1.2.3.4']);
});

test('what matches is there before the whole list is', async () => {
  const rare = makeItem(9_999, { modality: 'XA', sortKey: 9e15 });
  world.items = [...Array.from({ length: 600 }, (_, index) => makeItem(index + 2)), rare];
  world.holdPagesAfter = 1;
  await openList();
  press('f');
  const box = await screen.findByRole('combobox', { name: 'Filter by' });
  fireEvent.change(box, { target: { value: 'urgent' } });
  setListState({ filters: { ...NO_FILTERS, filter: { ...NO_FILTERS.filter, modality: ['XA'] } } });
  await waitFor(() => expect(order()).toEqual(['1.2.3.9999']));
});

test('Enter searches signed studies too, by a request whose address holds no text; they stand below the open ones', async () => {
  world.signed = [makeCritical(70, { status: 'final', patientName: { alphabetic: 'Patient3^Older' } })];
  await openList();
  press('/');
  const search = screen.getByRole('searchbox', { name: 'Search the list' });
  fireEvent.change(search, { target: { value: 'patient3' } });
  expect(world.calls.some((call) => call.path === 'worklist.search')).toBe(false);
  fireEvent.keyDown(search, { key: 'Enter' });
  expect(await screen.findByText('1 signed found')).toBeDefined();
  expect(world.calls.at(-1)).toMatchObject({ path: 'worklist.search', input: { text: 'patient3' } });
  expect(order()).toEqual(['1.2.3.3', '1.2.3.70']);
  expect(screen.getByText('Signed')).toBeDefined();
  expect(screen.getByText(/1 of 4 studies, and 1 signed as found at/)).toBeDefined();
  fireEvent.change(search, { target: { value: 'patient' } });
  expect(order()).not.toContain('1.2.3.70');
});

test('a search that fails says so; IT is offered none', async () => {
  await openList();
  world.failures.set('worklist.search', { httpStatus: 503, appCode: 'database-unavailable', message: 'The database does not answer.' });
  const type = () => {
    const search = screen.getByRole('searchbox', { name: 'Search the list' });
    fireEvent.change(search, { target: { value: 'x' } });
    fireEvent.keyDown(search, { key: 'Enter' });
  };
  type();
  expect(await screen.findByText('The database does not answer.')).toBeDefined();
  cleanup();
  setListState({ filters: NO_FILTERS });
  await openList({ me: makeMe('it') });
  type();
  expect(screen.queryByText(/signed (studies|found)/)).toBeNull();
});
