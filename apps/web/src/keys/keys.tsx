'use client';

import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { createKeyRegistry, type Binding, type KeyRegistry } from './registry.ts';
import { loadRemap } from './remap-store.ts';

const KeysContext = createContext<KeyRegistry | null>(null);

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== 'radio' && target.type !== 'checkbox');
}

/** A button, link or menu answers Enter, Space and arrows itself. */
function ownsKey(event: KeyboardEvent): boolean {
  if (!(event.target instanceof HTMLElement)) return false;
  const role = event.target.getAttribute('role') ?? '';
  if (['menuitem', 'menu', 'option', 'listbox', 'slider', 'separator'].includes(role)) return true;
  return event.target.matches('button, a[href], input, select, summary') && [' ', 'Enter', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].includes(event.key);
}

function isBehindDialog(target: EventTarget | null): boolean {
  const dialog = document.querySelector('[role="dialog"][data-state="open"]');
  return dialog !== null || (target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"]') !== null);
}

/** One listener for every key on the page. An open dialog keeps the keys to itself. */
export function KeysProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(createKeyRegistry);
  useEffect(() => {
    registry.remap(loadRemap());
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isBehindDialog(event.target)) return;
      const typing = isTyping(event.target);
      if (!typing && ownsKey(event)) return;
      if (registry.press(event, event.timeStamp, typing)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [registry]);
  return <KeysContext.Provider value={registry}>{children}</KeysContext.Provider>;
}

export function useKeyRegistry(): KeyRegistry {
  const registry = useContext(KeysContext);
  if (!registry) throw new Error('Keys need a KeysProvider above them');
  return registry;
}

/**
 * Binds keys while the component is on screen. `run` is always that of the latest render.
 * Both in the commit that paints it: what is seen on screen answers its key at once, also on a machine that is behind with its effects.
 */
export function useKeys(bindings: readonly Binding[]): void {
  const registry = useKeyRegistry();
  const latest = useRef(bindings);
  useLayoutEffect(() => {
    latest.current = bindings;
  });
  const signature = bindings.map((binding) => `${binding.id}=${binding.keys.join(',')}=${binding.label}`).join('|');
  const stable = useMemo(
    () => bindings.map((binding, index) => ({ ...binding, run: () => latest.current[index]?.run() })),
    // The signature says all that is copied; `run` reads the latest.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [signature],
  );
  useLayoutEffect(() => registry.add(stable), [registry, stable]);
}

export function useActiveBindings(): readonly Binding[] {
  const registry = useKeyRegistry();
  return useSyncExternalStore(registry.subscribe, registry.active, registry.active);
}

export function useRemap(): KeyRegistry['remap'] {
  return useKeyRegistry().remap;
}
