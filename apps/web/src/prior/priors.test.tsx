// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { PriorsView, PriorView } from '@readroom/shared/study/prior-view';
import { stubGateway, type World } from '../testing/fake-gateway.ts';
import { uuid } from '../testing/make.ts';
import { renderScreen } from '../testing/render.tsx';
import { Priors } from './priors.tsx';
import { askAgainMs } from './use-priors.ts';

let world: World;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function prior(n: number, over: Partial<PriorView> = {}): PriorView {
  return { studyUid: `1.9.${n}`, studyDateTime: '2020-03-01T10:00:00', modalities: ['CT'], description: `CT head ${n}`, bodyPart: 'HEAD', imageCount: 30, source: 'PACS', images: 'at-pacs', imagesHere: 0, studyId: null, problem: null, ...over };
}

function view(over: Partial<PriorsView> = {}): PriorsView {
  return { studyId: uuid(1), patientId: uuid(2), askedAt: '2026-11-24T12:00:00.000Z', problem: null, priors: [], ...over };
}

async function show(priors: PriorsView): Promise<ReturnType<typeof within>> {
  world = stubGateway({ priors });
  renderScreen(<Priors studyId={uuid(1)} />);
  const section = await screen.findByRole('region', { name: 'Prior studies' });
  await vi.waitFor(() => expect(section.querySelectorAll('li, p').length).toBeGreaterThan(0));
  return within(section);
}

test('each prior says when, what, how long ago and where its images are; those at the node open beside this study', async () => {
  const section = await show(view({ priors: [prior(1, { images: 'at-node', imagesHere: 30, studyId: uuid(7) }), prior(2, { images: 'arriving', imagesHere: 4, studyId: uuid(8) }), prior(3, { studyDateTime: null, imageCount: null })] }));
  expect(section.getAllByText('1 Mar 2020')).toHaveLength(2);
  expect(section.getAllByText(/^\d+ y ago$/)).toHaveLength(2);
  expect(section.getByText('no date')).toBeDefined();
  expect(section.getByRole('button', { name: /CT head 3/ }).textContent).toBe('Fetch from PACS');
  const open = section.getByRole('link', { name: 'Open prior: CT CT head 1' });
  expect([open.getAttribute('href'), open.getAttribute('target'), open.textContent]).toEqual([`/studies/${uuid(7)}`, '_blank', 'Open · 30 img']);
  expect(section.getByRole('link', { name: /CT head 2/ }).textContent).toBe('arriving, 4 img');
});

test.each([
  ['the PACS has none', view(), 'The PACS has none.'],
  ['nobody was asked', view({ askedAt: null }), 'None is known here, and no PACS has been asked.'],
  ['there is no patient ID', view({ askedAt: null, patientId: null }), /has no patient ID/],
  ['the PACS could not be asked', view({ problem: 'PACS could not be asked for priors. It is busy now.' }), /could not be asked/],
])('when %s the list says so', async (_name, priors, words) => {
  expect((await show(priors)).getByText(words)).toBeDefined();
});

test('it is asked again only while something may change by itself', () => {
  expect(askAgainMs(undefined)).toBe(false);
  expect(askAgainMs(view({ priors: [prior(1)] }))).toBe(false);
  expect(askAgainMs(view({ askedAt: null }))).toBe(20_000);
  expect(askAgainMs(view({ priors: [prior(1, { images: 'arriving' })] }))).toBe(3_000);
});

test('one that only the PACS has is fetched, its images are counted as they come, and then it opens without a reload', async () => {
  const section = await show(view({ priors: [prior(1), prior(2, { images: 'fetching', imagesHere: 12, studyId: uuid(8) }), prior(3, { images: 'fetching', imageCount: null })] }));
  expect(section.getAllByRole('status').map(({ textContent }: HTMLElement) => textContent)).toEqual(['fetching, 12 of 30 img', 'fetching, 0 img']);
  expect(section.getByRole('link', { name: 'Open prior: CT CT head 2' }).textContent).toBe('Open');
  const button = section.getByRole('button', { name: 'Fetch prior from the PACS: CT CT head 1' });
  expect(button.textContent).toBe('Fetch from PACS');
  expect(section.getByText('30 img')).toBeDefined();
  world.priors = view({ priors: [prior(1, { images: 'at-node', imagesHere: 30, studyId: uuid(7) })] });
  fireEvent.click(button);
  expect(await section.findByRole('link', { name: 'Open prior: CT CT head 1' })).toMatchObject({ textContent: 'Open · 30 img' });
  expect(section.queryByRole('button')).toBeNull();
  expect(world.calls.filter(({ path }) => path === 'pacs.fetch').map(({ input }) => input)).toEqual([{ studyId: uuid(1), priorUid: '1.9.1' }]);
});

test('what goes wrong is said, whether the PACS fails or the gateway, and it can be fetched again', async () => {
  const section = await show(view({ priors: [prior(1, { problem: 'PACS: The PACS sent 3 of 30 images; 27 failed.', images: 'at-node', imagesHere: 3, studyId: uuid(7) })] }));
  expect(section.getByText(/3 of 30 images/)).toBeDefined();
  expect(section.getByRole('link', { name: /CT head 1/ }).textContent).toBe('Open · 3 img');
  world.failures.set('pacs.fetch', { httpStatus: 503, appCode: 'edge-offline', message: 'The edge node is not connected.' });
  const button = section.getByRole('button', { name: 'Fetch prior from the PACS: CT CT head 1' });
  expect(button.textContent).toBe('Fetch again');
  fireEvent.click(button);
  expect(await section.findByRole('alert')).toMatchObject({ textContent: 'The edge node is not connected.' });
});

test('of one whose images the node deleted the report opens; they are fetched where a PACS has them', async () => {
  const section = await show(view({ priors: [prior(1, { studyId: uuid(7) }), prior(2, { images: 'deleted', source: null, studyId: uuid(8) })] }));
  expect(section.getAllByRole('link').map((link: HTMLElement) => [link.textContent, link.getAttribute('aria-label')])).toEqual([
    ['Report', 'Open the report of the prior: CT CT head 1'],
    ['Report · images deleted', 'Open the report of the prior: CT CT head 2'],
  ]);
  expect(section.getAllByRole('button')).toHaveLength(1);
});
