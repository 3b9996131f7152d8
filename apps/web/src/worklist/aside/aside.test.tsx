// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '@readroom/shared/clock';
import type { Aside } from '@readroom/shared/worklist/aside';
import { NO_FILTERS } from '../filter/filters.ts';
import { setListState } from '../order/list-store.ts';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeCritical, makeItem, makeMe, NOON, uuid } from '../../testing/make.ts';
import { openList, order, press, rowOf } from '../testing/open-list.tsx';
import { asideText } from './aside-text.ts';

const aside: Aside = { id: uuid(500), author: { id: 'other', name: 'Dr Other' }, note: 'Waits for priors', since: NOON, until: new Date(2026, 10, 24, 14, 30).getTime() };
const mine = { assignedTo: { id: 'me', name: 'Dr Attending' }, status: 'claimed' as const };
let world: World;
beforeEach(() => {
  setListState({ selected: null, filters: NO_FILTERS, reveal: false });
  world = stubGateway({ items: [makeCritical(1, { ...mine }), makeItem(2, mine), makeItem(3), makeItem(4, { aside, assignedTo: aside.author, status: 'claimed' })] });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const called = (path: string) => world.calls.filter((call) => call.path === path).map(({ input }) => input);

test('[LF6] p asks why and until when, with what is most often waited for chosen already; the next row is selected', async () => {
  await openList();
  fireEvent.click(rowOf(2));
  press('p');
  const dialog = await screen.findByRole('dialog', { name: 'Put aside' });
  expect(dialog.textContent).not.toContain('open critical finding');
  fireEvent.click(screen.getByLabelText('1 h'));
  fireEvent.change(screen.getByLabelText('In your words'), { target: { value: '  ' } });
  fireEvent.submit(dialog.querySelector('form')!);
  expect(screen.getByText('Say why in a few words.')).toBeDefined();
  fireEvent.click(screen.getByLabelText('Waits for more images'));
  fireEvent.submit(dialog.querySelector('form')!);
  await waitFor(() => expect(called('study.putAside')).toEqual([{ studyId: uuid(2), note: 'Waits for more images', forMs: HOUR_MS }]));
  await waitFor(() => expect(rowOf(3).getAttribute('aria-selected')).toBe('true'));
});

test('[LF6] it keeps its place on every list, says who, until when and why, and stands on one of its own too', async () => {
  await openList();
  expect(order()).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.3', '1.2.3.4']);
  expect(rowOf(4).textContent).toContain('Aside: Waits for priors · Dr Other until 14:30');
  fireEvent.click(rowOf(4));
  expect((await screen.findByTestId('aside')).textContent).toMatch(/Waits for priorsPut aside by Dr Other at .* until 14:30/);
  fireEvent.click(screen.getByRole('button', { name: /^Put aside\s*1$/ }));
  expect(order()).toEqual(['1.2.3.4']);
  expect(asideText({ ...aside, until: null, note: '' })).toBe('Aside · Dr Other');
});

test('[LF6] a critical one says that it stays among the critical ones; the same key takes a study up again', async () => {
  await openList();
  fireEvent.click(rowOf(1));
  press('p');
  expect((await screen.findByRole('dialog', { name: 'Put aside' })).textContent).toContain('it stays among the critical ones');
  fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  fireEvent.click(rowOf(4));
  press('p');
  await waitFor(() => expect(called('study.takeUp')).toEqual([{ studyId: uuid(4), asideId: aside.id }]));
});

test('[LF6] who does not have it is told what to do, and a refusal of the gateway is shown', async () => {
  world.me = makeMe('resident');
  world.failures.set('study.putAside', { httpStatus: 409, appCode: 'conflict', message: 'Dr Other has this study: only they put it aside.' });
  await openList({ me: makeMe('resident') });
  fireEvent.click(rowOf(3));
  press('p');
  expect(await screen.findByText('Claim the study first')).toBeDefined();
  fireEvent.click(rowOf(4));
  press('p');
  expect(await screen.findByText('Dr Other has this study')).toBeDefined();
  fireEvent.click(rowOf(2));
  press('p');
  fireEvent.submit((await screen.findByRole('dialog')).querySelector('form')!);
  expect(await screen.findByText('Dr Other has this study: only they put it aside.')).toBeDefined();
  expect(MINUTE_MS * 30).toBe((called('study.putAside')[0] as { forMs: number }).forMs);
});
