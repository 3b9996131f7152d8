import { expect, test, vi } from 'vitest';
import { comboOf, comboText, type KeyPress } from './combo.ts';
import { createKeyRegistry, type Binding } from './registry.ts';

const press = (key: string, over: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...over });
const binding = (id: string, keys: string[], over: Partial<Binding> = {}) => ({ id, keys, label: id, context: 'list' as const, run: vi.fn(), ...over });

test('presses are written as a binding writes them', () => {
  expect(comboOf(press('J'))).toBe('j');
  expect(comboOf(press('?', { shiftKey: true }))).toBe('?');
  expect(comboOf(press('K', { ctrlKey: true }))).toBe('Ctrl+k');
  expect(comboOf(press('k', { metaKey: true }))).toBe('Ctrl+k');
  expect(comboOf(press('A', { shiftKey: true }))).toBe('Shift+a');
  expect(comboOf(press(' '))).toBe('Space');
  expect(comboOf(press('Enter', { altKey: true }))).toBe('Alt+Enter');
});

test('keys are shown as they stand on the keyboard', () => {
  expect(['Ctrl+k', 'ArrowDown', 'g l', 'Escape', '1'].map(comboText)).toEqual(['Ctrl+K', '↓', 'g l', 'Esc', '1']);
});

test('the nearest context wins', () => {
  const registry = createKeyRegistry();
  const wide = binding('wide', ['a'], { context: 'everywhere' });
  const near = binding('near', ['a'], { context: 'alerts' });
  registry.add([wide]);
  const remove = registry.add([near]);
  registry.press(press('a'), 0, false);
  expect(near.run).toHaveBeenCalledOnce();
  remove();
  registry.press(press('a'), 0, false);
  expect(wide.run).toHaveBeenCalledOnce();
});

test('a sequence is two presses in time; too late is no sequence', () => {
  const registry = createKeyRegistry();
  const go = binding('go', ['g l']);
  registry.add([go]);
  expect(registry.press(press('g'), 0, false)).toBe(true);
  expect(registry.press(press('l'), 500, false)).toBe(true);
  expect(go.run).toHaveBeenCalledOnce();
  registry.press(press('g'), 1_000, false);
  expect(registry.press(press('l'), 9_000, false)).toBe(false);
  expect(go.run).toHaveBeenCalledOnce();
});

test('while typing only what says so works', () => {
  const registry = createKeyRegistry();
  const letter = binding('letter', ['c']);
  const palette = binding('palette', ['Ctrl+k'], { whileTyping: true });
  registry.add([letter, palette]);
  expect(registry.press(press('c'), 0, true)).toBe(false);
  expect(registry.press(press('k', { ctrlKey: true }), 0, true)).toBe(true);
});

test('a person’s own keys replace ours', () => {
  const registry = createKeyRegistry();
  const claim = binding('list.claim', ['c']);
  registry.add([claim]);
  const heard = vi.fn();
  registry.subscribe(heard);
  registry.remap({ 'list.claim': ['x'] });
  expect(heard).toHaveBeenCalled();
  expect(registry.press(press('c'), 0, false)).toBe(false);
  registry.press(press('x'), 0, false);
  expect(claim.run).toHaveBeenCalledOnce();
});
