// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { json, stubGateway, type World } from '../testing/fake-gateway.ts';
import { makeMe } from '../testing/make.ts';
import { renderScreen } from '../testing/render.tsx';
import { SessionGate, useSession } from './session.tsx';
import { checkSetup, SetupPage } from './setup-page.tsx';
import { SignInPage } from './sign-in-page.tsx';

const DEMO = { name: 'Readroom', version: '0.1.0', demo: true, demoAccounts: [{ email: 'attending@demo.readroom.test', role: 'attending' }, { email: 'it@demo.readroom.test', role: 'it' }], password: 'readroom-demo', needsSetup: false };

let world: World;
beforeEach(() => {
  world = stubGateway();
  world.rest.set('GET /api/instance', json(200, DEMO));
  window.history.replaceState(null, '', '/sign-in');
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const email = () => screen.getByLabelText<HTMLInputElement>('E-mail');
const password = () => screen.getByLabelText<HTMLInputElement>('Password');
const submit = () => fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));

test('the demo says that it is on; one click fills an account in', async () => {
  window.history.replaceState(null, '', '/sign-in?next=/alerts&ended=1');
  world.rest.set('POST /api/auth/sign-in/email', json(200, {}));
  const { replaced } = renderScreen(<SignInPage />, { bare: true });
  expect(screen.getByText(/Your session ended/)).toBeDefined();
  expect(await screen.findByText('Demo is on')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: /attending@demo/ }));
  expect(email().value).toBe('attending@demo.readroom.test');
  expect(password().value).toBe('readroom-demo');
  expect(document.activeElement?.textContent).toBe('Sign in');
  submit();
  await waitFor(() => expect(replaced).toEqual(['/alerts']));
});

test('what is missing or wrong is said, and what to do', async () => {
  renderScreen(<SignInPage />, { bare: true });
  submit();
  expect(screen.getByText('Type your e-mail address.')).toBeDefined();
  expect(screen.getByText('Type your password.')).toBeDefined();
  fireEvent.change(email(), { target: { value: 'a@b.test' } });
  fireEvent.change(password(), { target: { value: 'wrong' } });
  for (const [status, words] of [[401, /do not go together/], [429, /Wait a minute/], [500, /could not sign you in/]] as const) {
    world.rest.set('POST /api/auth/sign-in/email', json(status, {}));
    submit();
    expect(await screen.findByText(words)).toBeDefined();
  }
  world.unreachable = true;
  submit();
  expect(await screen.findByText(/Check that it runs, then try again/)).toBeDefined();
});

test('without the demo there is no word of it; without an account the way to one', async () => {
  world.rest.set('GET /api/instance', json(200, { ...DEMO, demo: false, demoAccounts: null, password: null, needsSetup: true }));
  renderScreen(<SignInPage />, { bare: true });
  expect(await screen.findByText(/one-time link/)).toBeDefined();
  expect(screen.queryByText('Demo is on')).toBeNull();
});

test('a gateway that does not answer is said on the sign-in page', async () => {
  world.unreachable = true;
  renderScreen(<SignInPage />, { bare: true });
  expect(await screen.findByText(/load this page again/)).toBeDefined();
});

test('the one-time link makes the first administrator and signs in', async () => {
  window.history.replaceState(null, '', '/setup#0123456789abcdef');
  world.rest.set('POST /api/setup', json(200, { organisation: 'o', email: 'a@b.test' }));
  world.rest.set('POST /api/auth/sign-in/email', json(200, {}));
  const { replaced } = renderScreen(<SetupPage />, { bare: true });
  const fill = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
  fireEvent.click(await screen.findByRole('button', { name: 'Make the account' }));
  expect(screen.getByText('Type a whole e-mail address.')).toBeDefined();
  fill('Hospital', 'St Elsewhere');
  fill('Your name', 'Ada Min');
  fill('E-mail', 'a@b.test');
  fill('Password', 'long enough by far');
  fireEvent.click(screen.getByRole('button', { name: 'Make the account' }));
  await waitFor(() => expect(replaced).toEqual(['/']));
  expect(world.calls.find((call) => call.path === 'POST /api/setup')?.input).toEqual({ token: '0123456789abcdef', organisation: 'St Elsewhere', name: 'Ada Min', email: 'a@b.test', password: 'long enough by far' });
});

test('a used link says so in the gateway’s words; a cut one is recognised', async () => {
  window.history.replaceState(null, '', '/setup#0123456789abcdef');
  world.rest.set('POST /api/setup', json(410, { error: { code: 'expired', message: 'This set-up link has been used.' } }));
  renderScreen(<SetupPage />, { bare: true });
  const fill = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
  await screen.findByLabelText('Hospital');
  for (const [label, value] of [['Hospital', 'St E'], ['Your name', 'Ada'], ['E-mail', 'a@b.test'], ['Password', 'long enough by far']] as const) fill(label, value);
  fireEvent.click(screen.getByRole('button', { name: 'Make the account' }));
  expect(await screen.findByText('This set-up link has been used.')).toBeDefined();
  cleanup();
  window.history.replaceState(null, '', '/setup');
  renderScreen(<SetupPage />, { bare: true });
  expect(await screen.findByText('This link is not complete')).toBeDefined();
  expect(Object.keys(checkSetup({ organisation: 'x', name: 'y', email: 'z', password: 'short' }))).toHaveLength(4);
});

function Inside() {
  const session = useSession();
  return (
    <button type="button" onClick={session.signOut}>
      {session.user.name} {session.membership.role}
    </button>
  );
}
const gate = (
  <SessionGate skeleton={<p>skeleton</p>}>
    <Inside />
  </SessionGate>
);

test('a member comes in; nobody else does', async () => {
  renderScreen(gate, { bare: true });
  expect(screen.getByText('skeleton')).toBeDefined();
  expect(await screen.findByText('Dr Attending attending')).toBeDefined();
});

test('without a session the way leads to the sign-in, and back afterwards', async () => {
  world.me = null;
  const { replaced } = renderScreen(gate, { bare: true, pathname: '/alerts' });
  await waitFor(() => expect(replaced).toEqual(['/sign-in?next=%2Falerts']));
});

test('a session that ends under a page says so at the sign-in', async () => {
  const { replaced, queryClient } = renderScreen(gate, { bare: true, pathname: '/' });
  await screen.findByText('Dr Attending attending');
  world.me = null;
  void queryClient.invalidateQueries({ queryKey: ['me'] });
  await waitFor(() => expect(replaced).toEqual(['/sign-in?next=%2F&ended=1']));
});

test('an account without a hospital and a silent gateway are told apart', async () => {
  world.me = { ...makeMe(), memberships: [] };
  renderScreen(gate, { bare: true });
  expect(await screen.findByText('You belong to no hospital yet')).toBeDefined();
  cleanup();
  world.unreachable = true;
  renderScreen(gate, { bare: true });
  expect(await screen.findByText('Readroom can’t be reached')).toBeDefined();
  world.unreachable = false;
  world.me = makeMe();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Dr Attending attending')).toBeDefined();
});
