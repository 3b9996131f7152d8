'use client';

import { useSyncExternalStore } from 'react';
import { browserStorage } from './storage.ts';

/** How close the lines stand: 13 px dense, or 15 px for a screen further away. */
export type Density = 'dense' | 'comfortable';
const STORAGE_KEY = 'readroom.density';
const listeners = new Set<() => void>();
let density: Density | null = null;

function read(): Density {
  density ??= browserStorage.getItem(STORAGE_KEY) === 'comfortable' ? 'comfortable' : 'dense';
  return density;
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
