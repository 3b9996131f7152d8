// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { complianceOf } from '@readroom/shared/alert/compliance';
import { DEFAULT_ESCALATION } from '@readroom/shared/alert/escalation-policy';
import { stubGateway, type World } from '../../testing/fake-gateway.ts';
import { makeMe } from '../../testing/make.ts';
import { renderScreen } from '../../testing/render.tsx';
import { CompliancePage } from './compliance-page.tsx';
import { percentText } from './report-text.ts';

const T = Date.UTC(2026, 10, 24, 10);
const facts = { severity: 'critical' as const, limit: DEFAULT_ESCALATION.critical, site: 'North', finding: 'Bleed', raisedAt: T, acknowledgedAt: T + 90_000, communications: [] };
let world: World;
beforeEach(() => {
  world = stubGateway({
    me: makeMe('admin'),
    compliance: { hospital: 'H', from: 0, until: 1, madeAt: T, madeBy: 'A', timeZone: 'Europe/Stockholm', head: { seq: 7, hash: 'ab'.repeat(32) }, policies: [{ version: 3, policy: DEFAULT_ESCALATION, reason: 'x', by: 'A', at: T }], report: complianceOf([facts, { ...facts, acknowledgedAt: null }], 'Europe/Stockholm', T + 7_200_000) },
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('[AL11] percent within the limit in the whole and by group, and the head it stands on', async () => {
  renderScreen(<CompliancePage />, { me: makeMe('admin') });
  const row = await screen.findByRole('row', { name: /All alerts/ });
  expect(row.textContent).toContain('50 %');
  expect(screen.getByRole('row', { name: /North/ })).toBeDefined();
  expect(screen.getByRole('row', { name: /Day \(07-15\)/ })).toBeDefined();
  expect(screen.getByText('ab'.repeat(32))).toBeDefined();
  expect(screen.getByText(/Limits of policy 3.*Critical: acknowledged within 15 min, communicated within 1 h/)).toBeDefined();
});

test('the file is made by the gateway and saved', async () => {
  const saved: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
    saved.push(this.download);
  });
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined }));
  renderScreen(<CompliancePage />, { me: makeMe('admin') });
  fireEvent.click(await screen.findByRole('button', { name: 'Export as CSV' }));
  await waitFor(() => expect(saved).toEqual([expect.stringMatching(/^critical-results-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d\.csv$/)]));
});

test('an administrator sets the hospital’s clock; an attending reads it; a resident is told that it is not theirs', async () => {
  renderScreen(<CompliancePage />, { me: makeMe('admin') });
  fireEvent.change(await screen.findByLabelText('The hospital’s clock (for shifts)'), { target: { value: 'Europe/Berlin' } });
  await waitFor(() => expect(world.calls.find((call) => call.path === 'alert.report.setTimeZone')?.input).toEqual({ timeZone: 'Europe/Berlin' }));
  cleanup();
  renderScreen(<CompliancePage />, { me: makeMe('attending') });
  expect(await screen.findByText('Shifts by the clock of Europe/Stockholm')).toBeDefined();
  cleanup();
  renderScreen(<CompliancePage />, { me: makeMe('resident') });
  expect(screen.getByText('Critical results: not part of your role')).toBeDefined();
});

test('a percentage is not rounded up to a hundred', () => {
  expect([100, 99.99, 97.46, 0, null].map((percent) => percentText({ percent }))).toEqual(['100 %', '99.9 %', '97.5 %', '0 %', '–']);
});
