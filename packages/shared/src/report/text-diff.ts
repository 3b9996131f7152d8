/** One run of text: in both versions, only in the newer, or only in the older. */
export interface DiffPart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Words and the white space between them, so that joining the parts gives the text back. */
const TOKEN = /\s+|[^\s]+/gu;
/** Past this many token pairs the table would cost more than a reader can wait for: the middle is then shown as replaced whole. */
const TABLE_LIMIT = 4_000_000;

/**
 * How `after` differs from `before`, word by word (longest common subsequence). Joining `same` and `removed` gives `before`,
 * joining `same` and `added` gives `after`.
 */
export function diffText(before: string, after: string): DiffPart[] {
  const a = before.match(TOKEN) ?? [];
  const b = after.match(TOKEN) ?? [];
  const head = commonLength(a, b);
  const tail = commonLength(a.slice(head).reverse(), b.slice(head).reverse());
  const middle = diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return joinRuns([...same(a.slice(0, head)), ...middle, ...same(a.slice(a.length - tail))]);
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

function diffMiddle(a: readonly string[], b: readonly string[]): DiffPart[] {
  if (a.length * b.length > TABLE_LIMIT) return [...part('removed', a), ...part('added', b)];
  const common = lcsTable(a, b);
  const parts: DiffPart[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [old = '', fresh = ''] = [a[i], b[j]];
    if (i < a.length && j < b.length && old === fresh) {
      parts.push({ kind: 'same', text: old });
      i += 1;
      j += 1;
    } else if (j === b.length || (i < a.length && common(i + 1, j) >= common(i, j + 1))) {
      parts.push({ kind: 'removed', text: old });
      i += 1;
    } else {
      parts.push({ kind: 'added', text: fresh });
      j += 1;
    }
  }
  return parts;
}

/** The length of the longest common subsequence of `a` from i and `b` from j, for every pair, filled from the ends. */
function lcsTable(a: readonly string[], b: readonly string[]): (i: number, j: number) => number {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}

function same(tokens: readonly string[]): DiffPart[] {
  return part('same', tokens);
}

function part(kind: DiffPart['kind'], tokens: readonly string[]): DiffPart[] {
  return tokens.map((text) => ({ kind, text }));
}

/** Neighbours of one kind become one part; inside a changed stretch what was removed comes before what was added. */
function joinRuns(parts: readonly DiffPart[]): DiffPart[] {
  const joined: DiffPart[] = [];
  let removed = '';
  let added = '';
  const flush = (): void => {
    if (removed) joined.push({ kind: 'removed', text: removed });
    if (added) joined.push({ kind: 'added', text: added });
    removed = '';
    added = '';
  };
  for (const { kind, text } of parts) {
    if (kind === 'removed') removed += text;
    else if (kind === 'added') added += text;
    else {
      flush();
      const last = joined.at(-1);
      if (last?.kind === 'same') joined[joined.length - 1] = { kind, text: last.text + text };
      else joined.push({ kind, text });
    }
  }
  flush();
  return joined;
}
