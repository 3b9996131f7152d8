// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubGateway, type World } from '../testing/fake-gateway.ts';
import { makeAnalysis, makeCritical, makeItem, makeMe } from '../testing/make.ts';
import { renderScreen } from '../testing/render.tsx';
import { NO_FILTERS } from './filter/filters.ts';
import { setListState } from './order/list-store.ts';
import { ListPage } from './list-page.tsx';
import { openList, order, press, rowOf } from './testing/open-list.tsx';

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


test('rows stand under their tier, critical ones in the lane above, each with colour and shape and word', async () => {
  await openList();
  expect(order()).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.3', '1.2.3.4']);
  expect(document.querySelector('[data-lane="critical"]')!.contains(rowOf(1))).toBe(true);
  expect(screen.getByText('STAT and emergency')).toBeDefined();
  const critical = within(rowOf(1));
  expect(critical.getByText('Critical')).toBeDefined();
  expect(critical.getByText('93 ± 3 %')).toBeDefined();
  expect(rowOf(1).querySelector('svg path')).not.toBeNull();
  expect(within(rowOf(3)).getByText('Found nothing')).toBeDefined();
  expect(within(rowOf(4)).getByText('No model for this study')).toBeDefined();
});

test('[PR2] a study that a person put above the critical ones is not counted as critical, and both are said', async () => {
  const override = { id: makeItem(77).studyId, author: { id: 'u', name: 'Dr A' }, reason: 'other', note: 'x', direction: 'up', holds: true, placedAt: 1, expiresAt: 2 } as const;
  world.items = [makeItem(2, { tier: 0, override }), makeCritical(3)];
  const { live } = await openList();
  const lane = within(document.querySelector<HTMLElement>('[data-lane="critical"]')!);
  expect(lane.getByText('1 · 1 placed by hand')).toBeDefined();
  act(() => live.patch({ removed: ['1.2.3.3'] }));
  expect(await lane.findByText('none open · 1 placed by hand')).toBeDefined();
});

test('markup in a name is text', async () => {
  world.items = [makeItem(2, { patientName: { alphabetic: 'Patient2^Test' } }), makeItem(5, { patientName: { alphabetic: '<img src=x onerror=alert(1)>^<b>B</b>' } })];
  await openList();
  expect(screen.getByText('<img src=x onerror=alert(1)>, <b>B</b>')).toBeDefined();
  expect(document.querySelector('img[src="x"]')).toBeNull();
});

test('a pushed study takes its place without the list being asked for again, and glows', async () => {
  const { live } = await openList();
  const asked = world.calls.length;
  act(() => live.patch({ upserts: [makeItem(9, { sortKey: makeItem(3).sortKey - 1, revision: 2 })] }));
  await waitFor(() => expect(order()).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.9', '1.2.3.3', '1.2.3.4']));
  expect(rowOf(9).className).toContain('animate-glow');
  expect(rowOf(3).className).not.toContain('animate-glow');
  expect(world.calls.length).toBe(asked);
});

test('a row under the pointer does not move: the change waits behind a pill until the hand leaves', async () => {
  const { live } = await openList();
  fireEvent.pointerMove(rowOf(3), { clientY: 600 });
  act(() => live.patch({ upserts: [makeItem(9, { tier: 1, class: 'stat', revision: 2 })] }));
  expect(await screen.findByText('1 change')).toBeDefined();
  expect(order()).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.3', '1.2.3.4']);
  fireEvent.pointerLeave(screen.getByRole('grid'));
  expect(order()).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.9', '1.2.3.3', '1.2.3.4']);
  expect(screen.queryByText('1 change')).toBeNull();
});

test('the pill shows what waits when it is pressed, and by its key', async () => {
  const { live } = await openList();
  fireEvent.pointerMove(rowOf(3), { clientY: 600 });
  act(() => live.patch({ upserts: [makeItem(9, { tier: 1, revision: 2 })], removed: ['1.2.3.2'] }));
  fireEvent.click(await screen.findByText('2 changes'));
  expect(order()).toContain('1.2.3.9');
  fireEvent.pointerMove(rowOf(4), { clientY: 600 });
  act(() => live.patch({ prev: 2, rev: 3, removed: ['1.2.3.9'] }));
  expect(await within(rowOf(9)).findByText('Left the list')).toBeDefined();
  press('.');
  expect(order()).not.toContain('1.2.3.9');
});

test('a critical arrival opens its lane while a hand is on the list', async () => {
  const { live } = await openList();
  fireEvent.pointerMove(rowOf(3), { clientY: 700 });
  act(() => live.patch({ upserts: [makeCritical(8, { revision: 2 })] }));
  await waitFor(() => expect(document.querySelector('[data-lane="critical"]')!.contains(rowOf(8))).toBe(true));
  expect(screen.queryByText(/change/)).toBeNull();
});

test('keys move the selection, which follows the study and explains it', async () => {
  const { live, pushed } = await openList();
  press('j');
  press('ArrowDown');
  expect(rowOf(2).getAttribute('aria-selected')).toBe('true');
  act(() => live.patch({ upserts: [makeItem(2, { status: 'reading', class: 'stat', tier: 1, sortKey: makeItem(2).sortKey + 99, revision: 2 })] }));
  expect(rowOf(2).getAttribute('aria-selected')).toBe('true');
  const panel = within(screen.getByRole('complementary', { name: 'Selected study' }));
  expect(panel.getByText('Why it is here')).toBeDefined();
  expect(panel.getByText('+2 min')).toBeDefined();
  expect(panel.getByText(/MRN MRN2/)).toBeDefined();
  expect(await panel.findByText(/ran on CPU/)).toBeDefined();
  press('k');
  press('Home');
  press('End');
  expect(rowOf(4).getAttribute('aria-selected')).toBe('true');
  press('Enter');
  expect(pushed).toEqual([`/studies/${makeItem(4).studyId}`]);
});

test('a row is opened by a double click', async () => {
  const { pushed } = await openList();
  fireEvent.doubleClick(rowOf(3));
  expect(pushed).toEqual([`/studies/${makeItem(3).studyId}`]);
});

test('claiming asks the gateway; the row changes when it is pushed; a refusal is said', async () => {
  await openList();
  fireEvent.click(rowOf(3));
  press('c');
  await waitFor(() => expect(world.calls.at(-1)?.path).toBe('study.claim'));
  world.failures.set('study.claim', { httpStatus: 409, appCode: 'conflict', message: 'Dr B has it.' });
  press('c');
  expect(await screen.findByText('Dr B has it.')).toBeDefined();
});

test('what is mine is given back', async () => {
  world.items = [makeItem(2, { assignedTo: { id: 'me', name: 'Dr Attending' }, status: 'claimed' })];
  await openList();
  fireEvent.click(rowOf(2));
  fireEvent.click(screen.getByRole('button', { name: /Give back/ }));
  await waitFor(() => expect(world.calls.at(-1)?.path).toBe('study.release'));
});

test('an empty hospital is told how to send a study', async () => {
  world.items = [];
  renderScreen(<ListPage />);
  expect(await screen.findByText('No studies yet')).toBeDefined();
  expect(screen.getByText('READROOM')).toBeDefined();
});

test('a list that can’t be loaded says why and is tried again', async () => {
  world.unreachable = true;
  renderScreen(<ListPage />);
  expect(screen.getByLabelText('Loading the list')).toBeDefined();
  expect(await screen.findByText('The list could not be loaded')).toBeDefined();
  world.unreachable = false;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Patient2, Test')).toBeDefined();
});

test('whoever may not see the list is told so', async () => {
  world.failures.set('worklist.page', { httpStatus: 403, appCode: 'forbidden', message: 'Your role does not allow this.' });
  renderScreen(<ListPage />);
  expect(await screen.findByText('Your role has no list')).toBeDefined();
});

test('a gap in the revisions, two heads ahead, or a snapshot fetches the list again', async () => {
  const { live } = await openList();
  const pages = () => world.calls.filter((call) => call.path === 'worklist.page').length;
  world.revision = 7;
  world.items = [...world.items, makeItem(6, { revision: 7 })];
  act(() => live.patch({ prev: 6, rev: 7 }));
  await waitFor(() => expect(order()).toContain('1.2.3.6'));
  expect(pages()).toBe(2);
  act(() => live.head(9));
  expect(pages()).toBe(2);
  act(() => live.head(9));
  await waitFor(() => expect(pages()).toBe(3));
  act(() => live.snapshot());
  await waitFor(() => expect(pages()).toBe(4));
});

test('another hospital’s patch is none of ours', async () => {
  const { live } = await openList();
  act(() => live.patch({ organisation: 'other', removed: ['1.2.3.3'] }));
  expect(order()).toHaveLength(4);
});

test('IT sees that studies flow, without names, images or opening', async () => {
  world.items = [makeItem(2, { patientName: null, patientId: null, birthDate: null, accessionNumber: null })];
  const { pushed } = renderScreen(<ListPage />, { me: makeMe('it') });
  expect(await screen.findByText('Name withheld')).toBeDefined();
  fireEvent.click(rowOf(2));
  press('Enter');
  expect(pushed).toEqual([]);
  expect(screen.queryByText('What AI says')).toBeNull();
  press('c');
  expect(await screen.findByText('Your role can’t claim studies')).toBeDefined();
});

test('a key raises the selected row past the one above it, with a reason and an end; another takes it back', async () => {
  const { live } = await openList();
  fireEvent.click(rowOf(4));
  fireEvent.keyDown(document.body, { key: 'K', shiftKey: true });
  expect(await screen.findByRole('dialog', { name: 'Raise by one row' })).toBeDefined();
  fireEvent.click(screen.getByRole('radio', { name: 'Other' }));
  fireEvent.click(screen.getByRole('button', { name: 'Move' }));
  expect(await screen.findByText('Say why in a few words.')).toBeDefined();
  fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'ward round' } });
  fireEvent.click(screen.getByRole('radio', { name: '1 h' }));
  fireEvent.click(screen.getByRole('button', { name: 'Move' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(world.calls.at(-1)).toEqual({ path: 'study.move', input: { studyId: makeItem(4).studyId, move: { kind: 'above', target: '1.2.3.3' }, reason: 'other', note: 'ward round', forMs: 3_600_000, replacing: null } });
  const override = { id: makeItem(77).studyId, author: { id: 'u', name: 'Dr A' }, reason: 'other', note: 'ward round', direction: 'up', holds: true, placedAt: 1, expiresAt: Date.UTC(2026, 10, 24, 14, 0) } as const;
  act(() => live.patch({ upserts: [makeItem(4, { override, sortKey: makeItem(3).sortKey - 1, revision: 2 })] }));
  expect(await within(rowOf(4)).findByText(/Dr A until \d\d:\d\d: ward round/)).toBeDefined();
  press('w');
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Why it is here');
  expect(within(screen.getByRole('region', { name: 'Why it is here' })).getByText('A person placed it here.')).toBeDefined();
  press('u');
  await waitFor(() => expect(world.calls.at(-1)).toMatchObject({ path: 'study.takeBackMove', input: { overrideId: override.id } }));
});

test('of a move that was overtaken the dialog says so; who may not move is told', async () => {
  await openList();
  world.failures.set('study.move', { httpStatus: 409, appCode: 'conflict', message: 'Dr B moved this study meanwhile.' });
  fireEvent.click(rowOf(3));
  press('t');
  fireEvent.click(await screen.findByRole('button', { name: 'Move' }));
  expect(await screen.findByText('Dr B moved this study meanwhile.')).toBeDefined();
  cleanup();
  await openList({ me: makeMe('it') });
  fireEvent.click(rowOf(3));
  press('t');
  expect(await screen.findByText('Your role can’t move studies')).toBeDefined();
});

test('[PR4] attendings are called for a study past the hard limit, residents are not', async () => {
  world.items = [makeItem(2), makeItem(3, { overdueAt: 1 }), makeItem(4, { overdueAt: 1, status: 'preliminary' })];
  await openList();
  expect(screen.getByRole('alert').textContent).toContain('1 study has waited past the hard limit');
  fireEvent.click(screen.getByRole('button', { name: 'Show the first' }));
  expect(rowOf(3).getAttribute('aria-selected')).toBe('true');
  cleanup();
  await openList({ me: makeMe('resident') });
  expect(screen.queryByText(/hard limit/)).toBeNull();
});

test('thousands of rows are held, and few are drawn', async () => {
  world.items = Array.from({ length: 3_000 }, (_, index) => makeItem(index + 2, { sortKey: index, tier: 2 }));
  await openList();
  expect(await screen.findByText('3,000 studies', undefined, { timeout: 60_000 })).toBeDefined();
  expect(document.querySelectorAll('[data-study-uid]').length).toBeLessThan(80);
}, 90_000);
