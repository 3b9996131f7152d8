import { expect, test } from 'vitest';
import { defineMachine } from './machine.ts';

const door = defineMachine<'open' | 'shut' | 'locked', 'close' | 'open' | 'lock'>({
  open: { close: 'shut' },
  shut: { open: 'open', lock: 'locked' },
  locked: {},
});

test('answers the next state, and null for an event the state does not list', () => {
  expect(door.next('open', 'close')).toBe('shut');
  expect(door.next('shut', 'lock')).toBe('locked');
  expect(door.next('open', 'lock')).toBeNull();
  expect(door.next('locked', 'open')).toBeNull();
});

test('lists the events a state answers', () => {
  expect(door.events('shut')).toEqual(['open', 'lock']);
  expect(door.events('locked')).toEqual([]);
});
