/** The keys of an event as a binding writes them: `j`, `?`, `Ctrl+k`, `Alt+Enter`, `ArrowDown`, `Space`. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function comboOf(event: KeyPress): string {
  const printable = event.key.length === 1 && event.key !== ' ';
  const key = event.key === ' ' ? 'Space' : printable ? event.key.toLowerCase() : event.key;
  // Shift is part of a printed sign (`?`); for letters and named keys it is a key of its own.
  const shift = event.shiftKey && (!printable || /[a-z]/.test(key));
  return [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : '', shift ? 'Shift' : '', key].filter(Boolean).join('+');
}

const SHOWN: { readonly [key: string]: string } = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc' };

/** The combo as a person reads it on the keys. */
export function comboText(combo: string): string {
  return combo
    .split(' ')
    .map((press) =>
      press
        .split('+')
        .map((part) => SHOWN[part] ?? (part.length === 1 && press.includes('+') ? part.toUpperCase() : part))
        .join('+'),
    )
    .join(' ');
}
