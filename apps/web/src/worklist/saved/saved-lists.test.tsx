// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_FILTER } from '@readroom/shared/worklist/filter';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeItem, uuid } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { NO_FILTERS } from '../filter/filters.ts';
import { setListState } from '../order/list-store.ts';
import { ListPage } from '../list-page.tsx';
import { openList, order, press } from '../testing/open-list.tsx';

const mrOfB = { id: uuid(7100), name: 'MR of B', filter: { ...NO_FILTER, modality: ['MR'] }, shared: true, owner: { id: 'b', name: 'Dr B' } };
let world: World;
beforeEach(() => {
  window.history.replaceState(null, '', '/');
  setListState({ selected: null, filters: NO_FILTERS, reveal: false, opened: false });
  world = stubGateway({ items: [makeItem(2), makeItem(3, { modality: 'MR' }), makeItem(4, { modality: 'MR', status: 'claimed' })], saved: { lists: [mrOfB], defaultId: null } });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const rail = () => within(screen.getByRole('region', { name: 'Saved lists' }));

test('a shared list is chosen from the rail, counts live, and its id alone stands in the address', async () => {
  const { live } = await openList();
  await waitFor(() => expect(rail().getByRole('button', { name: /MR of B/ }).textContent).toBe('MR of B2'));
  act(() => live.patch({ upserts: [makeItem(9, { modality: 'MR', revision: 2 })] }));
  await waitFor(() => expect(rail().getByRole('button', { name: /MR of B/ }).textContent).toBe('MR of B3'));
  fireEvent.click(rail().getByRole('button', { name: /MR of B/ }));
  expect(order()).toEqual(['1.2.3.3', '1.2.3.4', '1.2.3.9']);
  await waitFor(() => expect(window.location.search).toBe(`?list=${mrOfB.id}`));
  press('Escape');
  await waitFor(() => expect(window.location.search).toBe(''));
});

test('an address opens its list, an unknown one says so, and without one the default opens', async () => {
  window.history.replaceState(null, '', `/?list=${mrOfB.id}`);
  await openListOf('1.2.3.3');
  expect(order()).toEqual(['1.2.3.3', '1.2.3.4']);
  cleanup();
  setListState({ filters: NO_FILTERS, opened: false });
  window.history.replaceState(null, '', `/?list=${uuid(1)}`);
  await openList();
  expect(await screen.findByText('This list is not there')).toBeDefined();
  expect(order()).toHaveLength(3);
  cleanup();
  setListState({ opened: false });
  window.history.replaceState(null, '', '/');
  world.saved = { ...world.saved, defaultId: mrOfB.id };
  await openListOf('1.2.3.3');
  await waitFor(() => expect(order()).toEqual(['1.2.3.3', '1.2.3.4']));
  cleanup();
  setListState({ filters: NO_FILTERS });
  window.history.replaceState(null, '', '/');
  await openList();
  await rail().findByRole('button', { name: /MR of B/ });
  expect(order()).toHaveLength(3);
});

/** The list narrowed from the start: the row that `openList` waits for may never be seen. */
async function openListOf(studyUid: string): Promise<void> {
  renderScreen(<ListPage />);
  await waitFor(() => expect(order()[0]).toBe(studyUid));
}

test('the filter in force is saved under a name, renamed, shared, made the first, and deleted', async () => {
  await openList();
  press('s');
  expect(await screen.findByText(/Filter the list first/)).toBeDefined();
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
  act(() => setListState({ filters: { ...NO_FILTERS, filter: { ...NO_FILTER, status: ['unread'] } } }));
  press('s');
  const dialog = within(await screen.findByRole('dialog', { name: 'Saved lists' }));
  fireEvent.click(dialog.getByRole('button', { name: 'Save' }));
  expect(dialog.getByText('Give the list a name.')).toBeDefined();
  fireEvent.change(dialog.getByLabelText(/Name of the list/), { target: { value: 'Unread here' } });
  fireEvent.click(dialog.getByRole('button', { name: 'Save' }));
  expect(await dialog.findByText(/Kept already as/)).toBeDefined();
  const row = () => within(dialog.getByText('Unread here', { selector: 'li bdi' }).closest('li')!);
  fireEvent.click(row().getByRole('button', { name: 'Share' }));
  expect(await row().findByText('shared with the hospital')).toBeDefined();
  fireEvent.click(row().getByRole('button', { name: 'Opens first' }));
  await waitFor(() => expect(row().getByRole('button', { name: 'Opens first' }).getAttribute('aria-pressed')).toBe('true'));
  fireEvent.click(row().getByRole('button', { name: 'Rename' }));
  const field = dialog.getByLabelText('New name of Unread here');
  fireEvent.change(field, { target: { value: 'Morning' } });
  fireEvent.submit(field);
  expect(await dialog.findByText('Morning', { selector: 'li bdi' })).toBeDefined();
  fireEvent.click(within(dialog.getByText('Morning', { selector: 'li bdi' }).closest('li')!).getByRole('button', { name: 'Delete' }));
  await waitFor(() => expect(dialog.queryByText('Morning')).toBeNull());
  expect(within(dialog.getByText('MR of B', { selector: 'li bdi' }).closest('li')!).queryByRole('button', { name: 'Delete' })).toBeNull();
});

test('a refusal is said, and what was typed stays', async () => {
  world.failures.set('lists.save', { httpStatus: 409, appCode: 'conflict', message: 'You have 30 lists.' });
  await openList();
  act(() => setListState({ filters: { ...NO_FILTERS, filter: { ...NO_FILTER, status: ['unread'] } } }));
  press('s');
  const name = await screen.findByLabelText(/Name of the list/);
  fireEvent.change(name, { target: { value: 'One more' } });
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('You have 30 lists.')).toBeDefined();
  expect((name as HTMLInputElement).value).toBe('One more');
});
