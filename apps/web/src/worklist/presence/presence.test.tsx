// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Viewer } from '@readroom/shared/worklist/presence';
import { stubGateway } from '../../testing/fake-gateway.ts';
import { makeItem, uuid } from '../../testing/make.ts';
import { NO_FILTERS } from '../filter/filters.ts';
import { setListState } from '../order/list-store.ts';
import { openList, rowOf } from '../testing/open-list.tsx';
import { heardViewers, useViewers } from './viewers-store.ts';

const viewer = (n: number, id: string, name = `Robin Resident ${id}`): Viewer => ({ studyId: uuid(n), id, name });
beforeEach(() => {
  setListState({ selected: null, filters: NO_FILTERS, reveal: false });
  stubGateway({ items: [makeItem(1), makeItem(2)] });
});
afterEach(() => {
  act(() => heardViewers([]));
  cleanup();
  vi.unstubAllGlobals();
});

test('[LF7] a row says who else has its study open, and no more when they are gone', async () => {
  await openList();
  act(() => heardViewers([viewer(1, 'me'), viewer(2, 'me'), viewer(2, 'a', 'Ada Lovelace'), ...['b', 'c', 'd', 'e'].map((id) => viewer(2, id))]));
  const shown = screen.getByRole('img', { name: /^Being viewed by Ada Lovelace, Robin/ });
  expect(rowOf(2).contains(shown)).toBe(true);
  expect(shown.textContent).toBe('ALRB+3');
  expect(rowOf(1).querySelector('[aria-label^="Being viewed"]')).toBeNull();
  act(() => heardViewers([viewer(2, 'me')]));
  expect(screen.queryByRole('img', { name: /Being viewed/ })).toBeNull();
});

test('a row whose people are the same is not drawn again', () => {
  const draws: number[] = [];
  function Row() {
    draws.push(useViewers(uuid(1)).length);
    return null;
  }
  render(<Row />);
  act(() => heardViewers([viewer(1, 'a')]));
  act(() => heardViewers([viewer(1, 'a'), viewer(2, 'b')]));
  expect(draws).toEqual([0, 1]);
});
