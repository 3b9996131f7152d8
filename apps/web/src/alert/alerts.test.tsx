// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeAudioContext } from '../testing/fake-audio.ts';
import { stubGateway, type World } from '../testing/fake-gateway.ts';
import { makeAlert, makeMe } from '../testing/make.ts';
import { renderScreen, type RenderOptions } from '../testing/render.tsx';
import { CommunicationDialog } from './communication/communication-dialog.tsx';
import { AcknowledgeDialog } from './screens/acknowledge-dialog.tsx';
import { AlertBar } from './screens/alert-bar.tsx';
import { AlertsPage } from './screens/alerts-page.tsx';
import { SoundButton } from './screens/sound-button.tsx';

let world: World;
beforeEach(() => {
  world = stubGateway();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const everything = (
  <>
    <AlertBar />
    <SoundButton />
    <AlertsPage />
    <AcknowledgeDialog />
    <CommunicationDialog />
  </>
);
const open = (options: RenderOptions = {}) => renderScreen(everything, options);
const bar = () => within(screen.getByRole('region', { name: 'Alert' }));
const barSoon = async () => within(await screen.findByRole('region', { name: 'Alert' }));

test('a critical alert is in the banner, spoken, in the title, and proved delivered and painted', async () => {
  const { live } = open();
  await waitFor(() => expect(world.calls.some((call) => call.path === 'alert.open')).toBe(true));
  act(() => live.alert(makeAlert(1)));
  expect(bar().getByText(/Intracranial haemorrhage/)).toBeDefined();
  expect(bar().getByText(/MRN MRN1/)).toBeDefined();
  expect(screen.getAllByRole('alert')[0]!.textContent).toContain('critical alert: Intracranial haemorrhage');
  expect(document.title).toBe('(1) ▲ Critical · Readroom');
  await waitFor(() => expect(live.proofs.map((proof) => proof.step)).toEqual(expect.arrayContaining(['delivered', 'painted'])));
});

test('[AL2] sounded is reported only after the tone ended', async () => {
  const { live, audio } = open();
  act(() => live.alert(makeAlert(1)));
  await waitFor(() => expect(audio.oscillators.length).toBeGreaterThan(0));
  expect(live.proofs.some((proof) => proof.step === 'sounded')).toBe(false);
  audio.endTones();
  await waitFor(() => expect(live.proofs.some((proof) => proof.step === 'sounded')).toBe(true));
});

test('[AL3] an administrator sees every alert and is rung for only once it climbed to the end', async () => {
  const { live, audio } = open({ me: makeMe('admin') });
  act(() => live.alert(makeAlert(1)));
  expect(bar().getByText(/MRN MRN1/)).toBeDefined();
  expect(audio.oscillators).toHaveLength(0);
  act(() => live.alert(makeAlert(1, { level: 'end', revision: 2 })));
  await waitFor(() => expect(audio.oscillators.length).toBeGreaterThan(0));
});

test('when the browser blocks sound the page says so and asks for one click', async () => {
  const { live, audio } = open({ audio: new FakeAudioContext('suspended') });
  act(() => live.alert(makeAlert(1)));
  expect(audio.oscillators).toHaveLength(0);
  fireEvent.click(screen.getByRole('button', { name: /Click to enable sound/ }));
  await waitFor(() => expect(audio.oscillators.length).toBeGreaterThan(0));
  expect(screen.queryByRole('button', { name: /Click to enable sound/ })).toBeNull();
});

test('open alerts are there after a reload; several stack, the worst first', async () => {
  world.alerts = [makeAlert(2, { severity: 'urgent' }), makeAlert(1), makeAlert(3)];
  const { live } = open();
  expect(await (await barSoon()).findByText('+2 more')).toBeDefined();
  expect(bar().getByText(/MRN MRN1/)).toBeDefined();
  await waitFor(() => expect(live.proofs.filter((proof) => proof.step === 'delivered')).toHaveLength(3));
  fireEvent.click(bar().getByText('+2 more'));
  expect((await screen.findAllByRole('region', { name: 'Alert' })).length).toBe(3);
});

test('an alert that comes while another is open is spoken, though the banner keeps the one that waits', async () => {
  world.alerts = [makeAlert(1)];
  const { live } = renderScreen(<AlertBar />);
  expect(await (await barSoon()).findByText(/MRN MRN1/)).toBeDefined();
  act(() => live.alert(makeAlert(2, { raisedAt: makeAlert(1).raisedAt + 1 })));
  expect(bar().getByText(/MRN MRN1/)).toBeDefined();
  expect(screen.getByRole('alert').textContent).toContain('MRN MRN2');
});

test('[AL2] an alert behind "+1 more" has been painted nowhere until somebody looks', async () => {
  world.alerts = [makeAlert(1), makeAlert(2)];
  const { live } = renderScreen(<AlertBar />);
  const painted = () => live.proofs.filter((proof) => proof.step === 'painted').map((proof) => proof.alertId);
  await waitFor(() => expect(painted()).toEqual([makeAlert(1).id]));
  fireEvent.click(await bar().findByText('+1 more'));
  await waitFor(() => expect(painted()).toEqual([makeAlert(1).id, makeAlert(2).id]));
});

test('[AL5] acknowledging takes one click; [AL9] the critical one stays in sight, quietly, until it is recorded who was told', async () => {
  world.alerts = [makeAlert(1)];
  const { audio } = open();
  fireEvent.click(await (await barSoon()).findByRole('button', { name: /Acknowledge/ }));
  const dialog = within(screen.getByRole('dialog'));
  expect(dialog.getByText(/MRN MRN1/)).toBeDefined();
  fireEvent.click(dialog.getByRole('button', { name: 'Acknowledge' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(screen.queryByRole('region', { name: 'Alert' })).toBeNull();
  expect(document.title).toBe('Readroom');
  audio.endTones();
  const quiet = within(screen.getByRole('region', { name: 'Alert not yet communicated' }));
  fireEvent.click(quiet.getByRole('button', { name: /Record who was told/ }));
  const record = within(screen.getByRole('dialog', { name: 'Record the communication' }));
  fireEvent.click(record.getByRole('button', { name: 'Record' }));
  expect(record.getByText('Type the name of the person who was told.')).toBeDefined();
  fireEvent.change(record.getByLabelText('Told to (name)'), { target: { value: 'Dr Referrer' } });
  fireEvent.click(record.getByLabelText('Ordering clinician'));
  fireEvent.click(record.getByLabelText('By telephone'));
  fireEvent.click(record.getByLabelText('No'));
  fireEvent.click(record.getByRole('button', { name: 'Record' }));
  expect(record.getByText('Say why it was not read back.')).toBeDefined();
  fireEvent.change(record.getByLabelText('If not, why?'), { target: { value: 'Line was cut' } });
  fireEvent.click(record.getByRole('button', { name: 'Record' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(screen.queryByRole('region', { name: 'Alert not yet communicated' })).toBeNull();
  const sent = world.calls.find((call) => call.path === 'alert.communicate')!.input;
  expect(sent).toMatchObject({ alertId: makeAlert(1).id, corrects: null, said: { outcome: 'told', name: 'Dr Referrer', role: 'ordering-clinician', means: 'telephone', words: 'Intracranial haemorrhage', readBack: false, reason: 'Line was cut' } });
});

test('[AL9] a record sent again after a failure goes under the same id', async () => {
  world.alerts = [makeAlert(1, { state: 'acknowledged', acknowledgedAt: makeAlert(1).raisedAt })];
  world.failures.set('alert.communicate', { httpStatus: 503, appCode: 'unavailable', message: 'Try again.' });
  open();
  fireEvent.click(within(await screen.findByRole('region', { name: 'Alert not yet communicated' })).getByRole('button', { name: /Record who was told/ }));
  const record = within(screen.getByRole('dialog', { name: 'Record the communication' }));
  fireEvent.click(record.getByLabelText('Nobody has to be told'));
  fireEvent.change(record.getByLabelText('Why does nobody have to be told?'), { target: { value: 'No bleed on the images' } });
  fireEvent.click(record.getByRole('button', { name: 'Record' }));
  await record.findByText('Try again.');
  world.failures.clear();
  fireEvent.click(record.getByRole('button', { name: 'Record' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const ids = world.calls.filter((call) => call.path === 'alert.communicate').map((call) => (call.input as { id: string }).id);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

test('acknowledging can lead on to the study', async () => {
  world.alerts = [makeAlert(1)];
  const { pushed } = open();
  fireEvent.click(await (await barSoon()).findByRole('button', { name: /Acknowledge/ }));
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Acknowledge and open study' }));
  await waitFor(() => expect(pushed).toEqual([`/studies/${makeAlert(1).studyId}`]));
});

test('when somebody was first, the dialog says who', async () => {
  world.alerts = [makeAlert(1)];
  world.failures.set('alert.acknowledge', { httpStatus: 409, appCode: 'conflict', message: 'Dr B has acknowledged this alert already.' });
  open();
  fireEvent.click(await (await barSoon()).findByRole('button', { name: /Acknowledge/ }));
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Acknowledge' }));
  expect(await screen.findByText('Dr B has acknowledged this alert already.')).toBeDefined();
});

test('[AL8] a withdrawn finding says so, stays open, and is silent', async () => {
  world.alerts = [makeAlert(1, { withdrawn: true, level: 'backup' })];
  const { audio } = open();
  expect(await (await barSoon()).findByText('Withdrawn, please look')).toBeDefined();
  expect(bar().getByText('Escalated')).toBeDefined();
  expect(audio.oscillators).toHaveLength(0);
});

test('[AL4] after a reconnection the open ones are asked for again', async () => {
  const { live, queryClient } = open();
  await waitFor(() => expect(queryClient.isFetching()).toBe(0));
  act(() => live.alert(makeAlert(1)));
  world.alerts = [makeAlert(2)];
  act(() => live.reconnect());
  await waitFor(() => expect(bar().getByText(/MRN MRN2/)).toBeDefined());
  expect(screen.queryByRole('button', { name: '+1 more' })).toBeNull();
});

test('the page lists open ones and those not communicated yet, with keys', async () => {
  world.alerts = [makeAlert(1), makeAlert(2), makeAlert(3, { state: 'acknowledged', acknowledgedBy: { id: 'b', name: 'Dr B' }, acknowledgedAt: makeAlert(3).raisedAt })];
  open();
  expect(await screen.findByText('Dr B')).toBeDefined();
  fireEvent.keyDown(document.body, { key: 'j' });
  fireEvent.keyDown(document.body, { key: 'a' });
  expect(within(screen.getByRole('dialog')).getByText(/MRN MRN2/)).toBeDefined();
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
  fireEvent.keyDown(document.body, { key: 'j' });
  fireEvent.keyDown(document.body, { key: 'A', shiftKey: true });
  expect(within(screen.getByRole('dialog')).getByText(/MRN MRN3/)).toBeDefined();
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
  fireEvent.keyDown(document.body, { key: 'k' });
});

test('nothing open is said calmly; IT is told why it sees none', async () => {
  open();
  expect(await screen.findByText(/None open/)).toBeDefined();
  cleanup();
  open({ me: makeMe('it') });
  expect(screen.getByText('Alerts are not part of your role')).toBeDefined();
  expect(screen.getByText(/on the nodes page that they flow/)).toBeDefined();
  cleanup();
  open({ me: makeMe('technologist') });
  expect(screen.getByText('They name patients.')).toBeDefined();
});

test('the sound can be tested', async () => {
  const { audio } = open();
  fireEvent.keyDown(screen.getByRole('button', { name: 'Alert sound' }), { key: 'Enter' });
  fireEvent.click(await screen.findByText('Test the critical tone'));
  await waitFor(() => expect(audio.oscillators.length).toBeGreaterThan(0));
  audio.endTones();
  expect(await screen.findByText('The critical tone was played')).toBeDefined();
});
