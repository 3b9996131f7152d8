'use client';

import { useSyncExternalStore } from 'react';

const QUERY = '(max-width: 699px)';

function watch(listener: () => void): () => void {
  const media = globalThis.matchMedia?.(QUERY);
  media?.addEventListener('change', listener);
  return () => media?.removeEventListener('change', listener);
}

/** A phone: room for one thing at a time. */
export function useNarrow(): boolean {
  return useSyncExternalStore(watch, () => globalThis.matchMedia?.(QUERY).matches === true, () => false);
}
