// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubGateway, type World } from '../testing/fake-gateway.ts';
import { makeMe, NOON } from '../testing/make.ts';
import { renderScreen } from '../testing/render.tsx';
import { actionText, AuditPage, problemText } from './audit-page.tsx';
import { MembersPage } from './members-page.tsx';
import { NodesPage } from './nodes-page.tsx';

let world: World;
beforeEach(() => {
  world = stubGateway({ me: makeMe('admin') });
  world.admin.members = [{ userId: 'me', name: 'Ada Admin', email: 'a@x.test', role: 'admin', since: NOON }, { userId: 'r', name: 'Rita Resident', email: 'r@x.test', role: 'resident', since: NOON }];
  world.admin.nodes = [{ nodeId: 'n1', name: 'CT basement', enrolled: true, lastSeenAt: Date.now() - 120_000, revokedAt: null, createdAt: NOON, hello: { v: 1, software: '0.1.0', nodeEpoch: 'e', clock: NOON, providers: ['cpu'], models: [{ id: 'cxr', version: '1.0.0', sha256: '' }] }, status: { clock: NOON, outboxDepth: 3, oldestQueuedAt: null, studiesInFlight: 1, diskFreeBytes: 9e10, provider: 'cpu' } }];
  world.admin.audit = [{ id: 'e1', at: NOON, actor: 'me', actorName: 'Ada Admin', role: 'admin', action: 'study.view', subject: { studyId: 's1' }, seq: 7, hash: 'h' }, { id: 'e2', at: NOON, actor: 'gateway', actorName: null, role: 'system', action: 'audit.verify', subject: null, seq: null, hash: null }];
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const asAdmin = { me: makeMe('admin'), pathname: '/admin/members' };
const called = (path: string) => world.calls.filter((call) => call.path === path);

test('a member is invited with a password that is shown once', async () => {
  renderScreen(<MembersPage />, asAdmin);
  fireEvent.click(screen.getByRole('button', { name: 'Invite a member' }));
  const dialog = within(screen.getByRole('dialog'));
  fireEvent.change(dialog.getByLabelText('Name'), { target: { value: 'Nora New' } });
  fireEvent.change(dialog.getByLabelText('E-mail'), { target: { value: 'n@x.test' } });
  fireEvent.click(dialog.getByLabelText('Attending'));
  expect(dialog.getByText(/signs and addends/)).toBeDefined();
  fireEvent.click(dialog.getByRole('button', { name: 'Invite' }));
  expect(await screen.findByText('abcde-fghij-klmno')).toBeDefined();
  expect(called('admin.members.invite')[0]?.input).toEqual({ name: 'Nora New', email: 'n@x.test', role: 'attending' });
});

test('a role is changed, a password reset and a member removed, each after saying what it does', async () => {
  renderScreen(<MembersPage />, asAdmin);
  fireEvent.change(await screen.findByLabelText('Role of Rita Resident'), { target: { value: 'attending' } });
  await waitFor(() => expect(called('admin.members.changeRole')[0]?.input).toEqual({ userId: 'r', role: 'attending' }));
  fireEvent.click(screen.getByRole('button', { name: 'Reset password' }));
  expect(screen.getByText(/Every session of theirs ends/)).toBeDefined();
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Reset password' }));
  expect(await screen.findByText('zzzzz-yyyyy')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Remove' }));
  world.failures.set('admin.members.remove', { httpStatus: 409, appCode: 'conflict', message: 'This is the last administrator.' });
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' }));
  expect(await screen.findByText('This is the last administrator.')).toBeDefined();
});

test('a node that is away says since when, what is safe and what to do', async () => {
  world.alerts = [];
  renderScreen(<NodesPage />, { me: makeMe('it'), pathname: '/admin/nodes' });
  expect(await screen.findByText(/Offline since/)).toBeDefined();
  expect(screen.getByText(/still received and analysed there/)).toBeDefined();
  expect(screen.getByText('cxr 1.0.0')).toBeDefined();
  expect(await screen.findByText('No alert is open.')).toBeDefined();
  expect(screen.queryByText('Members')).toBeNull();
});

test('a node is added with a code shown once, gets another, and is revoked for ever', async () => {
  renderScreen(<NodesPage />, asAdmin);
  fireEvent.click(screen.getByRole('button', { name: 'Add a node' }));
  fireEvent.change(within(screen.getByRole('dialog')).getByLabelText('Name'), { target: { value: 'MR tower' } });
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Add' }));
  expect(await screen.findByText(/^readroom-edge enrol http\S+ CODE-ONCE$/)).toBeDefined();
  fireEvent.click(await screen.findByRole('button', { name: 'New code' }));
  expect(await screen.findByText(/CODE-AGAIN --replace$/)).toBeDefined();
  fireEvent.click(await screen.findByRole('button', { name: 'Revoke' }));
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Revoke for ever' }));
  await waitFor(() => expect(called('admin.nodes.revoke')[0]?.input).toEqual({ nodeId: 'n1' }));
});

test('the audit says who did what, and whether anybody changed it', async () => {
  renderScreen(<AuditPage />, asAdmin);
  expect(await screen.findByText('Study view')).toBeDefined();
  expect(screen.getByText('studyId s1')).toBeDefined();
  expect(screen.getByText('new')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Check the chain' }));
  expect(await screen.findByText(/3 events checked/)).toBeDefined();
  world.admin.auditCheck = { ok: false, checked: 3, problem: { kind: 'edited', seq: 2 } };
  fireEvent.click(screen.getByRole('button', { name: 'Check the chain' }));
  expect(await screen.findByText(/changed at event 2/)).toBeDefined();
  expect([problemText({ kind: 'record-edited', seq: 9 }), problemText({ kind: 'record-added', seq: null }), problemText(null)]).toEqual(['The audit is whole, but a communication record was changed (written at event 9).', 'The audit is whole, but a communication record was put in from outside.', 'The record was changed at event ?.']);
  expect(actionText('member.change-role')).toBe('Member change role');
});

test('what a role may not see is said instead of shown', () => {
  renderScreen(<AuditPage />, { me: makeMe('resident') });
  expect(screen.getByText('Audit: not part of your role')).toBeDefined();
});
