// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeAnalysis, makeCritical, makeItem, makeMe } from '../../testing/make.ts';
import { NO_FILTERS } from '../filter/filters.ts';
import { setListState } from '../order/list-store.ts';
import { openList, order, press, rowOf } from '../testing/open-list.tsx';

let world: World;
/** jsdom has no layout: this is the element "under" the pointer. */
let under: Element | null = null;
beforeEach(() => {
  setListState({ selected: null, filters: NO_FILTERS, reveal: false });
  world = stubGateway({ items: [makeCritical(1), makeItem(2, { class: 'stat', tier: 1 }), makeItem(3), makeItem(4)], analyses: [makeAnalysis()] });
  document.elementFromPoint = () => under;
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function drag(n: number): void {
  fireEvent.mouseDown(rowOf(n), { button: 0, clientX: 50, clientY: 50 });
  fireEvent.mouseMove(document, { clientX: 50, clientY: 80 });
}
/** jsdom's rows have no height: a pointer below zero is in the upper half. */
function over(n: number, half: 'upper' | 'lower'): void {
  under = rowOf(n);
  fireEvent.pointerMove(rowOf(n), { clientX: 50, clientY: half === 'upper' ? -1 : 1 });
}
const said = () => screen.getAllByRole('status').map((status) => status.textContent).join(' ');

test('[PR2] a row dropped on the upper half of another is placed just above it, once a reason was given; the list waits meanwhile', async () => {
  const { live } = await openList();
  drag(4);
  over(3, 'upper');
  await waitFor(() => expect(said()).toContain('Just above Patient3, Test'));
  act(() => live.patch({ upserts: [makeItem(9, { tier: 1, class: 'stat', revision: 2 })] }));
  expect(await screen.findByText('1 change')).toBeDefined();
  expect(order()).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.3', '1.2.3.4']);
  fireEvent.mouseUp(document);
  expect(await screen.findByRole('dialog', { name: 'Move to just above Patient3, Test' })).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Move' }));
  await waitFor(() => expect(world.calls.at(-1)).toMatchObject({ path: 'study.move', input: { studyId: makeItem(4).studyId, move: { kind: 'above', target: '1.2.3.3' }, replacing: null } }));
  fireEvent.pointerLeave(screen.getByRole('grid'));
  expect(order()).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.9', '1.2.3.3', '1.2.3.4']);
});

test('[PR2] a place the law forbids says why before anything is asked', async () => {
  await openList({ me: makeMe('resident') });
  drag(1);
  over(3, 'upper');
  await waitFor(() => expect(said()).toContain('Only an attending'));
  fireEvent.mouseUp(document);
  expect(await screen.findByText('It was not moved')).toBeDefined();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(world.calls.some(({ path }) => path === 'study.move')).toBe(false);
});

test('dropped on its own place, outside the rows, or let go with Escape, nothing is asked', async () => {
  await openList();
  for (const letGo of [() => over(4, 'upper'), () => { under = null; fireEvent.pointerMove(document.body); }]) {
    drag(3);
    letGo();
    fireEvent.mouseUp(document);
    await waitFor(() => expect(said()).not.toContain('own place'));
  }
  drag(3);
  over(2, 'upper');
  fireEvent.keyDown(document, { code: 'Escape', key: 'Escape' });
  await waitFor(() => expect(said()).not.toContain('Just above'));
  fireEvent.mouseUp(document);
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('keys take the selected study along, say each place, and put it down', async () => {
  await openList();
  fireEvent.click(rowOf(4));
  press('m');
  await waitFor(() => expect(said()).toContain('Arrow keys choose the place'));
  press('ArrowUp');
  await waitFor(() => expect(said()).toContain('Just above Patient3, Test'));
  press('k');
  await waitFor(() => expect(said()).toContain('Just below Patient2, Test'));
  press('Escape');
  await waitFor(() => expect(said()).not.toContain('Just'));
  press('m');
  press('Home');
  await waitFor(() => expect(said()).toContain('Just above Patient1, Test'));
  expect(rowOf(4).getAttribute('aria-selected')).toBe('true');
  press('Enter');
  fireEvent.click(await screen.findByRole('button', { name: 'Move' }));
  await waitFor(() => expect(world.calls.at(-1)).toMatchObject({ path: 'study.move', input: { move: { kind: 'above', target: '1.2.3.1' } } }));
});

test('whoever may not move, and a signed study, are not taken along', async () => {
  world.items = [makeItem(2), makeItem(3, { status: 'final' })];
  await openList();
  fireEvent.click(rowOf(3));
  press('m');
  expect(await screen.findByText('A signed study has no place in the order')).toBeDefined();
  cleanup();
  await openList({ me: makeMe('it') });
  fireEvent.click(rowOf(2));
  press('m');
  expect(await screen.findByText('Your role can’t move studies')).toBeDefined();
  drag(2);
  expect(said()).not.toContain('Patient2');
});
