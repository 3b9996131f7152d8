import { comboOf, type KeyPress } from './combo.ts';

/** Where a key works, from the widest to the nearest; the nearest binding of a key wins. */
export const KEY_CONTEXTS = ['everywhere', 'list', 'study', 'viewer', 'report', 'alerts'] as const;
export type KeyContext = (typeof KEY_CONTEXTS)[number];

export interface Binding {
  /** Names the deed for remapping, e.g. `list.claim`. */
  readonly id: string;
  /** One or more ways to press it; `g l` is two presses one after the other. */
  readonly keys: readonly string[];
  readonly label: string;
  readonly context: KeyContext;
  run(): void;
  /** Works while typing too (only for combinations with Ctrl or Alt). */
  readonly whileTyping?: boolean;
  /** Left out of the palette: moving around is no command. */
  readonly hidden?: boolean;
}

const SEQUENCE_MS = 1_200;

/** A person's own keys, by binding id. */
export type Remap = Readonly<Record<string, readonly string[]>>;

export interface KeyRegistry {
  /** Returns the function that takes the bindings away again. */
  add(bindings: readonly Binding[]): () => void;
  /** True when a binding, or the beginning of one, took the press. */
  press(event: KeyPress, at: number, typing: boolean): boolean;
  /** What works here now, nearest context first, with a person's own keys put in. */
  active(): readonly Binding[];
  remap(keys: Remap): void;
  subscribe(listener: () => void): () => void;
}

export function createKeyRegistry(): KeyRegistry {
  const groups = new Set<readonly Binding[]>();
  const listeners = new Set<() => void>();
  let own: Remap = {};
  let cache: readonly Binding[] = [];
  let begun: { combo: string; at: number } | null = null;

  const changed = () => {
    cache = sortByContext([...groups].flat()).map((binding) => withOwnKeys(binding, own));
    for (const listener of listeners) listener();
  };
  return {
    add(bindings) {
      groups.add(bindings);
      changed();
      return () => {
        groups.delete(bindings);
        changed();
      };
    },
    press(event, at, typing) {
      const combo = comboOf(event);
      const sequence = begun && at - begun.at < SEQUENCE_MS ? `${begun.combo} ${combo}` : null;
      begun = null;
      const usable = typing ? cache.filter((binding) => binding.whileTyping) : cache;
      const found = (sequence !== null && find(usable, sequence)) || find(usable, combo);
      if (found) {
        found.run();
        return true;
      }
      if (!usable.some((binding) => binding.keys.some((keys) => keys.startsWith(`${combo} `)))) return false;
      begun = { combo, at };
      return true;
    },
    active: () => cache,
    remap(keys) {
      own = keys;
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function find(bindings: readonly Binding[], combo: string): Binding | undefined {
  return bindings.find((binding) => binding.keys.includes(combo));
}

function sortByContext(bindings: Binding[]): Binding[] {
  return bindings.sort((a, b) => KEY_CONTEXTS.indexOf(b.context) - KEY_CONTEXTS.indexOf(a.context));
}

function withOwnKeys(binding: Binding, own: Remap): Binding {
  const keys = own[binding.id];
  return keys === undefined ? binding : { ...binding, keys };
}
