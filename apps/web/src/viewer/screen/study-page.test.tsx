// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeAnalysis, makeCritical, makeFinding, makeItem, makeSeries, uuid } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { heardViewers } from '../../worklist/presence/viewers-store.ts';
import { AiOverlay } from '../overlay/ai-overlay.tsx';
import { FindingsStrip } from './findings-strip.tsx';
import { StudyPage } from './study-page.tsx';
import { needsImages } from './use-open-study.ts';
import { evidenceOf } from './use-reading.ts';
import { ToolBar } from './tool-bar.tsx';
import { presetsFor } from '../engine/window-presets.ts';
import { viewerBindings } from './viewer-keys.ts';
import type { StackView } from '../engine/stack-view.ts';

let world: World;
beforeEach(() => {
  world = stubGateway({ study: { item: makeCritical(1), series: [makeSeries(1), makeSeries(2)], analyses: [makeAnalysis({ findings: [makeFinding({ sopInstanceUid: '1.2.3.1.2.2' })] })], reportId: null } });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('a study opens with its patient in sight, at the series of the worst finding', async () => {
  const { pushed } = renderScreen(<StudyPage studyId={uuid(1)} />);
  expect(screen.getByLabelText('Opening the study')).toBeDefined();
  const patient = within(await screen.findByRole('region', { name: 'Patient' }));
  expect(patient.getByText(/MRN MRN1/)).toBeDefined();
  expect(patient.getByText(/3 Apr 1956/)).toBeDefined();
  expect(screen.getByRole('button', { name: /Series 2/ }).getAttribute('aria-pressed')).toBe('true');
  fireEvent.click(screen.getByRole('button', { name: /Series 1/ }));
  expect(screen.getByRole('button', { name: /Series 1/ }).getAttribute('aria-pressed')).toBe('true');
  fireEvent.click(screen.getByRole('button', { name: /Intracranial haemorrhage/ }));
  expect(screen.getByRole('button', { name: /Series 2/ }).getAttribute('aria-pressed')).toBe('true');
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(pushed).toEqual(['/']);
});

test('what is pushed about the study is on the page; only new words of AI or images ask again', async () => {
  const { live } = renderScreen(<StudyPage studyId={uuid(1)} />);
  await screen.findByRole('region', { name: 'Patient' });
  const asked = () => world.calls.filter((call) => call.path === 'study.get').length;
  act(() => live.patch({ upserts: [makeCritical(1, { status: 'reading', revision: 2 })] }));
  expect(await screen.findByText('Reading')).toBeDefined();
  expect(asked()).toBe(1);
  act(() => live.patch({ upserts: [makeCritical(1, { imageCount: 9, revision: 3 })] }));
  await waitFor(() => expect(asked()).toBe(2));
  expect(needsImages(makeItem(1), makeItem(1, { analyses: [] }))).toBe(true);
});

test('[LF7] the page says what it has open and that it has it no more, and who else has; LF6: why a study is put aside', async () => {
  const aside = { id: uuid(9), author: { id: 'a', name: 'Dr A' }, note: 'Waits for priors', since: 0, until: null };
  world.study = { item: makeCritical(1, { aside }), series: [makeSeries(1)], analyses: [], reportId: null };
  const { live, unmount } = renderScreen(<StudyPage studyId={uuid(1)} />);
  expect(await screen.findByText('Aside: Waits for priors · Dr A')).toBeDefined();
  await waitFor(() => expect(live.viewed).toEqual([uuid(1)]));
  act(() => heardViewers([{ studyId: uuid(1), id: 'b', name: 'Bo Berg' }]));
  expect(screen.getByRole('img', { name: 'Being viewed by Bo Berg' }).textContent).toBe('BB');
  act(() => heardViewers([]));
  unmount();
  expect(live.viewed).toEqual([uuid(1), null]);
});

test('a box says its size in the patient with what it may be off by, where the image gives one', () => {
  const finding = makeFinding();
  const mark = { ...finding.marks[0]!, size: { widthMm: 23.6, heightMm: 17.2, uncertaintyMm: 4.9 } };
  renderScreen(<AiOverlay affine={{ origin: { x: 0, y: 0 }, right: { x: 2, y: 0 }, down: { x: 0, y: 2 } }} size={{ width: 800, height: 600 }} marks={[{ finding, mark }]} />);
  expect(screen.getByText('24 × 17 mm ± 5')).toBeDefined();
});

test('a study of another hospital is not here', async () => {
  world.failures.set('study.get', { httpStatus: 404, appCode: 'not-found', message: 'There is no such study here.' });
  const { pushed } = renderScreen(<StudyPage studyId={uuid(1)} />);
  expect(await screen.findByText('There is no such study here.')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Back to the list' }));
  expect(pushed).toEqual(['/']);
});

test('what AI could not do is said, and differs from having found nothing', () => {
  const analyses = [
    makeAnalysis({ id: uuid(1), status: 'failed', findings: [], reason: { code: 'x', text: 'the images could not be decoded' } }),
    makeAnalysis({ id: uuid(2), status: 'refused', findings: [], reason: { code: 'x', text: 'Voxels are up to 6 mm large.' } }),
    makeAnalysis({ id: uuid(3), status: 'running', findings: [], provider: null }),
    makeAnalysis({ id: uuid(4), status: 'final', findings: [] }),
    makeAnalysis({ id: uuid(5), role: 'shadow' }),
  ];
  renderScreen(<FindingsStrip analyses={analyses} shownSop={null} onShow={() => undefined} />);
  expect(screen.getByText('Failed: the images could not be decoded. The study ranks as not analysed.')).toBeDefined();
  expect(screen.getByText('Refused: Voxels are up to 6 mm large. The study ranks as not analysed.')).toBeDefined();
  expect(screen.getByText('Looking now.')).toBeDefined();
  expect(screen.getByText(/not the same as normal/)).toBeDefined();
  expect(screen.queryByRole('button')).toBeNull();
  cleanup();
  renderScreen(<FindingsStrip analyses={[]} shownSop={null} onShow={() => undefined} />);
  expect(screen.getByText(/no model looks at this kind of study/)).toBeDefined();
  cleanup();
  renderScreen(<FindingsStrip analyses={[]} fetchedAsPrior shownSop={null} onShow={() => undefined} />);
  expect(screen.getByText('Not analysed: fetched as a prior.')).toBeDefined();
});

test('what the images did not give the model is said beside its answer', () => {
  const quality = { score: 0.6, warnings: [{ code: 'slice-gap', text: 'Slices are missing in 1 place of the series.' }, { code: 'few-slices', text: 'Only 5 slices: part of the head may be missing.' }] };
  renderScreen(<FindingsStrip analyses={[makeAnalysis({ quality }), makeAnalysis({ id: uuid(2), quality: { score: 1, warnings: [] } })]} shownSop={null} onShow={() => undefined} />);
  const notes = screen.getAllByRole('note');
  expect(notes.map((note) => note.textContent)).toEqual(['Read with care. Slices are missing in 1 place of the series. Only 5 slices: part of the head may be missing.']);
});

test('what was measured stands in the place of the severity, the rest of it in the hint', () => {
  const measurements = [{ kind: 'volume', label: 'Volume', value: 3.12, unit: 'ml', uncertainty: 0.17 }, { kind: 'volume', label: 'Anterior part', value: 1.5, unit: 'ml', uncertainty: null }] as const;
  renderScreen(<FindingsStrip analyses={[makeAnalysis({ findings: [makeFinding({ label: 'Hippocampus', severity: 'routine', side: null, measurements: [...measurements] })] })]} shownSop={null} onShow={() => undefined} />);
  const button = screen.getByRole('button', { name: /Hippocampus/ });
  expect(button.textContent).toContain('Volume 3.12 ml ± 0.17 · image 2');
  expect(button.title).toContain('Anterior part 1.50 ml');
});

test('a detection is a box, an attention area a dashed outline that claims no more; a refused finding is gone', () => {
  const affine = { origin: { x: 0, y: 0 }, right: { x: 2, y: 0 }, down: { x: 0, y: 2 } };
  const box = makeFinding();
  const mark = box.marks[0]!;
  const attention = makeFinding({ id: 'f2', label: 'Pneumonia', severity: 'urgent', side: null });
  const edge = makeFinding({ id: 'f4', label: 'Hippocampus', severity: 'routine', side: null });
  const refused = makeFinding({ id: 'f3', feedback: { verdict: 'refuse', by: 'me', at: null, note: null } });
  renderScreen(<AiOverlay affine={affine} size={{ width: 800, height: 600 }} marks={[{ finding: box, mark }, { finding: attention, mark: { ...mark, kind: 'attention', outline: [0, 0, 50, 0, 50, 50] } }, { finding: refused, mark }, { finding: edge, mark: { ...mark, kind: 'contour', outline: [0, 0, 50, 0, 50, 50] } }]} />);
  const paths = document.querySelectorAll('[data-mark]');
  expect(paths).toHaveLength(3);
  expect(paths[2]!.querySelectorAll('path')[1]!.getAttribute('d')).toBe('M0 0L100 0L100 100Z');
  expect(paths[2]!.querySelectorAll('path')[1]!.getAttribute('stroke-dasharray')).toBeNull();
  expect(paths[0]!.querySelectorAll('path')[1]!.getAttribute('d')).toBe('M20 40L80 40L80 120L20 120Z');
  expect(paths[1]!.querySelectorAll('path')[1]!.getAttribute('stroke-dasharray')).toBe('6 4');
  expect(document.querySelector('[data-overlay="ai"]')!.textContent).not.toContain('mm');
  const label = screen.getByText('Pneumonia: attention, no detection').parentElement;
  // The severity in a word too: a colour alone says nothing to some, and little in a dark room.
  expect(label?.textContent).toContain('Urgent');
  expect(screen.getByText('Intracranial haemorrhage')).toBeDefined();
});

function fakeView(): StackView {
  return { show: vi.fn(), goTo: vi.fn(), scroll: vi.fn(), choose: vi.fn(), preset: vi.fn(), invert: vi.fn(), rotate: vi.fn(), reset: vi.fn(), stop: vi.fn() };
}

test('the viewer has OHIF’s keys', () => {
  const view = fakeView();
  const choose = vi.fn();
  const toggleMarks = vi.fn();
  const bindings = viewerBindings({ view, presets: presetsFor('CT'), choose, toggleMarks });
  const run = (key: string) => bindings.find((binding) => binding.keys.includes(key))!.run();
  for (const key of ['w', 'z', 'p', 'l', 'i', 'r', 'Space', 'm', 'ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', '1']) run(key);
  expect(choose.mock.calls.flat()).toEqual(['window', 'zoom', 'pan', 'length']);
  expect(view.invert).toHaveBeenCalledOnce();
  expect(view.rotate).toHaveBeenCalledOnce();
  expect(view.reset).toHaveBeenCalledOnce();
  expect(vi.mocked(view.scroll).mock.calls.flat()).toEqual([1, -1, 10, -10]);
  expect(view.preset).toHaveBeenCalledWith(expect.objectContaining({ name: 'Brain' }));
  expect(toggleMarks).toHaveBeenCalledOnce();
});

test('the tools are buttons too', async () => {
  const view = fakeView();
  const onTool = vi.fn();
  const onMarks = vi.fn();
  renderScreen(<ToolBar tool="window" presets={presetsFor('CT')} view={view} marksShown marksTotal={2} onTool={onTool} onMarks={onMarks} />);
  fireEvent.click(screen.getByRole('button', { name: 'Zoom' }));
  for (const name of ['Invert', 'Rotate by 90°', 'Reset']) fireEvent.click(screen.getByRole('button', { name }));
  fireEvent.click(screen.getByRole('button', { name: /AI marks shown/ }));
  fireEvent.keyDown(screen.getByRole('button', { name: /Windows/ }), { key: 'Enter' });
  fireEvent.click(await screen.findByText('Bone'));
  expect(onTool).toHaveBeenCalledWith('zoom');
  expect(view.invert).toHaveBeenCalledOnce();
  expect(view.rotate).toHaveBeenCalledOnce();
  expect(view.reset).toHaveBeenCalledOnce();
  expect(onMarks).toHaveBeenCalledOnce();
  expect(view.preset).toHaveBeenCalledWith(expect.objectContaining({ name: 'Bone' }));
});

test('the frame that proves a finding is that of its best mark', () => {
  const finding = makeFinding();
  const mark = finding.marks[0]!;
  expect(evidenceOf({ ...finding, marks: [mark, { ...mark, frameNumber: 7, confidence: 0.99 }] })).toEqual({ sopInstanceUid: '1.2.3.1.1.2', frameNumber: 7 });
  expect(evidenceOf({ ...finding, marks: [] }).frameNumber).toBe(1);
});
