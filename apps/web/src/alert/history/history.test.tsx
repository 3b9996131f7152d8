// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeAlert, makeMe } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { HistoryPage } from './history-page.tsx';

let world: World;
const done = makeAlert(1, { state: 'closed', acknowledgedBy: { id: 'b', name: 'Dr B' }, acknowledgedAt: makeAlert(1).raisedAt });
beforeEach(() => {
  world = stubGateway({ alerts: [done, makeAlert(2, { state: 'acknowledged', acknowledgedBy: { id: 'b', name: 'Dr B' }, acknowledgedAt: 5 })] });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const searches = () => world.calls.filter((call) => call.path === 'alert.search').map((call) => call.input);

test('a search is asked once for each press, with what was chosen', async () => {
  renderScreen(<HistoryPage />);
  expect(await screen.findAllByText('Dr B')).toHaveLength(2);
  expect(searches()).toHaveLength(1);
  fireEvent.keyDown(document.body, { key: '/' });
  const text = screen.getByLabelText('Patient name, MRN or accession number');
  expect(document.activeElement).toBe(text);
  fireEvent.change(text, { target: { value: ' Quist ' } });
  fireEvent.change(screen.getByLabelText('Severity'), { target: { value: 'critical' } });
  expect(searches()).toHaveLength(1);
  fireEvent.submit(screen.getByRole('search'));
  await waitFor(() => expect(searches()).toHaveLength(2));
  expect(searches()[1]).toMatchObject({ text: 'Quist', severities: ['critical'], states: [], cursor: null });
});

test('a search asked for while the page still loads is not lost', async () => {
  renderScreen(<HistoryPage />);
  fireEvent.change(screen.getByLabelText('Patient name, MRN or accession number'), { target: { value: 'Quist' } });
  fireEvent.click(screen.getByRole('button', { name: 'Search' }));
  await waitFor(() => expect(searches().at(-1)).toMatchObject({ text: 'Quist' }));
});

test('[AL9] a row follows what the page hears, without another audited question', async () => {
  const { live } = renderScreen(<HistoryPage />);
  expect(await screen.findByText('Not yet communicated')).toBeDefined();
  const said = { outcome: 'told', name: 'Dr W', role: 'nurse', means: 'telephone', at: 0, words: 'Bleed', readBack: true, reason: '' } as const;
  act(() => live.alert(makeAlert(2, { state: 'closed', revision: 5, acknowledgedAt: 5, communications: [{ id: makeAlert(9).id, corrects: null, by: { id: 'b', name: 'Dr B' }, recordedAt: 6, said }] })));
  expect(await screen.findByText(/Dr W \(nurse\), by telephone/)).toBeDefined();
  expect(screen.queryByText('Not yet communicated')).toBeNull();
  expect(searches()).toHaveLength(1);
});

test('[AL10] the chain opens from its row: links with their times, and those nobody recorded', async () => {
  world.chain = [
    { step: 'painted', state: 'recorded', at: done.raisedAt + 2_100, by: 'Dr B', count: 2, sinceRaisedMs: 2_100, sincePreviousMs: 1_000 },
    { step: 'sounded', state: 'missing', at: null, by: null, count: 0, sinceRaisedMs: null, sincePreviousMs: null },
  ];
  renderScreen(<HistoryPage />);
  fireEvent.click((await screen.findAllByRole('button', { name: /^Chain of/ }))[0]!);
  const dialog = within(screen.getByRole('dialog', { name: 'Alert' }));
  const shown = await dialog.findByRole('row', { name: /Shown on a screen/ });
  expect(shown.textContent).toContain('+2.1 s');
  expect(shown.textContent).toContain('Dr B, 1 more');
  expect(dialog.getByRole('row', { name: /Sounded/ }).textContent).toContain('No record');
});

test('nothing found is said; IT is told that it is not theirs', async () => {
  world.alerts = [];
  renderScreen(<HistoryPage />);
  expect(await screen.findByText('No alert fits. Fewer filters find more.')).toBeDefined();
  cleanup();
  renderScreen(<HistoryPage />, { me: makeMe('it') });
  expect(screen.getByText('Alerts are not part of your role')).toBeDefined();
});
