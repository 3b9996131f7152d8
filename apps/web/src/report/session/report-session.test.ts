import { expect, test } from 'vitest';
import type { CollabStatus } from '@readroom/shared/report/collab-wire';
import { carriesEdits } from './counting-socket.ts';
import { initials } from '../../lib/initials.ts';
import { presentIn } from './presence.tsx';
import { linkWords, mayType, type SessionView } from './report-session.ts';

const status: CollabStatus = { state: 'draft', access: 'edit', frozen: null, changes: 0, at: 0 };
const view: SessionView = { phase: 'open', online: true, unstored: 0, keeping: false, keeps: true, status, refused: null, late: false };

test('the state of the words is said plainly', () => {
  const words = (change: Partial<SessionView>): string => linkWords({ ...view, ...change }).text;
  expect(words({})).toBe('All changes stored');
  expect(words({ unstored: 2 })).toBe('Storing 2 changes');
  expect(words({ online: false, unstored: 1 })).toBe('Offline: 1 change kept on this device');
  expect(words({ online: false, unstored: 2, keeping: true })).toBe('Offline: keeping 2 changes on this device');
  expect(words({ online: false, unstored: 3, keeps: false })).toBe('Offline: 3 changes kept on this device until the page is closed');
  expect(words({ online: false })).toBe('Offline: what you type is kept on this device');
  expect(words({ phase: 'opening' })).toBe('Opening the report');
  expect(words({ phase: 'opening', online: false })).toBe('Connecting');
  expect(words({ phase: 'refused', unstored: 1 })).toBe('Not connected: 1 change not stored');
});

test('who may type: editors of an open report, and while somebody signs only they', () => {
  expect(mayType(view, 'u1')).toBe(true);
  expect(mayType({ ...view, phase: 'opening' }, 'u1')).toBe(false);
  expect(mayType({ ...view, status: { ...status, access: 'read' } }, 'u1')).toBe(false);
  expect(mayType({ ...view, status: { ...status, state: 'final' } }, 'u1')).toBe(false);
  const frozen = { ...view, status: { ...status, frozen: { by: 'u1', name: 'One', until: 1 } } };
  expect([mayType(frozen, 'u1'), mayType(frozen, 'u2')]).toEqual([true, false]);
  expect(mayType({ ...view, online: false }, 'u1')).toBe(true);
});

test('only sync messages that carry edits are counted', () => {
  expect([[0, 1, 2], [0, 2, 2], [0, 0, 1], [1, 2, 3]].map((bytes) => carriesEdits(new Uint8Array(bytes)))).toEqual([true, true, false, false]);
  expect(carriesEdits('text')).toBe(false);
});

test('people are shown once, without me, with their initials', () => {
  const user = (id: string, name: string): unknown => ({ user: { id, name, color: '#5ab0f6' } });
  const states = new Map<number, unknown>([[1, user('a', 'Robin Resident')], [2, user('a', 'Robin Resident')], [3, user('me', 'Me')], [4, {}]]);
  expect(presentIn(states, 'me').map((person) => person.name)).toEqual(['Robin Resident']);
  expect([initials('Robin Resident'), initials('Cher'), initials(' 山田 太郎 ')]).toEqual(['RR', 'C', '山太']);
});
