'use client';

import { useSyncExternalStore } from 'react';
import { browserStorage } from './storage.ts';

/** How close the lines stand: 13 px dense, or 15 px for a screen further away. */
export type Density = 'dense' | 'comfortable';
const STORAGE_KEY = 'readroom.density';
const listeners = new Set<() => void>();
let density: Density | null = null;

function read(): Density {
  density ??= stored() ?? suited();
  return density;
}

function stored(): Density | null {
  const value = browserStorage.getItem(STORAGE_KEY);
  return value === 'comfortable' || value === 'dense' ? value : null;
}

/** A diagnostic monitor that counts its own pixels as CSS pixels shows 13 px too small to read from a chair. */
function suited(): Density {
  return globalThis.matchMedia?.('(min-width: 2560px) and (max-resolution: 1.2dppx)').matches ? 'comfortable' : 'dense';
}

export function setDensity(next: Density): void {
  density = next;
  browserStorage.setItem(STORAGE_KEY, next);
  listeners.forEach((listener) => listener());
}

export function useDensity(): Density {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read,
    () => 'dense',
  );
}

export const ROW_PX: { readonly [D in Density]: number } = { dense: 44, comfortable: 52 };
