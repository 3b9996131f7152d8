import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffText } from './text-diff.ts';
import type { DiffPart } from './text-diff.ts';

const join = (parts: DiffPart[], ...kinds: DiffPart['kind'][]): string =>
  parts.filter((part) => kinds.includes(part.kind)).map((part) => part.text).join('');

test('[RP4] a comparison shows what was taken out and what came in, word by word', () => {
  expect(diffText('No effusion on the left.', 'Small effusion on the left.')).toEqual([
    { kind: 'removed', text: 'No' },
    { kind: 'added', text: 'Small' },
    { kind: 'same', text: ' effusion on the left.' },
  ]);
});

test('[RP4] the parts give both texts back', () => {
  const words = fc.array(fc.constantFrom('no', 'left', 'right', 'effusion', ' ', '\n', '.', '山田', '😀'), { maxLength: 60 }).map((all) => all.join(''));
  fc.assert(
    fc.property(words, words, (before, after) => {
      const parts = diffText(before, after);
      expect(join(parts, 'same', 'removed')).toBe(before);
      expect(join(parts, 'same', 'added')).toBe(after);
      for (let i = 1; i < parts.length; i += 1) expect(parts[i]!.kind).not.toBe(parts[i - 1]!.kind);
    }),
  );
});

test('a rewrite too long to align is shown as replaced whole', () => {
  const before = Array.from({ length: 3000 }, (_, i) => `a${i}`).join(' ');
  const after = Array.from({ length: 3000 }, (_, i) => `b${i}`).join(' ');
  expect(diffText(before, after).map((part) => part.kind)).toEqual(['removed', 'added']);
});

test('equal texts have one part, empty texts none', () => {
  expect(diffText('a b', 'a b')).toEqual([{ kind: 'same', text: 'a b' }]);
  expect(diffText('', '')).toEqual([]);
});
