// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { caretElement } from './caret.ts';

test('a name is text, whatever it holds, and a colour that is none is not used', () => {
  const caret = caretElement({ name: '<img src=x onerror=alert(1)>', color: 'url(x)' });
  expect(caret.querySelector('img')).toBeNull();
  expect(caret.textContent).toBe('<img src=x onerror=alert(1)>');
  expect(caret.style.color).toBe('rgb(138, 149, 163)');
  expect(caretElement({ name: 'A', color: '#5ab0f6' }).style.color).toBe('rgb(90, 176, 246)');
});
