// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeItem, makeMe, NOON, uuid } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { ReportSlot } from './report-slot.tsx';

const doctor = { id: 'b', name: 'Dr B' };
const sealed = { version: 2, kind: 'final', hash: 'f'.repeat(64), signedBy: doctor, signedAt: NOON };
const changes = [{ section: 'findings', parts: [{ kind: 'same', text: 'Clear. ' }, { kind: 'added', text: 'Late words.' }, { kind: 'removed', text: 'Old words.' }] }];
const view = {
  id: uuid(77),
  studyId: uuid(1),
  studyUid: '1.2.3.1',
  state: 'appended',
  frozen: null,
  may: { edit: false, sign: true, addend: true },
  versions: [{ ...sealed, version: 1, kind: 'preliminary' }, sealed],
  lateEdits: [{ id: uuid(5), author: { id: 'c', name: 'Dr Late' }, at: NOON, changes, suggestion: 'Late words.', resolution: null }],
};
const author = { kind: 'ai', id: 'head_ct', name: 'head_ct 1.0.0', acceptedBy: doctor };
const version = {
  ...sealed,
  report: sealed,
  patient: { id: 'MRN1', name: 'Patient1^Test', birthDate: '1956-04-03' },
  studyUid: '1.2.3.1',
  sections: [
    { name: 'findings', paragraphs: ['No bleed.'], authored: [[{ text: 'No bleed.', author }]] },
    { name: 'impression', paragraphs: [], authored: [] },
  ],
  addenda: [{ version: 3, paragraphs: ['Seen with neurosurgery.'], author: doctor, signedBy: doctor, signedAt: NOON, hash: 'a'.repeat(64) }],
};
const study = { item: makeItem(1), series: [], analyses: [], reportId: uuid(77), fetchedAsPrior: false };

let world: World;
beforeEach(() => {
  world = stubGateway({ report: { get: view, version, compare: changes } });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const open = (role: Parameters<typeof makeMe>[0] = 'attending') => renderScreen(<ReportSlot study={study} onShowEvidence={() => undefined} />, { me: makeMe(role) });

test('[RP1] a signed report is read-only beside the images, with who wrote and who signed what, and its PDF', async () => {
  open();
  expect(await screen.findByText('No bleed.')).toBeDefined();
  expect(screen.getByText('No bleed.').title).toBe('AI (head_ct 1.0.0), accepted by Dr B');
  expect(screen.getByText('Read-only')).toBeDefined();
  expect(screen.getByText('Nothing written')).toBeDefined();
  expect(screen.getByText('Seen with neurosurgery.')).toBeDefined();
  expect(screen.getByRole('link', { name: 'PDF' }).getAttribute('href')).toBe(`/api/reports/${uuid(77)}/pdf`);
  expect(screen.queryByRole('textbox')).toBeNull();
});

test('[RP4] versions are read back and compared', async () => {
  open();
  fireEvent.click(await screen.findByRole('button', { name: 'Versions' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Versions' }));
  expect(await dialog.findByText('No bleed.')).toBeDefined();
  fireEvent.change(dialog.getByLabelText('Compare with'), { target: { value: '1' } });
  expect(await dialog.findByText(/Late words/)).toBeDefined();
  expect(world.calls.find((call) => call.path === 'report.compare')?.input).toEqual({ reportId: uuid(77), from: 1, to: 2 });
});

test('[RP5] words that came after the signature are kept, shown, and become an addendum or are put aside with a reason', async () => {
  open();
  const late = within(await screen.findByRole('region', { name: 'Proposed addenda' }));
  expect(late.getByText(/Dr Late wrote this without knowing of the signature/)).toBeDefined();
  fireEvent.click(late.getByRole('button', { name: 'Make an addendum' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Addendum' }));
  expect(dialog.getByLabelText<HTMLTextAreaElement>('Text of the addendum').value).toBe('Late words.');
  fireEvent.click(dialog.getByRole('button', { name: 'Sign addendum' }));
  await waitFor(() => expect(world.calls.find((call) => call.path === 'report.addend')?.input).toMatchObject({ text: 'Late words.', lateEditId: uuid(5) }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  fireEvent.click(late.getByRole('button', { name: 'Put aside' }));
  fireEvent.change(late.getByLabelText('Why it is put aside'), { target: { value: 'said already' } });
  fireEvent.click(late.getByRole('button', { name: 'Put aside' }));
  await waitFor(() => expect(world.calls.find((call) => call.path === 'report.dismissLateEdit')?.input).toMatchObject({ reason: 'said already' }));
});

test('a report that can’t be opened says why and is tried again', async () => {
  world.failures.set('report.get', { httpStatus: 503, appCode: 'database-unavailable', message: 'The database cannot be reached just now.' });
  open();
  expect(await screen.findByText('The database cannot be reached just now.')).toBeDefined();
  world.failures.clear();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('No bleed.')).toBeDefined();
});

test('a role without reports, and a study without one, are told so', () => {
  open('it');
  expect(screen.getByText('Reports are not part of your role')).toBeDefined();
  cleanup();
  renderScreen(<ReportSlot study={{ ...study, reportId: null }} onShowEvidence={() => undefined} />);
  expect(screen.getByText('This study has no report yet')).toBeDefined();
  cleanup();
  renderScreen(<ReportSlot study={{ ...study, reportId: null, fetchedAsPrior: true }} onShowEvidence={() => undefined} />);
  expect(screen.getByText('A prior study')).toBeDefined();
});
