// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HOUR_MS } from '@readroom/shared/clock';
import { DEFAULT_POLICY } from '@readroom/shared/priority/policy';
import { valuesOf } from '@readroom/shared/priority/policy-change';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeMe, NOON } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { RankingPage } from './ranking-page.tsx';
import { draftOf, typedTerms } from './terms-form.ts';

const shift = { studyUid: '1.2', from: 9, to: 2, at: NOON, reason: 'Outpatient: may wait 8 h, until now 24 h', modality: 'CT', bodyPart: 'HEAD', description: 'Follow-up' };
const effect = { from: NOON - 24 * HOUR_MS, until: NOON, studies: 40, moved: 12, most: [shift], fallen: [] as string[] };
let world: World;
beforeEach(() => {
  world = stubGateway({ me: makeMe('admin'), rankPreview: effect });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const type = (field: string, value: string) => fireEvent.change(screen.getByLabelText(field), { target: { value } });

test('[PR10] the policy in force and its bound are shown; a change says what it would have done, and stands in the history', async () => {
  renderScreen(<RankingPage />, { me: makeMe('admin') });
  expect((await screen.findByTestId('bound')).textContent).toContain('27 h 30 min');
  fireEvent.click(screen.getByRole('button', { name: 'Change the policy' }));
  expect(screen.getByText('Nothing is changed yet.')).toBeDefined();
  type('Outpatient', '8');
  expect(screen.getByTestId('bound').textContent).toContain('11 h 30 min');
  expect(await screen.findByText('Outpatient: may wait 8 h, until now 24 h.')).toBeDefined();
  expect((await screen.findByTestId('day-effect')).textContent).toContain('12 of the 40 studies');
  expect(screen.getByRole('row', { name: /CT HEAD Follow-up 12:00 9 to 2|CT HEAD Follow-up .* 9 → 2/ })).toBeDefined();
  fireEvent.change(screen.getByLabelText(/Why it is changed/), { target: { value: 'Agreed' } });
  fireEvent.click(screen.getByRole('button', { name: 'Make it policy 2' }));
  expect(await screen.findByText('Agreed')).toBeDefined();
  expect(world.calls.find(({ path }) => path === 'worklist.policy.change')?.input).toMatchObject({ basedOn: 1, terms: { allowanceMs: { outpatient: 8 * HOUR_MS, stat: DEFAULT_POLICY.allowanceMs.stat } } });
});

test('[PR10] what may not stand says every reason and can’t be saved; nor can what a critical study would fall by', async () => {
  world.rankPreview = { ...effect, fallen: ['1.9'] };
  renderScreen(<RankingPage />, { me: makeMe('admin') });
  fireEvent.click(await screen.findByRole('button', { name: 'Change the policy' }));
  type('STAT', '90');
  type('Routine finding', '5');
  expect(screen.getByText('Emergency: An emergency study can’t be due before a STAT one.')).toBeDefined();
  expect(screen.getByText('Urgent finding: An urgent finding can’t count less than a routine one.')).toBeDefined();
  type('STAT', 'soon');
  expect(screen.getByText('STAT: Type a number.')).toBeDefined();
  type('STAT', '20');
  type('Routine finding', '0');
  expect((await screen.findByRole('alert')).textContent).toContain('Such a policy is refused');
  expect(screen.queryByRole('button', { name: /Make it policy/ })).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Keep the policy as it is' }));
  expect(screen.getByText('Policy 1')).toBeDefined();
});

test('a reader looks at it; a refusal of the gateway is shown; a preview without a shift says so', async () => {
  renderScreen(<RankingPage />, { me: makeMe('attending') });
  expect(await screen.findByText('Policy 1')).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Change the policy' })).toBeNull();
  cleanup();
  world.rankPreview = { ...effect, moved: 0, most: [] };
  world.failures.set('worklist.policy.change', { httpStatus: 409, appCode: 'conflict', message: 'Somebody else has changed the policy meanwhile.' });
  renderScreen(<RankingPage />, { me: makeMe('admin') });
  fireEvent.click(await screen.findByRole('button', { name: 'Change the policy' }));
  type('STAT', '20');
  expect((await screen.findByTestId('day-effect')).textContent).toContain('none would have stood elsewhere');
  fireEvent.change(screen.getByLabelText(/Why it is changed/), { target: { value: 'Agreed' } });
  fireEvent.click(screen.getByRole('button', { name: 'Make it policy 2' }));
  await waitFor(() => expect(screen.getByText('Somebody else has changed the policy meanwhile.')).toBeDefined());
});

test('what is typed and the terms are the same, to the millisecond where nothing was typed', () => {
  const { version: _version, ...terms } = DEFAULT_POLICY;
  expect(typedTerms(draftOf(terms), terms)).toEqual(terms);
  const odd = { ...terms, allowanceMs: { ...terms.allowanceMs, inpatient: 14_444_444 } };
  expect(typedTerms(draftOf(odd), odd)).toEqual(odd);
  const typed = typedTerms({ ...draftOf(terms), urgent: '1.5' }, terms);
  expect('allowanceMs' in typed && valuesOf(typed).urgent).toBe(1.5 * HOUR_MS);
  expect(typedTerms({ ...draftOf(terms), stat: '', hardLimit: '-1' }, terms)).toEqual(['stat', 'hardLimit']);
});
