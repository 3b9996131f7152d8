const HEX = /^#[0-9a-f]{6}$/i;

/** Another person's caret with their name over it. The name is text, whatever it holds; the colour is the gateway's. */
export function caretElement(user: Record<string, unknown>): HTMLElement {
  const colour = typeof user['color'] === 'string' && HEX.test(user['color']) ? user['color'] : '#8a95a3';
  const caret = document.createElement('span');
  caret.className = 'pointer-events-none relative -mx-px border-x border-current';
  caret.style.color = colour;
  caret.dataset['caret'] = '';
  const label = document.createElement('span');
  label.className = 'absolute -top-[15px] -left-px rounded-sm px-1 font-sans text-[10px] leading-[14px] font-medium whitespace-nowrap select-none';
  label.style.backgroundColor = colour;
  label.style.color = '#0b0d10';
  label.textContent = typeof user['name'] === 'string' ? user['name'] : 'Somebody';
  caret.append(label);
  return caret;
}
