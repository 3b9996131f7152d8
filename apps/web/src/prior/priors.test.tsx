// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { PriorsView, PriorView } from '@readroom/shared/study/prior-view';
import { stubGateway } from '../testing/fake-gateway.ts';
import { uuid } from '../testing/make.ts';
import { renderScreen } from '../testing/render.tsx';
import { Priors } from './priors.tsx';
import { askAgainMs } from './use-priors.ts';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function prior(n: number, over: Partial<PriorView> = {}): PriorView {
  return { studyUid: `1.9.${n}`, studyDateTime: '2020-03-01T10:00:00', modalities: ['CT'], description: `CT head ${n}`, bodyPart: 'HEAD', imageCount: 30, source: 'PACS', images: 'at-pacs', studyId: null, ...over };
}

function view(over: Partial<PriorsView> = {}): PriorsView {
  return { studyId: uuid(1), patientId: uuid(2), askedAt: '2026-11-24T12:00:00.000Z', problem: null, priors: [], ...over };
}

async function show(priors: PriorsView): Promise<ReturnType<typeof within>> {
  stubGateway({ priors });
  renderScreen(<Priors studyId={uuid(1)} />);
  const section = await screen.findByRole('region', { name: 'Prior studies' });
  await vi.waitFor(() => expect(section.querySelectorAll('li, p').length).toBeGreaterThan(0));
  return within(section);
}

test('each prior says when, what, how long ago and where its images are; those at the node open beside this study', async () => {
  const section = await show(view({ priors: [prior(1, { images: 'at-node', studyId: uuid(7) }), prior(2, { images: 'arriving', studyId: uuid(8), imageCount: 4 }), prior(3, { studyDateTime: null, imageCount: null })] }));
  expect(section.getAllByText('1 Mar 2020')).toHaveLength(2);
  expect(section.getAllByText(/^\d+ y ago$/)).toHaveLength(2);
  expect(section.getByText('no date')).toBeDefined();
  expect(section.getByText('in the PACS')).toBeDefined();
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
